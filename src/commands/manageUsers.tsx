import { Notification } from '@jupyterlab/apputils';
import React from 'react';

import type { AddedUsers, UserDetails, UserView } from '../api/types';
import { ApiError, messageOf } from '../api/errors';
import { patchPeople } from '../state/patch';
import type { ICommandContext } from './dialog';
import { tell } from './dialog';
import { askForm } from './form';

/**
 * Users that are added by one request.
 */
const AT_ONCE = 100;

/**
 * Add users: one name a line. What became of each is said.
 */
export async function addUsers(context: ICommandContext): Promise<void> {
  const { hub, trans } = context;
  let added: AddedUsers | null = null;
  await askForm(context, {
    title: trans.__('Add users'),
    lead: trans.__(
      'They can log in once the way that your hub checks who somebody is knows them too.'
    ),
    accept: trans.__('Add'),
    fields: [
      {
        name: 'names',
        label: trans.__('Names, one a line'),
        value: '',
        isLong: true
      },
      { name: 'admin', label: trans.__('They are admins'), value: false }
    ],
    problemOf: ({ names }) => (namesOf(String(names)).length ? null : ''),
    send: async ({ names, admin }) => {
      added = await addAll(context, namesOf(String(names)), admin === true);
    }
  });
  if (added) {
    hub.cursor.lists.forEach(list => list.refresh());
    await tellAdded(context, added);
  }
}

/**
 * Add users some at a time: the hub takes a while for each, and a proxy waits only so long.
 */
async function addAll(
  { hub }: ICommandContext,
  names: readonly string[],
  admin: boolean
): Promise<AddedUsers> {
  const all: AddedUsers = { created: [], existing: [], refused: [] };
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const some = names.slice(start, start + AT_ONCE);
    try {
      take(all, await hub.client.addUsers(some, admin));
    } catch (error) {
      // All of these were refused, or there already: the answer says it of each.
      const refused = refusedOf(error);
      if (refused) {
        take(all, refused);
      } else if (start === 0) {
        throw error;
      } else {
        // What was added before stays added; of the others nothing is known but this.
        const message = messageOf(error);
        const rest = names.slice(start).map(name => ({ name, message }));
        all.refused.push(...rest);
        break;
      }
    }
  }
  return all;
}

function take(all: AddedUsers, some: AddedUsers): void {
  all.created.push(...some.created);
  all.existing.push(...some.existing);
  all.refused.push(...some.refused);
}

/**
 * The names that were typed: trimmed, without blank lines, each once.
 */
export function namesOf(text: string): string[] {
  const names = text.split('\n').map(line => line.trim());
  return [...new Set(names)].filter(Boolean);
}

function refusedOf(error: unknown): AddedUsers | null {
  const detail: unknown = error instanceof ApiError ? error.detail : null;
  return isAdded(detail) ? detail : null;
}

function isAdded(detail: unknown): detail is AddedUsers {
  return (
    typeof detail === 'object' &&
    detail !== null &&
    'refused' in detail &&
    'existing' in detail
  );
}

async function tellAdded(
  context: ICommandContext,
  { created, existing, refused }: AddedUsers
): Promise<void> {
  const { trans } = context;
  const text = trans._n('%1 user added.', '%1 users added.', created.length);
  if (existing.length === 0 && refused.length === 0) {
    Notification.success(text, { autoClose: 5000 });
    return;
  }
  await tell(context, {
    title: trans.__('Users added'),
    summary: text,
    body: (
      <>
        <p>{text}</p>
        {existing.length > 0 && (
          <>
            <p>
              {trans._n(
                '%1 was there already:',
                '%1 were there already:',
                existing.length
              )}
            </p>
            <p>{existing.join(', ')}</p>
          </>
        )}
        {refused.length > 0 && (
          <>
            <p>
              {trans._n(
                '%1 was not added:',
                '%1 were not added:',
                refused.length
              )}
            </p>
            <dl
              className="jp-HubAdmin-refusals"
              // What scrolls has to be reached by the keyboard.
              tabIndex={0}
            >
              {refused.map(({ name, message }) => (
                <React.Fragment key={name}>
                  <dt>{name}</dt>
                  <dd>{message}</dd>
                </React.Fragment>
              ))}
            </dl>
          </>
        )}
      </>
    )
  });
}

/**
 * Rename a user, or make or unmake them admin.
 */
export async function editUser(
  context: ICommandContext,
  name: string
): Promise<void> {
  const { hub, trans, actions } = context;
  let details: UserDetails | null;
  try {
    details = await hub.client.getUser(name);
  } catch (error) {
    actions.showProblem({ user: name, server: '' }, messageOf(error));
    return;
  }
  if (!details) {
    Notification.error(trans.__('The hub does not know this user any more.'));
    return;
  }
  const before = details.user;
  let after: UserView | null = null;
  await askForm(context, {
    title: trans.__('Edit user %1', name),
    lead: trans.__(
      'A new name does not rename the home directory, nor the account by which they log in. The address of their servers stays the old one until the hub restarts.'
    ),
    accept: trans.__('Save'),
    row: name,
    fields: [
      { name: 'name', label: trans.__('Name'), value: name },
      {
        name: 'admin',
        label: trans.__('Admin'),
        value: before.admin,
        note: trans.__('An admin can do everything on this hub.')
      }
    ],
    problemOf: values => {
      const wanted = String(values.name).trim();
      if (!wanted) {
        return trans.__('Write a name.');
      }
      return wanted === name && values.admin === before.admin ? '' : null;
    },
    send: async values => {
      const wanted = String(values.name).trim();
      after = await hub.client.editUser(name, {
        ...(wanted === name ? {} : { name: wanted }),
        ...(values.admin === before.admin
          ? {}
          : { admin: values.admin === true })
      });
    }
  });
  // Narrowing ends at the callback that sets it.
  const edited = after as UserView | null;
  if (edited && edited.name !== name) {
    hub.cursor.lists.forEach(list => list.refresh());
  } else if (edited) {
    patchPeople(
      hub.queryClient,
      { added: [], changed: [edited], removed: [], counts: null },
      () => true
    );
  }
}

/**
 * Delete a user, after a question that asks for the name.
 */
export async function deleteUser(
  context: ICommandContext,
  name: string
): Promise<void> {
  const { hub, trans } = context;
  const isDeleted = await askForm(context, {
    title: trans.__('Delete user %1?', name),
    lead: trans.__(
      'Their servers stop and are forgotten, and what the storage of these holds may be deleted for good. The account by which they log in stays.'
    ),
    accept: trans.__('Delete'),
    isDestructive: true,
    row: name,
    fields: [
      {
        name: 'typed',
        label: trans.__('Type %1 to go on', name),
        value: ''
      }
    ],
    problemOf: ({ typed }) => (typed === name ? null : ''),
    send: () => hub.client.deleteUser(name)
  });
  if (isDeleted) {
    patchPeople(
      hub.queryClient,
      { added: [], changed: [], removed: [name], counts: null },
      () => false
    );
    Notification.success(trans.__('User %1 was deleted.', name), {
      autoClose: 5000
    });
  }
}
