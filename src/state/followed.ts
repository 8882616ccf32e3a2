import type { ServerView } from '../api/types';
import type { IWho } from '../format/who';
import type { ServerAction } from './activity';

/**
 * How long a restarting server may show as stopped before it counts as one that did not start, in
 * milliseconds.
 */
const RESTART_PATIENCE = 16_000;

/**
 * A server on its way.
 */
export interface IFollowed {
  readonly who: IWho;
  readonly key: string;
  action: ServerAction;
  /** Somebody at this page asked for it. */
  readonly mine: boolean;
  readonly since: number;
  /** The request that began it is not answered yet, so a server at rest proves nothing. */
  asked: boolean;
  /** What a restarting server was started at before. */
  startedBefore: string | null;
  /** It was seen down, or on its way up: running is the end of a restart. */
  wentDown: boolean;
  /** Since when a restarting server shows as stopped. */
  stoppedSince: number | null;
  /** How long it may. */
  patience: number;
  /** Why it failed, as was told. */
  reason: string;
  /** When it was last told of, or looked at. */
  knownAt: number;
}

/**
 * What the state of a server means for whoever follows it.
 */
export interface IStep {
  /** What its row shows from now on; null: what it did. */
  readonly show: ServerView | null;
  /** It has arrived; why not as it should is empty if nobody knows, null if it has. */
  readonly end: { readonly failure: string | null } | null;
}

const STAY: IStep = { show: null, end: null };

/**
 * A server on its way as it is when it is begun to be followed.
 */
export function followed(
  first: Pick<
    IFollowed,
    'who' | 'key' | 'action' | 'mine' | 'asked' | 'startedBefore'
  >
): IFollowed {
  const now = Date.now();
  return {
    ...first,
    since: now,
    wentDown: false,
    stoppedSince: null,
    patience: RESTART_PATIENCE,
    reason: '',
    knownAt: now
  };
}

/**
 * The start of a server has ended, well or not: its next state at rest is its last.
 */
export function markEnded(entry: IFollowed): void {
  entry.asked = false;
  entry.startedBefore = null;
  entry.wentDown = true;
  entry.patience = 0;
}

/**
 * Whether this may have been seen before the server was on its way, so that it has to be asked for
 * again before it counts as an end.
 */
export function isDoubtful(entry: IFollowed, { state }: ServerView): boolean {
  const isAtRest = state === 'running' || state === 'stopped';
  const end = entry.action === 'stop' ? 'stopped' : 'running';
  return isAtRest && state !== end && entry.action !== 'restart';
}

/**
 * Take what the Hub says of a server that is followed.
 */
export function take(entry: IFollowed, server: ServerView): IStep {
  entry.knownAt = Date.now();
  switch (server.state) {
    case 'starting':
      entry.wentDown = true;
      entry.stoppedSince = null;
      if (entry.action === 'stop' && !entry.asked) {
        entry.action = 'start';
      }
      return { show: server, end: null };
    case 'stopping':
      if (entry.action === 'start' && !entry.asked) {
        entry.action = 'stop';
      }
      return { show: server, end: null };
    case 'running':
      return takeRunning(entry, server);
    case 'stopped':
      return takeStopped(entry, server);
  }
}

function takeRunning(entry: IFollowed, server: ServerView): IStep {
  const notYetDown =
    entry.action === 'restart' &&
    !entry.wentDown &&
    server.started === entry.startedBefore;
  if (entry.asked || notYetDown) {
    return STAY;
  }
  const failure =
    entry.action === 'stop' ? (server.failure?.message ?? '') : null;
  return { show: server, end: { failure } };
}

function takeStopped(entry: IFollowed, server: ServerView): IStep {
  if (entry.asked) {
    return STAY;
  }
  entry.wentDown = true;
  entry.stoppedSince ??= Date.now();
  if (
    entry.action === 'restart' &&
    !server.failure &&
    Date.now() - entry.stoppedSince < entry.patience
  ) {
    // Between its stop and its start: nothing may be done with it now.
    const can = { start: false, stop: false, access: false, delete: false };
    return { show: { ...server, state: 'starting', can }, end: null };
  }
  const failure =
    entry.action === 'stop' ? null : (server.failure?.message ?? entry.reason);
  return { show: server, end: { failure } };
}
