import React from 'react';

import { messageOf } from '../api/errors';
import { useTrans } from '../components/context';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { isSince6 } from '../state/info';
import { patchServer, patchUsers } from '../state/patch';
import { confirmText } from './confirm';
import type { ICommandContext } from './dialog';
import { ask } from './dialog';
import { askForm } from './form';
import { spawnUrl } from './hubPages';
import { knownServer } from './servers';

/**
 * Start a server with the options of its last start, or with others on the hub's own page.
 */
export async function startWithOptions(
  context: ICommandContext,
  who: IWho
): Promise<void> {
  const { hub, trans } = context;
  const name = whoOf(who);
  const known = await knownServer(context, who);
  const options = known?.user_options ?? {};
  const hasOptions = Object.keys(options).length > 0;
  const info = hub.info.get();
  const { button } = await ask(context, {
    title: trans.__('Start server of %1 with options', name),
    summary: trans.__('Choose the options on the page of the hub.'),
    row: name,
    other: hasOptions ? trans.__('Start with these') : undefined,
    accept: trans.__('Choose on the hub’s page'),
    body: <LastOptions options={options} />
  });
  if (button === 'other') {
    // Without others the Hub uses the last ones again.
    await hub.actions.start(who);
  } else if (button === 'accept' && info?.hub) {
    const { host, prefix } = info.hub;
    window.open(spawnUrl(host, prefix, who), '_blank', 'noopener');
  }
}

function LastOptions(props: { options: Record<string, unknown> }): JSX.Element {
  const { options } = props;
  const trans = useTrans();
  if (Object.keys(options).length === 0) {
    return (
      <p>
        {trans.__(
          'No options are known of its last start. The hub asks for them on its own page.'
        )}
      </p>
    );
  }
  return (
    <>
      <p>{trans.__('It was last started with these options:')}</p>
      <pre className="jp-HubAdmin-problemFull">
        {JSON.stringify(options, null, 2)}
      </pre>
    </>
  );
}

/**
 * Create a named server; JupyterHub 6 can do it without starting it.
 */
export async function createServer(
  context: ICommandContext,
  user: string
): Promise<void> {
  const { hub, trans } = context;
  const canCreate = isSince6(hub.info.get());
  await askForm(context, {
    title: trans.__('New named server of %1', user),
    lead: canCreate
      ? trans.__('A named server is a second server of the same user.')
      : trans.__(
          'A named server is a second server of the same user. This hub starts it at once.'
        ),
    accept: canCreate ? trans.__('Create') : trans.__('Start'),
    row: user,
    fields: [
      {
        name: 'name',
        label: trans.__('Name'),
        value: '',
        note: trans.__(
          'Small letters, digits and hyphens; it is in its address.'
        )
      },
      ...(canCreate
        ? [
            {
              name: 'title' as const,
              label: trans.__('Display name'),
              value: ''
            },
            {
              name: 'start' as const,
              label: trans.__('Start it at once'),
              value: false
            }
          ]
        : [])
    ],
    problemOf: ({ name }) => (String(name).trim() ? null : ''),
    send: async values => {
      const name = String(values.name).trim();
      const who = { user, server: name };
      if (!canCreate) {
        const error = await hub.actions.start(who);
        if (error) {
          throw error;
        }
        return;
      }
      const title = String(values.title ?? '').trim();
      const options = title ? { display_name: title } : {};
      const created = await hub.client.createServer(user, name, options);
      patchServer(hub.queryClient, created);
      if (values.start === true) {
        await hub.actions.start(who);
      }
    }
  });
}

/**
 * Rename a named server that is stopped, or change its display name; JupyterHub 6.
 */
export async function renameServer(
  context: ICommandContext,
  who: IWho
): Promise<void> {
  const { hub, trans } = context;
  const known = await knownServer(context, who);
  const before = known?.display_name || who.server;
  await askForm(context, {
    title: trans.__('Rename server %1', whoOf(who)),
    lead: trans.__(
      'With a new name its address is another one too. Its storage may be bound to the old name.'
    ),
    accept: trans.__('Rename'),
    row: whoOf(who),
    fields: [
      { name: 'name', label: trans.__('Name'), value: who.server },
      { name: 'title', label: trans.__('Display name'), value: before }
    ],
    problemOf: ({ name, title }) =>
      !String(name).trim() ||
      (String(name).trim() === who.server && String(title).trim() === before)
        ? ''
        : null,
    send: async values => {
      const name = String(values.name).trim();
      const title = String(values.title).trim();
      const server = await hub.client.editServer(who.user, who.server, {
        ...(name === who.server ? {} : { name }),
        // Without one that was chosen a server is displayed by its name, whatever that becomes.
        ...(title === before ? {} : { display_name: title })
      });
      removeServer(context, who);
      patchServer(hub.queryClient, server);
    }
  });
}

/**
 * Delete a named server that is stopped, after a question.
 */
export async function deleteServer(
  context: ICommandContext,
  who: IWho
): Promise<void> {
  const { hub, trans } = context;
  const name = whoOf(who);
  const warning = trans.__(
    'The named server and what its storage holds may be deleted for good.'
  );
  const isSure = await confirmText(
    context,
    trans.__('Delete server %1?', name),
    warning,
    trans.__('Delete')
  );
  if (!isSure) {
    return;
  }
  try {
    await hub.client.deleteServer(who.user, who.server);
    removeServer(context, who);
  } catch (error) {
    hub.refused(error);
    context.actions.showProblem(who, messageOf(error));
  }
}

function removeServer({ hub }: ICommandContext, who: IWho): void {
  patchUsers(hub.queryClient, user =>
    user.name === who.user
      ? {
          ...user,
          servers: user.servers.filter(({ name }) => name !== who.server)
        }
      : user
  );
}
