import type { QueryClient } from '@tanstack/react-query';

import type { HubAdminClient } from '../api/client';
import { ApiError, isRefused, messageOf } from '../api/errors';
import type { Can, ServerView } from '../api/types';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { ActivityStore, IProblem, ServerAction } from './activity';
import type { Follower, IArrival } from './follower';
import { findServer } from './listed';
import { patchServer, patchUsers } from './patch';

/**
 * What can be done with a server while the Hub thinks.
 */
const NOTHING: Can = {
  start: false,
  stop: false,
  access: false,
  delete: false
};

/**
 * Somebody here has begun to do something with a server.
 */
export interface IBegun {
  readonly who: IWho;
  readonly action: ServerAction;
}

/**
 * What the actions need of the rest.
 */
export interface IServerActionsOptions {
  client: HubAdminClient;
  queryClient: QueryClient;
  activity: ActivityStore;
  follower: Follower;
  /** Whether the visitor may stop servers at all. */
  mayStop: () => boolean;
  onBegun: (begun: IBegun) => void;
  onArrival: (arrival: IArrival) => void;
  /** The Hub did not allow it: what else is allowed may have changed too. */
  onForbidden: (message: string) => void;
}

/**
 * Starts, stops and restarts servers: shown at once, taken back when the Hub refuses.
 */
export class ServerActions {
  constructor(options: IServerActionsOptions) {
    this._options = options;
  }

  /**
   * Whether a request for this server is not answered yet.
   */
  isAsked(who: IWho): boolean {
    return this._asked.has(whoOf(who));
  }

  /**
   * Start a server.
   *
   * @returns the error, null if the Hub took it on
   */
  start(who: IWho): Promise<Error | null> {
    const can = { ...NOTHING, stop: this._options.mayStop() };
    return this._act(who, 'start', { state: 'starting', url: null, can });
  }

  /**
   * Stop a server, or give up its start.
   *
   * @returns the error, null if the Hub took it on
   */
  stop(who: IWho): Promise<Error | null> {
    return this._act(who, 'stop', {
      state: 'stopping',
      url: null,
      can: NOTHING
    });
  }

  /**
   * Restart a server.
   *
   * @returns the error, null if the Hub took it on
   */
  restart(who: IWho): Promise<Error | null> {
    return this._act(who, 'restart', {
      state: 'stopping',
      url: null,
      can: NOTHING
    });
  }

  /**
   * Ask the Hub for a server and show it.
   */
  async look(who: IWho): Promise<ServerView | null> {
    const { client, queryClient } = this._options;
    const user = (await client.getUser(who.user))?.user;
    const server = user?.servers.find(({ name }) => name === who.server);
    if (user && !this.isAsked(who)) {
      // All but the servers: how these are shown is for whoever asked to say.
      patchUsers(queryClient, old =>
        old.name === user.name ? { ...user, servers: old.servers } : old
      );
    }
    return server ?? null;
  }

  private async _act(
    who: IWho,
    action: ServerAction,
    expected: Pick<ServerView, 'state' | 'url' | 'can'>
  ): Promise<Error | null> {
    const { activity, follower, queryClient } = this._options;
    const key = whoOf(who);
    if (this._asked.has(key)) {
      return null;
    }
    const before = findServer(queryClient, who);
    this._asked.add(key);
    activity.begin(key, action);
    this._options.onBegun({ who, action });
    if (before) {
      patchServer(queryClient, { ...before, ...expected, failure: null });
    }
    follower.follow(who, action, {
      mine: true,
      asked: true,
      startedBefore: before?.started ?? null
    });
    try {
      const server = await this._request(who, action);
      this._asked.delete(key);
      if (follower.has(who)) {
        patchServer(queryClient, server);
        follower.answered(who, server);
      }
      return null;
    } catch (error) {
      this._asked.delete(key);
      follower.leave(who);
      if (before) {
        patchServer(queryClient, before);
      }
      const problem = problemOf(action, error);
      const { since } = activity.get(key);
      activity.end(key, problem);
      await this._afterError(who, error);
      this._options.onArrival({
        who,
        action,
        failure: problem.message,
        mine: true,
        since
      });
      return error instanceof Error ? error : new Error(problem.message);
    }
  }

  private _request(who: IWho, action: ServerAction): Promise<ServerView> {
    const { client } = this._options;
    switch (action) {
      case 'start':
        return client.startServer(who.user, who.server);
      case 'stop':
        return client.stopServer(who.user, who.server);
      case 'restart':
        return client.restartServer(who.user, who.server);
    }
  }

  /**
   * The truth after a refusal: the server may be in another state than the list thought.
   */
  private async _afterError(who: IWho, error: unknown): Promise<void> {
    const { follower, queryClient } = this._options;
    if (isRefused(error)) {
      this._options.onForbidden(error.message);
    }
    try {
      const server = await this.look(who);
      if (!server || this.isAsked(who)) {
        return;
      }
      patchServer(queryClient, server);
      if (server.state === 'starting' || server.state === 'stopping') {
        const doing = server.state === 'starting' ? 'start' : 'stop';
        follower.follow(who, doing, { mine: false });
      }
    } catch {
      // The row keeps what it showed before, with the reason of the refusal.
    }
  }

  private readonly _options: IServerActionsOptions;
  private readonly _asked = new Set<string>();
}

/**
 * A start that the spawner tried and could not do has failed; everything else was refused.
 */
function problemOf(action: ServerAction, error: unknown): IProblem {
  const tried = error instanceof ApiError && error.code === 'hub_failed';
  return {
    kind: tried && action !== 'stop' ? 'failed' : 'refused',
    action,
    message: messageOf(error)
  };
}
