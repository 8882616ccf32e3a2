import type { Counts, ServerView, UserView } from '../api/types';
import type { IListView } from '../state/keys';
import { isActive } from '../state/listed';

/**
 * What the totals are made of.
 */
export interface IListed {
  view: Pick<IListView, 'search' | 'state'>;
  users: readonly UserView[];
  counts: Counts;
  /** Whether all that match are loaded. */
  isComplete: boolean;
  /** Whether all that match and have an active server are loaded. */
  hasAllActive: boolean;
}

/**
 * What the visitor may list, and some of it; null: not known.
 */
export interface ITotals {
  readonly users: number | null;
  /** Those with a server on its way included, as in the filter. */
  readonly running: number | null;
  readonly pending: number | null;
  readonly idle: number | null;
}

/**
 * The words that find what a total counts.
 */
export interface ITotalFilters {
  readonly pending: string;
  readonly idle: string;
}

/**
 * The words that find the servers on their way, and those unused for longer than a limit.
 *
 * @param limit - minutes
 */
export function totalFilters(limit: number): ITotalFilters {
  return {
    pending: 'pending',
    idle: limit % 60 === 0 ? `idle:>${limit / 60}h` : `idle:>${limit}m`
  };
}

/**
 * Count what can be counted without asking the Hub for more.
 *
 * Servers on their way and idle ones are counted only over all that are active: a number over
 * those that happen to be loaded would be wrong.
 */
export function totalsOf(
  { view, users, counts, isComplete, hasAllActive }: IListed,
  limit: number,
  now: number
): ITotals {
  const { search, state } = view;
  const servers = users.flatMap(user => user.servers);
  const pending = () => servers.filter(isPending).length;
  const idle = () =>
    servers.filter(server => isIdle(server, limit, now)).length;
  if (search === '' && state !== 'stopped') {
    const all = state === 'all' && isComplete;
    return {
      users: all ? users.length : counts.users,
      running: hasAllActive ? users.filter(isActive).length : counts.active,
      pending: hasAllActive ? pending() : null,
      idle: hasAllActive ? idle() : null
    };
  }
  const filters = totalFilters(limit);
  return {
    users: counts.users,
    running: counts.active,
    pending: search === filters.pending && isComplete ? pending() : null,
    idle: search === filters.idle && isComplete ? idle() : null
  };
}

function isPending({ state }: ServerView): boolean {
  return state === 'starting' || state === 'stopping';
}

function isIdle(server: ServerView, limit: number, now: number): boolean {
  const { state, last_activity } = server;
  return (
    state === 'running' &&
    last_activity !== null &&
    now - Date.parse(last_activity) > limit * 60_000
  );
}
