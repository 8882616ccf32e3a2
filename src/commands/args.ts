import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IWho } from '../format/who';
import type { HubStart } from '../state/start';

/**
 * A command without arguments.
 */
export const NO_ARGS = { args: { type: 'object' as const, properties: {} } };

/**
 * The arguments of a command that is about one server.
 */
export const SERVER_ARGS = {
  type: 'object' as const,
  properties: {
    user: { type: 'string', description: 'The name of the user' },
    server: {
      type: 'string',
      description: 'The name of the server; empty for the default server'
    },
    row: {
      type: 'boolean',
      description: 'Act on the current row of the list'
    }
  }
};

/**
 * The server that the arguments name; null if they name none.
 *
 * A command asks before it waits for anything: meanwhile another row may become the current one.
 */
export function whoOfArgs(
  { hub }: HubStart,
  args: ReadonlyPartialJSONObject
): IWho | null {
  if (args.row) {
    return hub?.cursor.who ?? null;
  }
  const { user, server } = args;
  return typeof user === 'string' && user !== ''
    ? { user, server: typeof server === 'string' ? server : '' }
    : null;
}
