import type { TranslationBundle } from '@jupyterlab/translation';

import type { BulkCandidate, UserView } from '../api/types';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { ServerAction } from '../state/activity';
import type { IHubAdmin } from '../state/hub';
import { listedUsers } from '../state/listed';

/**
 * Why a server that was chosen is left out.
 */
type Obstacle =
  | 'own'
  | 'running'
  | 'starting'
  | 'stopped'
  | 'stopping'
  | 'notRunning'
  | 'forbidden';

/**
 * What of a choice can be acted on.
 */
export interface ISorted {
  readonly targets: readonly IWho[];
  /** What is left out, in sentences. */
  readonly leftOut: readonly string[];
}

/**
 * Tell the servers on which an action makes sense from the others.
 *
 * What nobody knows anything of is left to the Hub to decide.
 *
 * @param fresh - servers as they are now, where they were asked for; better than the lists
 */
export function sortOut(
  hub: IHubAdmin,
  trans: TranslationBundle,
  action: ServerAction,
  chosen: readonly IWho[],
  fresh: readonly BulkCandidate[] = []
): ISorted {
  const users = new Map(
    listedUsers(hub.queryClient).map(user => [user.name, user])
  );
  const states = new Map(fresh.map(server => [whoOf(server), server.state]));
  const counts = new Map<Obstacle, number>();
  const targets = chosen.filter(who => {
    const obstacle = hub.info.isOwn(who)
      ? 'own'
      : obstacleOf(action, who, users.get(who.user), states.get(whoOf(who)));
    if (obstacle !== null) {
      counts.set(obstacle, (counts.get(obstacle) ?? 0) + 1);
    }
    return obstacle === null;
  });
  const leftOut = [...counts].map(([obstacle, count]) =>
    obstacleText(obstacle, action, count, trans)
  );
  return { targets, leftOut };
}

function obstacleOf(
  action: ServerAction,
  who: IWho,
  user: UserView | undefined,
  fresh: BulkCandidate['state'] | undefined
): Obstacle | null {
  const server = user?.servers.find(({ name }) => name === who.server);
  const state = fresh ?? server?.state ?? (user ? 'stopped' : undefined);
  if (state === undefined) {
    return null;
  }
  // What may be done is known only of the state in which the server was listed.
  const can = server?.state === state ? server.can : undefined;
  switch (action) {
    case 'start':
      if (state !== 'stopped') {
        return state;
      }
      return (can?.start ?? user?.may_start ?? true) ? null : 'forbidden';
    case 'stop':
      if (state === 'stopped' || state === 'stopping') {
        return state;
      }
      return (can?.stop ?? true) ? null : 'forbidden';
    case 'restart':
      if (state !== 'running') {
        return 'notRunning';
      }
      return (can?.stop ?? true) && (user?.may_start ?? true)
        ? null
        : 'forbidden';
  }
}

function obstacleText(
  obstacle: Obstacle,
  action: ServerAction,
  n: number,
  trans: TranslationBundle
): string {
  switch (obstacle) {
    case 'own':
      return trans.__('The server you are in is left out.');
    case 'running':
      return trans._n('%1 is running already.', '%1 are running already.', n);
    case 'starting':
      return trans._n('%1 is starting already.', '%1 are starting already.', n);
    case 'stopped':
      return trans._n('%1 is stopped already.', '%1 are stopped already.', n);
    case 'stopping':
      return trans._n(
        '%1 is stopping at the moment.',
        '%1 are stopping at the moment.',
        n
      );
    case 'notRunning':
      return trans._n('%1 is not running.', '%1 are not running.', n);
    case 'forbidden':
      return forbiddenText(action, n, trans);
  }
}

function forbiddenText(
  action: ServerAction,
  n: number,
  trans: TranslationBundle
): string {
  switch (action) {
    case 'start':
      return trans._n(
        'You may not start %1 of them.',
        'You may not start %1 of them.',
        n
      );
    case 'stop':
      return trans._n(
        'You may not stop %1 of them.',
        'You may not stop %1 of them.',
        n
      );
    case 'restart':
      return trans._n(
        'You may not restart %1 of them.',
        'You may not restart %1 of them.',
        n
      );
  }
}
