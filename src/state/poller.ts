import type { QueryClient } from '@tanstack/react-query';

import type { HubAdminClient } from '../api/client';
import { isAborted } from '../api/errors';
import type { UserView } from '../api/types';
import type { IWho } from '../format/who';
import type { Follower } from './follower';
import type { HubHealth } from './health';
import { keys } from './keys';
import type { ServerActions } from './servers';
import {
  isActive,
  listedUsers,
  mergeUser,
  patchPage,
  patchUsers
} from './users';

/**
 * Active users that are asked for at once; the most that the Hub gives.
 */
const PAGE = 200;

/**
 * Users that are no longer among the active ones, asked for one by one after each round.
 */
const LOOKS = 5;

/**
 * What the poller needs of the rest.
 */
export interface IPollerOptions {
  client: HubAdminClient;
  queryClient: QueryClient;
  follower: Follower;
  actions: ServerActions;
  health: HubHealth;
  /** Milliseconds between two looks. */
  period: () => number;
}

/**
 * Keeps the states of the listed servers true while somebody looks: one page of the active users
 * at a time, in turn. Rows are changed where they are, the list is never loaded again.
 */
export class Poller {
  constructor(options: IPollerOptions) {
    this._options = options;
  }

  /**
   * Look now and then from now on, or no more.
   */
  setActive(active: boolean): void {
    if (active === this._active) {
      return;
    }
    this._active = active;
    this._request?.abort();
    clearTimeout(this._timer);
    if (active) {
      this._offset = 0;
      this._schedule();
    }
  }

  /**
   * Look at once.
   */
  now(): void {
    if (this._active) {
      clearTimeout(this._timer);
      void this._poll();
    }
  }

  private _schedule(): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(
      () => void this._poll(),
      Math.max(1000, this._options.period())
    );
  }

  private async _poll(): Promise<void> {
    const { client, queryClient, health } = this._options;
    this._request?.abort();
    const request = (this._request = new AbortController());
    // Whoever was active in the lists when a round began and is not met in it has stopped.
    if (this._offset === 0) {
      this._round = new Set(
        listedUsers(queryClient)
          .filter(isActive)
          .map(({ name }) => name)
      );
    }
    try {
      const page = await client.listUsers(
        { state: 'running', offset: this._offset, limit: PAGE },
        request.signal
      );
      const wasAway = health.get().away;
      health.answered();
      patchPage(queryClient, page, this._isKept);
      page.items.forEach(user => this._seen(user));
      this._offset = page.next ?? 0;
      if (page.next === null) {
        await this._askMissing(request.signal);
      }
      if (wasAway) {
        await this._reloadFailed();
      }
    } catch (error) {
      if (isAborted(error)) {
        return;
      }
      this._offset = 0;
      health.failed(error);
    }
    // While the Hub is away, its own countdown says when to look again.
    if (this._active && !health.get().away && !request.signal.aborted) {
      this._schedule();
    }
  }

  private _seen(user: UserView): void {
    this._round.delete(user.name);
    for (const { name, state } of user.servers) {
      const who = { user: user.name, server: name };
      if (
        (state === 'starting' || state === 'stopping') &&
        !this._isKept(who)
      ) {
        this._options.follower.follow(
          who,
          state === 'starting' ? 'start' : 'stop',
          { mine: false }
        );
      }
    }
  }

  private async _askMissing(signal: AbortSignal): Promise<void> {
    const { client, queryClient } = this._options;
    for (const name of [...this._round].slice(0, LOOKS)) {
      const user = await client.getUser(name, signal);
      if (user) {
        patchUsers(queryClient, old =>
          old.name === name ? mergeUser(old, user, this._isKept) : old
        );
      }
    }
  }

  /**
   * The Hub answers again: lists that could not be loaded are asked for again.
   */
  private async _reloadFailed(): Promise<void> {
    await this._options.queryClient.refetchQueries({
      queryKey: keys.lists,
      predicate: query => query.state.status === 'error'
    });
  }

  private readonly _isKept = (who: IWho): boolean =>
    this._options.follower.has(who) || this._options.actions.isAsked(who);

  private readonly _options: IPollerOptions;
  private _active = false;
  private _offset = 0;
  private _round = new Set<string>();
  private _request: AbortController | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
