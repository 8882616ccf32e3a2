import { ApiError, isAborted } from '../api/errors';
import type { HubAdminClient } from '../api/client';
import type { ProgressEvent, ServerView } from '../api/types';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { ActivityStore, ServerAction } from './activity';

/**
 * Streams at a time: six open ones block everything else of this origin on HTTP/1.1.
 */
const MAX_STREAMS = 2;

/**
 * Milliseconds between two looks at those that have no stream.
 */
const TICK = 2000;

/**
 * Servers that are asked for at one tick, in turn.
 */
const LOOKS_PER_TICK = 5;

/**
 * Looks at a restarting server that shows as stopped, before it counts as one that did not start.
 */
const RESTART_PATIENCE = 8;

/**
 * How a server that was on its way arrived.
 */
export interface IArrival {
  readonly who: IWho;
  readonly action: ServerAction;
  /** Null: as it should. */
  readonly failure: string | null;
  /** Somebody at this page asked for it. */
  readonly mine: boolean;
  /** Since when it was on its way, in milliseconds. */
  readonly since: number;
}

interface IEntry {
  readonly who: IWho;
  readonly key: string;
  action: ServerAction;
  mine: boolean;
  readonly since: number;
  /** The request that began it is not answered yet, so a server at rest proves nothing. */
  asked: boolean;
  /** What a restarting server was started at before. */
  startedBefore: string | null;
  stoppedLooks: number;
  /** Why it failed, as the stream told. */
  reason: string;
  stream: AbortController | null;
  /** The time before which no stream is tried again. */
  streamAfter: number;
  lookedAt: number;
}

/**
 * What the follower needs of the rest.
 */
export interface IFollowerOptions {
  client: HubAdminClient;
  activity: ActivityStore;
  /** Ask the Hub for a server as it is now. */
  look: (who: IWho) => Promise<ServerView | null>;
  /** Show a server. */
  show: (server: ServerView) => void;
  /** Whether anybody looks. */
  isVisible: () => boolean;
  onArrival: (arrival: IArrival) => void;
}

/**
 * Follows servers that start or stop until they have arrived: by the Hub's event stream for two of
 * them, by asking for the others one by one.
 */
export class Follower {
  constructor(options: IFollowerOptions) {
    this._options = options;
  }

  /**
   * Whether a server is followed; its row is shown by what is known here, not by the list.
   */
  has(who: IWho): boolean {
    return this._entries.has(whoOf(who));
  }

  /**
   * Follow a server from now on.
   *
   * @param asked - whether the request that begins it is still to be answered
   */
  follow(
    who: IWho,
    action: ServerAction,
    options: { mine: boolean; asked?: boolean; startedBefore?: string | null }
  ): void {
    this.leave(who);
    const key = whoOf(who);
    const { mine, asked = false, startedBefore = null } = options;
    this._entries.set(key, {
      who,
      key,
      action,
      mine,
      since: Date.now(),
      asked,
      startedBefore,
      stoppedLooks: 0,
      reason: '',
      stream: null,
      // The Hub knows of a start only once it was asked for it.
      streamAfter: asked ? Date.now() + 300 : 0,
      lookedAt: Date.now()
    });
    this._schedule(asked ? 300 : 0);
  }

  /**
   * The request that began it has been answered.
   */
  answered(who: IWho, server: ServerView): void {
    const entry = this._entries.get(whoOf(who));
    if (entry) {
      entry.asked = false;
      this._arrived(entry, server);
      entry.streamAfter = Math.min(entry.streamAfter, Date.now());
      this._schedule(0);
    }
  }

  /**
   * Follow a server no more.
   */
  leave(who: IWho): void {
    const key = whoOf(who);
    this._entries.get(key)?.stream?.abort();
    this._entries.delete(key);
  }

  /**
   * Follow nothing any more.
   */
  dispose(): void {
    clearTimeout(this._timer);
    for (const entry of [...this._entries.values()]) {
      this.leave(entry.who);
    }
  }

  private _schedule(delay: number): void {
    if (delay < TICK) {
      clearTimeout(this._timer);
      this._timer = undefined;
    }
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      this._tick();
    }, delay);
  }

  private _tick(): void {
    if (this._entries.size === 0) {
      return;
    }
    this._schedule(TICK);
    const now = Date.now();
    // What was begun here is followed even unseen: whoever began it is told how it ended.
    const entries = [...this._entries.values()].filter(
      entry => entry.mine || this._options.isVisible()
    );
    let streams = entries.filter(entry => entry.stream).length;
    for (const entry of [...entries].sort(
      (a, b) => Number(b.mine) - Number(a.mine)
    )) {
      if (streams >= MAX_STREAMS) {
        break;
      }
      if (
        !entry.stream &&
        entry.action !== 'stop' &&
        // A restart can be followed only once it was taken on.
        !(entry.action === 'restart' && entry.asked) &&
        now >= entry.streamAfter
      ) {
        streams += 1;
        void this._listen(entry);
      }
    }
    const waiting = entries
      .filter(entry => !entry.stream && now - entry.lookedAt >= TICK - 100)
      .sort((a, b) => a.lookedAt - b.lookedAt);
    for (const entry of waiting.slice(0, LOOKS_PER_TICK)) {
      entry.lookedAt = now;
      void this._look(entry);
    }
  }

  private async _look(entry: IEntry): Promise<void> {
    try {
      const server = await this._options.look(entry.who);
      if (server) {
        this._arrived(entry, server);
      } else if (!entry.asked) {
        this.leave(entry.who);
        this._options.activity.end(entry.key);
      }
    } catch {
      // The Hub is away for now, which the band tells; asked again at a later tick.
    }
  }

  private async _listen(entry: IEntry): Promise<void> {
    const { client, activity } = this._options;
    const stream = new AbortController();
    entry.stream = stream;
    let last: ProgressEvent | null = null;
    try {
      await client.progress(
        entry.who.user,
        entry.who.server,
        event => {
          if (this._isCurrent(entry) && !stream.signal.aborted) {
            last = event;
            this._hear(entry, event);
          }
        },
        stream.signal
      );
    } catch (error) {
      if (isAborted(error)) {
        return;
      }
      if (error instanceof ApiError && error.status === 403) {
        entry.streamAfter = Infinity;
      }
    }
    if (entry.stream !== stream || !this._isCurrent(entry)) {
      return;
    }
    // No stream (yet), or it broke off: looked at instead, and tried again later.
    entry.stream = null;
    entry.lookedAt = 0;
    entry.streamAfter = Math.max(entry.streamAfter, Date.now() + 3000);
    if (last === null) {
      activity.progress(entry.key, null, '');
    }
    this._schedule(entry.asked ? 1000 : 0);
  }

  private _hear(entry: IEntry, event: ProgressEvent): void {
    const { activity } = this._options;
    if (event.ready) {
      void this._confirm(entry);
    } else if (event.failed) {
      if (!entry.asked) {
        entry.reason = event.message ?? '';
        void this._confirm(entry);
      }
    } else {
      activity.progress(entry.key, event.progress ?? null, event.message ?? '');
      // The first percentage after a restart's stop: its row has to become one that starts.
      const isStarting = typeof event.progress === 'number';
      if (entry.action === 'restart' && isStarting && !entry.stoppedLooks) {
        entry.stoppedLooks = 1;
        void this._look(entry);
      }
    }
  }

  /**
   * The stream has ended well or not: the Hub is asked once how the server is, where it is
   * reached, and what may be done with it now.
   */
  private async _confirm(entry: IEntry): Promise<void> {
    try {
      const server = await this._options.look(entry.who);
      if (server && this._isCurrent(entry)) {
        entry.asked = false;
        entry.startedBefore = null;
        entry.stoppedLooks = RESTART_PATIENCE;
        this._arrived(entry, server);
      }
    } catch {
      // Looked at again once the stream has ended.
    }
  }

  private _isCurrent(entry: IEntry): boolean {
    return this._entries.get(entry.key) === entry;
  }

  /**
   * Take what the Hub says of a server that is followed.
   */
  private _arrived(entry: IEntry, server: ServerView): void {
    if (!this._isCurrent(entry)) {
      return;
    }
    const { show } = this._options;
    switch (server.state) {
      case 'starting':
        show(server);
        entry.stoppedLooks = 1;
        if (entry.action === 'stop' && !entry.asked) {
          entry.action = 'start';
        }
        return;
      case 'stopping':
        show(server);
        if (entry.action === 'start' && !entry.asked) {
          entry.stream?.abort();
          entry.stream = null;
          entry.action = 'stop';
        }
        return;
      case 'running':
        this._arrivedRunning(entry, server);
        return;
      case 'stopped':
        this._arrivedStopped(entry, server);
        return;
    }
  }

  private _arrivedRunning(entry: IEntry, server: ServerView): void {
    const notYetDown =
      entry.action === 'restart' &&
      entry.stoppedLooks === 0 &&
      server.started === entry.startedBefore;
    if (entry.asked || notYetDown) {
      return;
    }
    this._options.show(server);
    if (entry.action === 'stop') {
      this._conclude(entry, server.failure?.message ?? '');
    } else {
      this._conclude(entry, null);
    }
  }

  private _arrivedStopped(entry: IEntry, server: ServerView): void {
    if (entry.asked) {
      return;
    }
    entry.stoppedLooks += 1;
    if (
      entry.action === 'restart' &&
      !server.failure &&
      entry.stoppedLooks <= RESTART_PATIENCE
    ) {
      // Between its stop and its start: nothing may be done with it now.
      const can = { start: false, stop: false, access: false, delete: false };
      this._options.show({ ...server, state: 'starting', can });
      return;
    }
    this._options.show(server);
    if (entry.action === 'stop') {
      this._conclude(entry, null);
    } else {
      this._conclude(entry, server.failure?.message ?? entry.reason);
    }
  }

  private _conclude(entry: IEntry, failure: string | null): void {
    const { who, action, mine, since } = entry;
    this.leave(who);
    this._options.activity.end(
      entry.key,
      failure === null ? null : { kind: 'failed', action, message: failure }
    );
    this._options.onArrival({ who, action, failure, mine, since });
  }

  private readonly _options: IFollowerOptions;
  private readonly _entries = new Map<string, IEntry>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
