import type { HubAdminClient } from '../api/client';
import { ApiError } from '../api/errors';
import type { IServerEvent } from '../api/sse';
import type { LiveHello, LiveView } from '../api/types';

/**
 * Seconds until the stream is opened again, the longer the more often it broke off.
 */
const BACKOFF = [1, 2, 5, 10, 30] as const;

/**
 * Milliseconds after which an open stream has proved itself.
 */
const STEADY = 10_000;

/**
 * Milliseconds of silence after which a stream is taken for dead; its heart beats every 20 s.
 */
const SILENCE = 45_000;

/**
 * Milliseconds between two looks whether it is still heard.
 */
const CHECK = 5000;

/**
 * How long a view has to stay the same before it is told, in milliseconds.
 */
const SETTLE = 150;

/**
 * What the stream needs, and whom it tells.
 */
export interface IEventStreamOptions {
  client: HubAdminClient;
  onEvent: (event: IServerEvent) => void;
  /** The stream was opened, or broke off. */
  onConnected: (connected: boolean) => void;
  /**
   * The stream could not be opened.
   *
   * @param heardAt - when something was last heard, in milliseconds; 0: never
   * @param nextTry - when it is tried again, in milliseconds
   */
  onFailed: (error: unknown, heardAt: number, nextTry: number) => void;
}

/**
 * Reads the stream of events, and opens it again whenever it breaks off, falls silent or has lost
 * an event; tells the server extension what is in view.
 */
export class EventStream {
  constructor(options: IEventStreamOptions) {
    this._options = options;
  }

  /**
   * Read from now on.
   */
  open(): void {
    if (!this._isOpen) {
      this._isOpen = true;
      this._failures = 0;
      this._check = setInterval(() => this._checkSilence(), CHECK);
      void this._connect();
    }
  }

  /**
   * Read no more.
   */
  close(): void {
    this._isOpen = false;
    clearInterval(this._check);
    this._drop();
  }

  /**
   * What is in view has changed.
   */
  setView(view: LiveView): void {
    this._view = view;
    clearTimeout(this._settling);
    this._settling = setTimeout(() => void this._tellView(), SETTLE);
  }

  /**
   * Have everything in view looked at now; open the stream now if it is not.
   */
  retry(): void {
    if (!this._isOpen) {
      return;
    }
    if (this._name) {
      this._told = '';
      void this._tellView();
    } else {
      this._drop();
      void this._connect();
    }
  }

  /**
   * There may be a stream where there was none.
   */
  reset(): void {
    if (this._gaveUp) {
      this._gaveUp = false;
      this.retry();
    }
  }

  private async _connect(): Promise<void> {
    if (this._gaveUp) {
      return;
    }
    const request = (this._request = new AbortController());
    const begun = (this._aliveAt = Date.now());
    this._lastId = 0;
    let problem: unknown = null;
    try {
      await this._options.client.events(
        event => {
          if (!request.signal.aborted) {
            this._hear(event);
          }
        },
        request.signal,
        () => {
          this._aliveAt = this._heardAt = Date.now();
        }
      );
    } catch (error) {
      problem = error;
    }
    if (request.signal.aborted) {
      return;
    }
    const wasOpen = this._name !== '';
    this._drop();
    if (isAbsent(problem)) {
      this._gaveUp = true;
      return;
    }
    if (wasOpen && Date.now() - begun >= STEADY) {
      this._failures = 0;
    }
    const wait = this._connectLater();
    if (problem !== null && !wasOpen) {
      this._options.onFailed(problem, this._heardAt, Date.now() + wait);
    }
  }

  private _connectLater(): number {
    const step = Math.min(this._failures, BACKOFF.length - 1);
    const wait = (BACKOFF[step] ?? 30) * 1000;
    this._failures += 1;
    clearTimeout(this._retrying);
    this._retrying = setTimeout(() => void this._connect(), wait);
    return wait;
  }

  /**
   * Give up what is open or about to be.
   */
  private _drop(): void {
    clearTimeout(this._settling);
    clearTimeout(this._retrying);
    this._request?.abort();
    this._request = null;
    this._told = '';
    if (this._name) {
      this._name = '';
      this._options.onConnected(false);
    }
  }

  private _hear(event: IServerEvent): void {
    const id = Number(event.id);
    if (id !== this._lastId + 1) {
      // Something was lost; on a new stream everything in view is told again.
      this._drop();
      this._connectLater();
      return;
    }
    this._lastId = id;
    if (event.name === 'hello') {
      this._name = (event.data as LiveHello).stream;
      this._options.onConnected(true);
      void this._tellView();
    }
    this._options.onEvent(event);
  }

  private _checkSilence(): void {
    if (this._request && Date.now() - this._aliveAt > SILENCE) {
      this._drop();
      this._connectLater();
    }
  }

  private async _tellView(): Promise<void> {
    const name = this._name;
    const view = JSON.stringify(this._view);
    // One at a time: of two on their way, the older one might come last.
    if (!name || this._isTelling || view === this._told) {
      return;
    }
    this._isTelling = true;
    this._told = view;
    let failed = false;
    try {
      await this._options.client.setLiveView(name, this._view);
    } catch {
      failed = true;
    }
    this._isTelling = false;
    if (failed && name === this._name) {
      // Nobody knows this stream any more, or how it goes on.
      this._drop();
      this._connectLater();
    } else {
      void this._tellView();
    }
  }

  private readonly _options: IEventStreamOptions;
  private _isOpen = false;
  private _gaveUp = false;
  /** What the server extension calls the open stream; empty while there is none. */
  private _name = '';
  private _view: LiveView = { users: [], windows: [] };
  /** The view that was told last, as JSON. */
  private _told = '';
  private _isTelling = false;
  private _lastId = 0;
  private _failures = 0;
  private _aliveAt = 0;
  private _heardAt = 0;
  private _request: AbortController | null = null;
  private _retrying: ReturnType<typeof setTimeout> | undefined;
  private _settling: ReturnType<typeof setTimeout> | undefined;
  private _check: ReturnType<typeof setInterval> | undefined;
}

/**
 * Whether there is no such stream for this person here, so that asking again would not help.
 *
 * A proxy that has just started answers the same, but not in our words.
 */
function isAbsent(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.status === 403 || error.status === 404) &&
    error.code !== 'unknown'
  );
}
