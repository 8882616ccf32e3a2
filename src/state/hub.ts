import type { QueryClient, QueryFilters } from '@tanstack/react-query';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { HubAdminClient } from '../api/client';
import { isAway, isRefused } from '../api/errors';
import { ActivityStore } from './activity';
import type { Announcer } from './announcer';
import { Bulks } from './bulk';
import { Cursor } from './cursor';
import type { IArrival } from './follower';
import { Follower } from './follower';
import { HubHealth } from './health';
import type { InfoStore } from './info';
import { keys } from './keys';
import { Live } from './live';
import { LiveRows } from './liveRows';
import { Losses } from './losses';
import type { Options } from './options';
import { createQueryClient } from './queryClient';
import { Selection } from './selection';
import type { IBegun } from './servers';
import { ServerActions } from './servers';
import { patchServer } from './patch';
import type { HubStart } from './start';
import { Visibility } from './visibility';

/**
 * Everything that the parts of the lab extension share; one for the page, loaded when somebody
 * looks at the hub or acts on it. What is known before is in `start.ts`.
 */
export interface IHubAdmin {
  /** The base URL of this server. */
  readonly baseUrl: string;
  readonly client: HubAdminClient;
  readonly queryClient: QueryClient;
  readonly info: InfoStore;
  /** What the visitor may not do any more. */
  readonly losses: Losses;
  readonly options: Options;
  readonly activity: ActivityStore;
  readonly actions: ServerActions;
  readonly health: HubHealth;
  readonly visibility: Visibility;
  readonly announcer: Announcer;
  readonly cursor: Cursor;
  readonly selection: Selection;
  readonly bulks: Bulks;
  /** What happens on the hub, as it happens. */
  readonly live: Live;
  /** An action on a server has begun here. */
  readonly begun: ISignal<IHubAdmin, IBegun>;
  /** A server that was on its way has arrived, or has not. */
  readonly arrived: ISignal<IHubAdmin, IArrival>;
  /** A request failed; if the Hub did not allow it, what else is allowed is asked anew. */
  refused: (error: unknown) => void;
}

/**
 * Puts the parts together.
 */
export class HubAdmin implements IHubAdmin {
  /**
   * @param start - what is known already
   */
  constructor({ settings, info, options, announcer }: HubStart) {
    this.info = info;
    this.options = options;
    this.announcer = announcer;
    this.baseUrl = settings.baseUrl;
    this.selection = new Selection(settings.baseUrl);
    this.activity = new ActivityStore(settings.baseUrl);
    const client = (this.client = new HubAdminClient(settings));
    const queryClient = (this.queryClient = createQueryClient());
    const onForbidden = (message: string) => this._forbid(message);
    const live = (this.live = new Live({
      client,
      health: this.health,
      visibility: this.visibility,
      baseUrl: settings.baseUrl,
      onForbidden
    }));
    const onArrival = (arrival: IArrival) => this._arrived.emit(arrival);
    const follower = (this._follower = new Follower({
      live,
      activity: this.activity,
      look: who => this.actions.look(who),
      show: server => patchServer(queryClient, server),
      isVisible: this.visibility.get,
      onArrival
    }));
    this.actions = new ServerActions({
      client,
      queryClient,
      activity: this.activity,
      follower,
      onBegun: begun => this._begun.emit(begun),
      mayStop: () => this.info.get()?.capabilities.stop_servers ?? false,
      onArrival,
      onForbidden
    });
    this.bulks = new Bulks({
      client,
      activity: this.activity,
      scope: settings.baseUrl,
      onForbidden
    });
    new LiveRows({ live, queryClient, follower, actions: this.actions });
    live.bulk.connect((_, progress) => this.bulks.take(progress));
    this.health.onRetry = () => this._retry();
    this.health.subscribe(() => this._reloadWhenBack());
    this._stopInfo = info.subscribe(() => this._takeInfo());
    this._takeInfo();
  }

  readonly client: HubAdminClient;
  readonly queryClient: QueryClient;
  readonly info: InfoStore;
  readonly actions: ServerActions;
  readonly bulks: Bulks;
  readonly live: Live;
  readonly losses = new Losses();
  readonly options: Options;
  readonly activity: ActivityStore;
  readonly health = new HubHealth();
  readonly visibility = new Visibility();
  readonly announcer: Announcer;
  readonly cursor = new Cursor();
  readonly selection: Selection;
  readonly baseUrl: string;

  /**
   * An action on a server has begun here.
   */
  get begun(): ISignal<this, IBegun> {
    return this._begun;
  }

  /**
   * A server that was on its way has arrived, or has not.
   */
  get arrived(): ISignal<this, IArrival> {
    return this._arrived;
  }

  /**
   * A request failed; if the Hub did not allow it, what else is allowed is asked anew.
   */
  refused(error: unknown): void {
    if (isRefused(error)) {
      this._forbid(error.message);
    }
  }

  /**
   * Whether nothing is asked any more.
   */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Ask nothing any more.
   */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this.live.dispose();
    this._follower.dispose();
    this.bulks.dispose();
    this.health.dispose();
    this.visibility.dispose();
    this.announcer.dispose();
    this._stopInfo();
    this.queryClient.clear();
    Signal.clearData(this);
  }

  private _takeInfo(): void {
    const info = this.info.get();
    if (info) {
      this.losses.see(info);
    }
    const isListing = info !== null && info.at_home && info.setup === 'ready';
    this.live.setEnabled(isListing);
  }

  /**
   * What is allowed has changed: drop to what is left, here and in every row.
   */
  private _forbid(message: string): void {
    this.losses.refused(message);
    this.info.load().catch(() => undefined); // the Hub is away, which others tell
    this.cursor.lists.forEach(list => list.refresh());
  }

  private _retry(): void {
    // Nobody waits for it while nothing is shown.
    if (!this.visibility.get()) {
      return;
    }
    this.live.retry();
    if (this._reloadFailed() === 0) {
      void this._probe();
    }
  }

  /**
   * Ask the Hub for something small, only to learn whether it answers.
   */
  private async _probe(): Promise<void> {
    try {
      await this.client.listUsers({ state: 'running', limit: 1 });
      this.health.answered();
    } catch (error) {
      this.health.failed(error);
    }
  }

  private _reloadWhenBack(): void {
    const { away } = this.health.get();
    if (this._wasAway && !away) {
      this._reloadFailed();
    }
    this._wasAway = away;
  }

  /**
   * Lists that could not be loaded because the Hub was away are asked for again.
   *
   * @returns how many there are
   */
  private _reloadFailed(): number {
    const filters: QueryFilters = {
      queryKey: keys.lists,
      predicate: ({ state }) => state.status === 'error' && isAway(state.error)
    };
    const count = this.queryClient.getQueryCache().findAll(filters).length;
    if (count > 0) {
      void this.queryClient.refetchQueries(filters, { cancelRefetch: false });
    }
    return count;
  }

  private readonly _follower: Follower;
  private readonly _stopInfo: () => void;
  private readonly _begun = new Signal<this, IBegun>(this);
  private readonly _arrived = new Signal<this, IArrival>(this);
  private _wasAway = false;
  private _isDisposed = false;
}
