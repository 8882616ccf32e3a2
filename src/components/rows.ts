import type { TranslationBundle } from '@jupyterlab/translation';

import type { ServerView, UserView } from '../api/types';
import { formatAgo } from '../format/time';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { IActivity, ServerAction } from '../state/activity';

/**
 * One line of the list: a user with the default server, or a named server under its user.
 */
export interface IRow {
  /** How the server is called; unique. */
  readonly key: string;
  readonly who: IWho;
  /** 1 for a user, 2 for a named server. */
  readonly level: 1 | 2;
  /** What the row shows as its name. */
  readonly label: string;
  readonly user: UserView;
  /** Null: the user has no default server. */
  readonly server: ServerView | null;
  /** When it was last used; null: never, as far as is known. */
  readonly lastActivity: string | null;
}

/**
 * The lines of a list of users.
 */
export function rowsOf(users: readonly UserView[]): IRow[] {
  const rows: IRow[] = [];
  for (const user of users) {
    const own = user.servers.find(({ name }) => name === '') ?? null;
    const who = { user: user.name, server: '' };
    rows.push({
      key: whoOf(who),
      who,
      level: 1,
      label: user.name,
      user,
      server: own,
      // The Hub forgets it with a server's record, the user's own is left; with named servers it
      // may be theirs.
      lastActivity:
        own?.last_activity ??
        (user.servers.length > 1 ? null : user.last_activity)
    });
    for (const server of user.servers) {
      if (server.name !== '') {
        const named = { user: user.name, server: server.name };
        rows.push({
          key: whoOf(named),
          who: named,
          level: 2,
          label: server.display_name || server.name,
          user,
          server,
          lastActivity: server.last_activity
        });
      }
    }
  }
  return rows;
}

/**
 * What went wrong with a server, as its row tells.
 */
export interface IRowProblem {
  /** The dot shows it too. */
  readonly failed: boolean;
  readonly action: ServerAction;
  /** The Hub's words; may be empty. */
  readonly message: string;
  /** When the Hub reported it; null if it is known only here. */
  readonly at: string | null;
}

/**
 * What went wrong with a server and was not dismissed; null if nothing.
 */
export function problemOf(
  server: ServerView | null,
  activity: IActivity
): IRowProblem | null {
  if (server?.state === 'starting' || server?.state === 'stopping') {
    return null;
  }
  const failure = server?.failure ?? null;
  if (activity.problem) {
    const { kind, action, message } = activity.problem;
    return {
      failed: kind === 'failed' && server?.state !== 'running',
      action,
      message,
      at: failure?.at ?? null
    };
  }
  if (failure && failure.at !== activity.dismissed) {
    return {
      failed: server?.state === 'stopped',
      action: 'start',
      message: failure.message,
      at: failure.at
    };
  }
  return null;
}

/**
 * The accessible name of a row; it begins with how the server is called.
 *
 * @param soon - what becomes of it, where that is soon: `Stops in 9 min.`
 */
export function rowName(
  row: IRow,
  failed: boolean,
  now: number,
  trans: TranslationBundle,
  soon: string | null = null
): string {
  const { key, server, lastActivity } = row;
  const ago =
    lastActivity === null ? null : formatAgo(lastActivity, now, trans, 'long');
  if (failed) {
    return trans.__('%1, failed', key);
  }
  switch (server?.state) {
    case 'starting':
      return trans.__('%1, starting', key);
    case 'stopping':
      return trans.__('%1, stopping', key);
    case 'running':
      if (soon !== null) {
        return ago === null
          ? trans.__('%1, running. %2', key, soon)
          : trans.__('%1, running, last activity %2. %3', key, ago, soon);
      }
      return ago === null
        ? trans.__('%1, running', key)
        : trans.__('%1, running, last activity %2', key, ago);
    case 'stopped':
    case undefined:
      return ago === null
        ? trans.__('%1, stopped, never used', key)
        : trans.__('%1, stopped, last activity %2', key, ago);
  }
}

/**
 * What the message line of a row says.
 */
export function problemText(
  problem: IRowProblem,
  trans: TranslationBundle
): string {
  const { action, failed, message } = problem;
  if (failed) {
    return message || trans.__('The hub gives no reason.');
  }
  const reason = message || trans.__('the hub gives no reason.');
  switch (action) {
    case 'start':
      return trans.__('Not started: %1', reason);
    case 'stop':
      return trans.__('Not stopped: %1', reason);
    case 'restart':
      return trans.__('Not restarted: %1', reason);
  }
}
