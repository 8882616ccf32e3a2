import { Notification } from '@jupyterlab/apputils';
import React from 'react';

import { useTrans } from '../components/context';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { ICommandContext } from './dialog';
import { ask } from './dialog';
import { knownServer } from './servers';

/**
 * What opening servers needs beyond the context.
 */
export interface IAccessOptions {
  /** Switch the question off for good. */
  neverAskAgain: () => Promise<void>;
}

/**
 * Open a server in a new browser tab, after a question.
 */
export async function accessServer(
  context: ICommandContext,
  who: IWho,
  options: IAccessOptions
): Promise<void> {
  const { hub, trans, actions } = context;
  const name = whoOf(who);
  const server = await knownServer(context, who);
  if (!server?.url) {
    hub.announcer.interrupt(trans.__('%1 is not running.', name));
    return;
  }
  const url = new URL(server.url, window.location.href);
  const info = hub.info.get();
  // What one does in a server of one's own needs no warning.
  if (!hub.options.get().confirmOpen || info?.visitor === who.user) {
    openTab(context, name, url);
    return;
  }
  const isShared = !info?.hub?.host;
  const { button, isChecked } = await ask(context, {
    title: trans.__('Open server of %1?', name),
    summary: trans.__(
      'You work as %1: whatever you run, save or delete there, %1 does.',
      who.user
    ),
    row: name,
    accept: trans.__('Open in new tab'),
    other: isShared ? trans.__('Copy address') : undefined,
    checkbox: trans.__('Do not ask again'),
    body: <OpenBody user={who.user} isShared={isShared} />
  });
  // Nothing may come between the click and the new tab: the browser would block it.
  if (button === 'accept') {
    openTab(context, name, url);
  } else if (button === 'other') {
    actions.copy(url.href);
    hub.announcer.say(trans.__('Address copied'));
  }
  if (button === 'accept' && isChecked) {
    try {
      await options.neverAskAgain();
    } catch {
      Notification.error(
        trans.__('The setting could not be saved: you will be asked again.')
      );
    }
  }
}

/**
 * Open a tab that cannot reach this page.
 */
function openTab({ hub }: ICommandContext, who: string, url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return;
  }
  // With the feature `noopener` this would be null also when it worked.
  const tab = window.open('about:blank');
  if (!tab) {
    hub.activity.blocked(who, url.href);
    return;
  }
  tab.opener = null;
  tab.location.href = url.href;
}

/**
 * A whole sentence with a part of it in bold, if a translation has that part as it is.
 */
function Emphasised(props: { text: string; part: string }): JSX.Element {
  const { text, part } = props;
  const start = text.indexOf(part);
  return start < 0 ? (
    <>{text}</>
  ) : (
    <>
      {text.slice(0, start)}
      <strong>{part}</strong>
      {text.slice(start + part.length)}
    </>
  );
}

function OpenBody(props: { user: string; isShared: boolean }): JSX.Element {
  const { user, isShared } = props;
  const trans = useTrans();
  return (
    <>
      <ul>
        <li>
          <Emphasised
            text={trans.__(
              'You work as %1: whatever you run, save or delete there, %1 does.',
              user
            )}
            part={trans.__('as %1', user)}
          />
        </li>
        <li>
          {trans.__(
            "If you both edit the same notebook, each save overwrites the other's."
          )}
        </li>
      </ul>
      {isShared && (
        <p className="jp-HubAdmin-facts">
          {trans.__(
            'All servers of this hub share one address, so code in an opened server can act as you. If you do not trust what %1 runs, copy the address and open it in a private window.',
            user
          )}
        </p>
      )}
    </>
  );
}
