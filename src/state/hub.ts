import type { ServerConnection } from '@jupyterlab/services';
import type { QueryClient } from '@tanstack/react-query';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { HubAdminClient } from '../api/client';
import { ActivityStore } from './activity';
import { Announcer } from './announcer';
import { Cursor } from './cursor';
import type { IArrival } from './follower';
import { Follower } from './follower';
import { HubHealth } from './health';
import { InfoStore } from './info';
import { Options } from './options';
import { Poller } from './poller';
import { createQueryClient } from './queryClient';
import { ServerActions } from './servers';
import { patchServer } from './users';
import { Visibility } from './visibility';

/**
 * Everything that the parts of the lab extension share; one for the page.
 */
export interface IHubAdmin {
  readonly client: HubAdminClient;
  readonly queryClient: QueryClient;
  readonly info: InfoStore;
  readonly options: Options;
  readonly activity: ActivityStore;
  readonly actions: ServerActions;
  readonly health: HubHealth;
  readonly visibility: Visibility;
  readonly announcer: Announcer;
  readonly cursor: Cursor;
  readonly poller: Poller;
  /** A server that was on its way has arrived, or has not. */
  readonly arrived: ISignal<IHubAdmin, IArrival>;
  /** The Hub refused something that it allowed before; the message is the Hub's. */
  readonly forbidden: ISignal<IHubAdmin, string>;
}

/**
 * Puts the parts together.
 */
export class HubAdmin implements IHubAdmin {
  /**
   * @param settings - the connection to this server
   */
  constructor(settings: ServerConnection.ISettings) {
    const client = (this.client = new HubAdminClient(settings));
    const queryClient = (this.queryClient = createQueryClient());
    this.info = new InfoStore(client, queryClient);
    const onArrival = (arrival: IArrival) => this._arrived.emit(arrival);
    const follower = (this._follower = new Follower({
      client,
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
      mayStop: () => this.info.get()?.capabilities.stop_servers ?? false,
      onArrival,
      onForbidden: message => this._forbidden.emit(message)
    });
    const poller = (this.poller = new Poller({
      client,
      queryClient,
      follower,
      actions: this.actions,
      health: this.health,
      period: () => this.options.get().refreshPeriod * 1000
    }));
    this.health.onRetry = () => poller.now();
    this.visibility.subscribe(() => this._updatePoller());
    this.info.subscribe(() => this._updatePoller());
  }

  readonly client: HubAdminClient;
  readonly queryClient: QueryClient;
  readonly info: InfoStore;
  readonly actions: ServerActions;
  readonly poller: Poller;
  readonly options = new Options();
  readonly activity = new ActivityStore();
  readonly health = new HubHealth();
  readonly visibility = new Visibility();
  readonly announcer = new Announcer();
  readonly cursor = new Cursor();

  /**
   * A server that was on its way has arrived, or has not.
   */
  get arrived(): ISignal<this, IArrival> {
    return this._arrived;
  }

  /**
   * The Hub refused something that it allowed before.
   */
  get forbidden(): ISignal<this, string> {
    return this._forbidden;
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
    this.poller.setActive(false);
    this._follower.dispose();
    this.health.dispose();
    this.visibility.dispose();
    this.announcer.dispose();
    this.queryClient.clear();
    Signal.clearData(this);
  }

  private _updatePoller(): void {
    const info = this.info.get();
    const listing = info !== null && info.at_home && info.setup === 'ready';
    this.poller.setActive(listing && this.visibility.get());
  }

  private readonly _follower: Follower;
  private readonly _arrived = new Signal<this, IArrival>(this);
  private readonly _forbidden = new Signal<this, string>(this);
  private _isDisposed = false;
}
