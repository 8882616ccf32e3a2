import type {
  BulkCandidate,
  BulkPlan,
  BulkProgress,
  BulkResult,
  BulkStatus
} from '../api/types';
import type { IWho } from '../format/who';
import { LONG_AGO } from './samples';

/**
 * A default server, or a named one.
 */
export function who(user: string, server = ''): IWho {
  return { user, server };
}

/**
 * A server that a bulk would act on; it was not used for years.
 */
export function candidate(
  user: string,
  more: Partial<BulkCandidate> = {}
): BulkCandidate {
  return {
    user,
    server: '',
    state: 'running',
    last_activity: LONG_AGO,
    busy: false,
    ...more
  };
}

/**
 * What a bulk would do.
 */
export function plan(
  targets: BulkCandidate[],
  more: Partial<BulkPlan> = {}
): BulkPlan {
  return {
    action: 'stop',
    total: targets.length,
    targets,
    in_use: 0,
    busy: null,
    ...more
  };
}

/**
 * A bulk that has just begun.
 */
export function progress(more: Partial<BulkProgress> = {}): BulkProgress {
  return {
    id: 'b1',
    action: 'stop',
    state: 'running',
    total: 3,
    done: 0,
    failed: 0,
    started: '2026-11-23T14:00:00Z',
    ended: null,
    ...more
  };
}

/**
 * What a bulk that is over says of itself.
 */
export const OVER = { state: 'done', ended: '2026-11-23T14:00:05Z' } as const;

/**
 * How it ended for one server: well, or forbidden with a reason.
 */
export function result({ user, server }: IWho, reason = ''): BulkResult {
  return {
    user,
    server,
    ok: reason === '',
    status: reason === '' ? 200 : 403,
    message: reason
  };
}

/**
 * How a bulk is going, with these outcomes.
 */
export function status(
  results: BulkResult[],
  more: Partial<BulkProgress> = {}
): BulkStatus {
  const failed = results.filter(({ ok }) => !ok).length;
  return { ...progress({ done: results.length, failed, ...more }), results };
}
