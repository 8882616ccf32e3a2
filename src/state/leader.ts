import type { IServerEvent } from '../api/sse';
import type { LiveView } from '../api/types';
import type { ITab, Message } from './tabMessages';
import { isMessage } from './tabMessages';

/**
 * Milliseconds between two signs of life of a tab.
 */
const BEAT = 3000;

/**
 * Milliseconds after which a tab without a sign of life counts as gone.
 */
const PATIENCE = 10_000;

/**
 * How long a tab waits for answers of others before it takes the lead, in milliseconds.
 */
const JOINING = 100;

/**
 * How long the leader stays when nobody looks any more, in milliseconds.
 */
const GRACE = 10_000;

interface IPeer extends ITab {
  readonly heardAt: number;
}

/**
 * What one tab does as one of many.
 */
export interface ITabsOptions {
  /** Tabs of the same name share one leader. */
  name: string;
  /** This tab leads from now on, or no more. */
  onLead: (leads: boolean) => void;
  /** What is in view anywhere may have changed. */
  onViews: () => void;
  /** Another tab looks too, and does not know yet how things are. */
  onJoined: () => void;
  /** The leader has heard something. */
  onEvent: (event: IServerEvent) => void;
  /** Somebody in another tab wants it to be tried again now. */
  onRetry: () => void;
}

/**
 * Finds the one tab of this browser that holds the stream of events, and passes on what it hears.
 *
 * Only a tab in which somebody looks leads: the timers of hidden ones are slow, and some are frozen.
 */
export class Tabs {
  constructor(options: ITabsOptions) {
    this._options = options;
  }

  /**
   * Whether this tab holds the stream.
   */
  get leads(): boolean {
    return this._leads;
  }

  /**
   * Whether the stream is open, whoever holds it.
   */
  get isConnected(): boolean {
    return this._leads
      ? this._connected
      : [...this._peers.values()].some(peer => peer.leads && peer.connected);
  }

  /**
   * What is in view in each tab.
   */
  get views(): LiveView[] {
    const peers = [...this._peers.values()].map(({ view }) => view);
    return [this._view, ...peers].filter(view => view !== null);
  }

  /**
   * Tell what is in view in this tab; null if nobody looks.
   */
  setView(view: LiveView | null): void {
    if (view === null && this._view === null) {
      return;
    }
    const joins = this._view === null;
    this._view = view;
    if (joins) {
      this._join();
    } else {
      this._say();
    }
    if (this._leads) {
      this._options.onViews();
    }
    this._decide();
  }

  /**
   * The stream of this tab was opened, or broke off.
   */
  setConnected(connected: boolean): void {
    this._connected = connected;
    this._say();
  }

  /**
   * Pass on what was heard.
   */
  tell(event: IServerEvent): void {
    this._post({ kind: 'event', id: this._id, event });
  }

  /**
   * Try again now, whoever leads.
   */
  retry(): void {
    if (this._leads) {
      this._options.onRetry();
    } else {
      this._post({ kind: 'retry', id: this._id });
    }
  }

  /**
   * Leave the others.
   */
  dispose(): void {
    this._leave();
    window.removeEventListener('pagehide', this._leave);
    this._channel?.close();
    this._channel = null;
    this._isOpen = false;
  }

  private _open(): void {
    if (this._isOpen) {
      return;
    }
    this._isOpen = true;
    window.addEventListener('pagehide', this._leave);
    if (typeof BroadcastChannel === 'function') {
      this._channel = new BroadcastChannel(this._options.name);
      this._channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (isMessage(data) && data.id !== this._id) {
          this._hear(data);
        }
      };
    }
  }

  private _join(): void {
    this._open();
    clearTimeout(this._grace);
    this._grace = undefined;
    this._beat ??= setInterval(() => this._onBeat(), BEAT);
    if (!this._leads && this._channel) {
      clearTimeout(this._joining);
      this._joining = setTimeout(() => {
        this._joining = undefined;
        this._decide();
      }, JOINING);
    }
    this._say(true);
  }

  private _onBeat(): void {
    const gone = Date.now() - PATIENCE;
    for (const [id, { heardAt }] of this._peers) {
      if (heardAt < gone) {
        this._forget(id);
      }
    }
    this._say();
    this._decide();
  }

  /**
   * This tab is closed, or has nothing to do with the others for now.
   */
  private readonly _leave = (): void => {
    clearTimeout(this._joining);
    clearTimeout(this._grace);
    clearInterval(this._beat);
    this._joining = this._grace = this._beat = undefined;
    this._view = null;
    this._lead(false);
    this._post({ kind: 'bye', id: this._id });
  };

  private _hear(message: Message): void {
    const { id } = message;
    switch (message.kind) {
      case 'tab':
        this._heardTab(id, message);
        return;
      case 'bye':
        this._forget(id);
        this._decide();
        return;
      case 'retry':
        if (this._leads) {
          this._options.onRetry();
        }
        return;
      case 'event':
        // While two lead, for a moment, each has its own.
        if (!this._leads) {
          this._options.onEvent(message.event);
        }
        return;
    }
  }

  private _heardTab(id: string, tab: ITab): void {
    const before = this._peers.get(id);
    const { view, leads, connected, asks } = tab;
    this._peers.set(id, {
      view,
      leads,
      connected,
      asks,
      heardAt: Date.now()
    });
    if (asks) {
      this._say();
    }
    this._decide();
    if (this._leads) {
      if (JSON.stringify(before?.view) !== JSON.stringify(view)) {
        this._options.onViews();
      }
      if (asks) {
        this._options.onJoined();
      }
    }
  }

  private _forget(id: string): void {
    if (this._peers.delete(id) && this._leads) {
      this._options.onViews();
    }
  }

  /**
   * Every tab comes to the same answer, once all have heard of each other: whoever leads goes on,
   * else the one with the smallest id does.
   */
  private _decide(): void {
    const peers = [...this._peers].map(([id, peer]) => ({ id, ...peer }));
    const looks = this._view !== null;
    const lookers = peers.filter(({ view }) => view !== null);
    if (this._leads) {
      const isBeaten = looks
        ? lookers.some(({ id, leads }) => leads && id < this._id)
        : lookers.length > 0;
      if (isBeaten) {
        this._lead(false);
      } else if (!looks) {
        this._grace ??= setTimeout(this._leave, GRACE);
      }
    } else if (looks && this._joining === undefined) {
      const isFirst = lookers.every(({ id }) => this._id < id);
      if (isFirst && !peers.some(({ leads }) => leads)) {
        this._lead(true);
      }
    }
    if (!looks && !this._leads && this._beat !== undefined) {
      this._leave();
    }
  }

  private _lead(leads: boolean): void {
    if (leads !== this._leads) {
      this._leads = leads;
      this._connected = false;
      if (leads) {
        this._options.onViews();
      }
      this._options.onLead(leads);
      this._say();
    }
  }

  private _say(asks = false): void {
    if (this._view !== null || this._leads) {
      this._post({
        kind: 'tab',
        id: this._id,
        view: this._view,
        leads: this._leads,
        connected: this._connected,
        asks
      });
    }
  }

  private _post(message: Message): void {
    this._channel?.postMessage(message);
  }

  private readonly _options: ITabsOptions;
  private readonly _id = `${Date.now()}-${Math.random()}`;
  private readonly _peers = new Map<string, IPeer>();
  private _channel: BroadcastChannel | null = null;
  private _isOpen = false;
  private _view: LiveView | null = null;
  private _leads = false;
  private _connected = false;
  private _joining: ReturnType<typeof setTimeout> | undefined;
  private _grace: ReturnType<typeof setTimeout> | undefined;
  private _beat: ReturnType<typeof setInterval> | undefined;
}
