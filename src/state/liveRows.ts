import type { QueryClient } from '@tanstack/react-query';

import type { LiveUsers, ServerView } from '../api/types';
import type { IWho } from '../format/who';
import type { Follower } from './follower';
import type { Live } from './live';
import { findServer } from './listed';
import { patchPeople, patchServer } from './patch';
import type { ServerActions } from './servers';

/**
 * What the rows need to be kept true.
 */
export interface ILiveRowsOptions {
  live: Live;
  queryClient: QueryClient;
  follower: Follower;
  actions: ServerActions;
}

/**
 * Puts what happens on the hub into the lists: rows are changed where they are, no list is loaded
 * again.
 */
export class LiveRows {
  constructor(options: ILiveRowsOptions) {
    this._options = options;
    options.live.server.connect(this._onServer);
    options.live.users.connect(this._onUsers);
  }

  private readonly _onServer = (_: Live, server: ServerView): void => {
    const { follower, queryClient } = this._options;
    const who = { user: server.user, server: server.name };
    if (this._isKept(who)) {
      follower.told(server);
    } else {
      patchServer(queryClient, server);
      this._followOthers(server);
    }
  };

  private readonly _onUsers = (_: Live, people: LiveUsers): void => {
    const { follower, queryClient } = this._options;
    const { added = [], changed = [], removed = [] } = people;
    const servers = [...added, ...changed].flatMap(user => user.servers);
    servers.forEach(server => follower.told(server));
    removed.forEach(name => follower.gone(name));
    patchPeople(queryClient, people, this._isKept);
    servers.forEach(server => this._followOthers(server));
  };

  /**
   * What others have begun with a server that is listed here is followed to its end.
   */
  private _followOthers({ user, name, state }: ServerView): void {
    const { follower, queryClient } = this._options;
    const who = { user, server: name };
    const isOnItsWay = state === 'starting' || state === 'stopping';
    if (isOnItsWay && !this._isKept(who) && findServer(queryClient, who)) {
      const action = state === 'starting' ? 'start' : 'stop';
      follower.follow(who, action, { mine: false });
    }
  }

  private readonly _isKept = (who: IWho): boolean =>
    this._options.follower.has(who) || this._options.actions.isAsked(who);

  private readonly _options: ILiveRowsOptions;
}
