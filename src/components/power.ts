import type { ServerView, UserView } from '../api/types';

/**
 * What the rightmost button of a row does; null: there is none.
 */
export type PowerMeaning = 'start' | 'cancel' | 'stop' | null;

/**
 * What the rightmost button does, by the state and by what the Hub allows.
 */
export function powerOf(server: ServerView | null): PowerMeaning {
  switch (server?.state) {
    case 'running':
      return server.can.stop ? 'stop' : null;
    case 'starting':
      return server.can.stop ? 'cancel' : null;
    case 'stopped':
      return server.can.start ? 'start' : null;
    case 'stopping':
    case undefined:
      return null;
  }
}

/**
 * Whether a server can be restarted, which is a stop and a start.
 */
export function canRestart(
  server: ServerView | null,
  user: UserView | undefined
): boolean {
  return (
    server?.state === 'running' && server.can.stop && (user?.may_start ?? false)
  );
}
