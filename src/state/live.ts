import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { HubAdminClient } from '../api/client';
import { isAway, messageOf } from '../api/errors';
import type { IServerEvent } from '../api/sse';
import type {
  BulkProgress,
  LiveFresh,
  LiveHello,
  LiveProgress,
  LiveStale,
  LiveUsers,
  LiveView,
  ServerView
} from '../api/types';
import type { HubHealth } from './health';
import { Tabs } from './leader';
import { mergeViews } from './liveView';
import { EventStream } from './stream';
import type { Visibility } from './visibility';

/**
 * The code of a refusal, which is an answer.
 */
const FORBIDDEN = 'hub_forbidden';

/**
 * What live updates need of the rest.
 */
export interface ILiveOptions {
  client: HubAdminClient;
  health: HubHealth;
  visibility: Visibility;
  /** The base URL of this server; tabs of the same server share one stream. */
  baseUrl: string;
  /** The Hub answers, but allows nobody here to look any more. */
  onForbidden: (message: string) => void;
}

/**
 * What happens on the hub, as it happens: one stream for all tabs of this browser, while somebody
 * looks at one of them.
 */
export class Live {
  constructor(options: ILiveOptions) {
    const { client, visibility, baseUrl } = (this._options = options);
    const stream = (this._stream = new EventStream({
      client,
      onEvent: event => this._spread(event),
      onConnected: connected => this._tabs.setConnected(connected),
      onFailed: (error, heardAt, nextTry) =>
        this._failed(error, heardAt, nextTry)
    }));
    this._tabs = new Tabs({
      name: `hub-admin-lab:live:${baseUrl}`,
      onLead: leads => (leads ? stream.open() : stream.close()),
      onViews: () => stream.setView(mergeViews(this._tabs.views)),
      onJoined: () => this._tellStale(),
      onEvent: event => this._hear(event),
      onRetry: () => stream.retry()
    });
    visibility.subscribe(this._update);
  }

  /**
   * A server as it is now.
   */
  get server(): ISignal<this, ServerView> {
    return this._server;
  }

  /**
   * People as they are now.
   */
  get users(): ISignal<this, LiveUsers> {
    return this._users;
  }

  /**
   * How the start of a server goes on.
   */
  get progress(): ISignal<this, LiveProgress> {
    return this._progress;
  }

  /**
   * How a bulk goes on.
   */
  get bulk(): ISignal<this, BulkProgress> {
    return this._bulk;
  }

  /**
   * Whether changes of what is in view in this tab are heard of.
   */
  get isConnected(): boolean {
    return this._looks && this._tabs.isConnected;
  }

  /**
   * Tell what of the hub somebody looks at.
   *
   * @param owner - who shows it
   * @param view - what is in view there; null: nothing any more
   */
  setView(owner: object, view: LiveView | null): void {
    if (view) {
      this._views.set(owner, view);
    } else {
      this._views.delete(owner);
    }
    this._update();
  }

  /**
   * Whether there is a hub to hear of.
   */
  setEnabled(enabled: boolean): void {
    this._enabled = enabled;
    this._stream.reset();
    this._update();
  }

  /**
   * Have everything in view looked at now.
   */
  retry(): void {
    this._tabs.retry();
  }

  /**
   * Hear of nothing any more.
   */
  dispose(): void {
    this._enabled = false;
    this._update();
    this._tabs.dispose();
    Signal.clearData(this);
  }

  private get _looks(): boolean {
    return this._enabled && this._options.visibility.get();
  }

  private readonly _update = (): void => {
    const view = this._looks ? mergeViews(this._views.values()) : null;
    const text = JSON.stringify(view);
    if (text !== this._told) {
      this._told = text;
      this._tabs.setView(view);
    }
  };

  /**
   * The stream of this tab has told something: the other tabs want to know it too.
   */
  private _spread(event: IServerEvent): void {
    this._tabs.tell(event);
    this._hear(event);
  }

  private _hear({ name, data }: IServerEvent): void {
    const { health } = this._options;
    switch (name) {
      case 'hello':
        this._hearStale((data as LiveHello).stale);
        return;
      case 'stale':
        this._hearStale(data as LiveStale);
        return;
      case 'fresh':
        this._stale = null;
        health.answered(Date.parse((data as LiveFresh).as_of));
        return;
      case 'server':
        this._answered();
        this._server.emit(data as ServerView);
        return;
      case 'users':
        this._answered();
        this._users.emit(data as LiveUsers);
        return;
      case 'progress':
        this._progress.emit(data as LiveProgress);
        return;
      case 'bulk':
        this._bulk.emit(data as BulkProgress);
        return;
    }
  }

  private _hearStale(stale: LiveStale | null): void {
    const { health, onForbidden } = this._options;
    const before = this._stale;
    this._stale = stale;
    if (stale?.code === FORBIDDEN) {
      health.answered();
      // It is tried again and again, but told once.
      if (before?.code !== FORBIDDEN) {
        onForbidden(stale.message);
      }
    } else if (stale) {
      health.told(stale);
    } else if (before) {
      health.answered();
    }
  }

  /**
   * News of the hub prove that it answers, but while it is known to be away they may be older.
   */
  private _answered(): void {
    if (!this._stale) {
      this._options.health.answered();
    }
  }

  /**
   * Not the Hub but the way to it is away, which makes no difference to whoever looks.
   */
  private _failed(error: unknown, heardAt: number, nextTry: number): void {
    if (isAway(error)) {
      const stale: LiveStale = {
        message: messageOf(error),
        code: 'hub_unreachable',
        as_of: this._stale?.as_of ?? timeOf(heardAt),
        retry_at: new Date(nextTry).toISOString()
      };
      this._spread({ name: 'stale', id: '', data: stale });
    }
  }

  private _tellStale(): void {
    if (this._stale) {
      this._tabs.tell({ name: 'stale', id: '', data: this._stale });
    }
  }

  private readonly _options: ILiveOptions;
  private readonly _stream: EventStream;
  private readonly _tabs: Tabs;
  private readonly _views = new Map<object, LiveView>();
  private readonly _server = new Signal<this, ServerView>(this);
  private readonly _users = new Signal<this, LiveUsers>(this);
  private readonly _progress = new Signal<this, LiveProgress>(this);
  private readonly _bulk = new Signal<this, BulkProgress>(this);
  private _enabled = false;
  private _stale: LiveStale | null = null;
  /** What the other tabs know of this one, as JSON. */
  private _told = 'null';
}

/**
 * A time as the server extension writes it; null for none.
 */
function timeOf(milliseconds: number): string | null {
  return milliseconds ? new Date(milliseconds).toISOString() : null;
}
