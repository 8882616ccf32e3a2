import type { LiveProgress, ServerView } from '../api/types';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { ActivityStore, ServerAction } from './activity';
import type { IFollowed } from './followed';
import { followed, isDoubtful, markEnded, take } from './followed';
import type { Live } from './live';

/**
 * Milliseconds between two looks where nothing is told.
 */
const TICK = 2000;

/**
 * Milliseconds without news after which a server is looked at all the same.
 */
const QUIET = 5000;

/**
 * The same for what others have begun; nobody waits for it here.
 */
const QUIET_OTHERS = 30_000;

/**
 * Servers that are asked for at one tick, in turn.
 */
const LOOKS_PER_TICK = 5;

/**
 * How long the state of a server may follow the word that it is ready, in milliseconds.
 */
const CONFIRM = 250;

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

/**
 * What the follower needs of the rest.
 */
export interface IFollowerOptions {
  live: Pick<Live, 'isConnected' | 'progress' | 'setView'>;
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
 * Follows servers that start or stop until they have arrived: by what is told of them, or by asking
 * for them one by one while nothing is.
 */
export class Follower {
  constructor(options: IFollowerOptions) {
    this._options = options;
    options.live.progress.connect(this._hear);
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
    const key = whoOf(who);
    const { mine, asked = false, startedBefore = null } = options;
    this._entries.set(
      key,
      followed({ who, key, action, mine, asked, startedBefore })
    );
    this._updateView();
    this._schedule();
  }

  /**
   * The request that began it has been answered.
   */
  answered(who: IWho, server: ServerView): void {
    const entry = this._entries.get(whoOf(who));
    if (entry) {
      entry.asked = false;
      this._arrived(entry, server);
    }
  }

  /**
   * A server as it is, told by whoever watches the hub.
   */
  told(server: ServerView): void {
    const who = { user: server.user, server: server.name };
    const entry = this._entries.get(whoOf(who));
    if (!entry) {
      return;
    }
    if (!isDoubtful(entry, server)) {
      this._arrived(entry, server);
    } else if (!entry.asked) {
      void this._look(entry);
    }
  }

  /**
   * Follow a server no more.
   */
  leave(who: IWho): void {
    if (this._entries.delete(whoOf(who))) {
      this._updateView();
    }
  }

  /**
   * There is no such user any more.
   */
  gone(user: string): void {
    for (const entry of [...this._entries.values()]) {
      if (entry.who.user === user && !entry.asked) {
        this._lose(entry);
      }
    }
  }

  /**
   * Follow nothing any more.
   */
  dispose(): void {
    clearTimeout(this._timer);
    this._entries.clear();
    this._updateView();
    this._options.live.progress.disconnect(this._hear);
  }

  /**
   * What was begun here is told even if its row is out of view.
   */
  private _updateView(): void {
    const users = [...this._entries.values()]
      .filter(({ mine }) => mine)
      .map(({ who }) => who.user);
    this._options.live.setView(
      this,
      users.length ? { users, windows: [] } : null
    );
  }

  private _schedule(): void {
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      this._tick();
    }, TICK);
  }

  private _tick(): void {
    if (this._entries.size === 0) {
      return;
    }
    this._schedule();
    const { live, isVisible } = this._options;
    const now = Date.now();
    const isTold = live.isConnected;
    // What was begun here is followed even unseen: whoever began it is told how it ended.
    const waiting = [...this._entries.values()]
      .filter(({ mine }) => mine || isVisible())
      .filter(({ mine, knownAt }) => {
        const quiet = mine ? QUIET : QUIET_OTHERS;
        return now - knownAt >= (isTold ? quiet : TICK - 100);
      })
      .sort((a, b) => a.knownAt - b.knownAt);
    for (const entry of waiting.slice(0, LOOKS_PER_TICK)) {
      entry.knownAt = now;
      void this._look(entry);
    }
  }

  private async _look(entry: IFollowed): Promise<void> {
    try {
      const server = await this._options.look(entry.who);
      if (server) {
        this._arrived(entry, server);
      } else if (!entry.asked && this._isCurrent(entry)) {
        this._lose(entry);
      }
    } catch {
      // The Hub is away for now, which the band tells; asked again at a later tick.
    }
  }

  /**
   * Nobody knows this server any more.
   */
  private _lose(entry: IFollowed): void {
    this.leave(entry.who);
    this._options.activity.end(entry.key);
  }

  private readonly _hear = (_: unknown, event: LiveProgress): void => {
    const entry = this._entries.get(whoOf(event));
    // What is told before a restart or a stop was taken on is about the start before it.
    if (!entry || entry.action === 'stop' || this._isAskedRestart(entry)) {
      return;
    }
    entry.knownAt = Date.now();
    if (event.ready) {
      this._confirm(entry);
    } else if (event.failed) {
      if (!entry.asked) {
        entry.reason = event.message ?? '';
        this._confirm(entry);
      }
    } else {
      const percent = event.progress ?? null;
      this._options.activity.progress(entry.key, percent, event.message ?? '');
      // The first percentage after a restart's stop: its row has to become one that starts.
      if (entry.action === 'restart' && percent !== null && !entry.wentDown) {
        entry.wentDown = true;
        void this._look(entry);
      }
    }
  };

  private _isAskedRestart({ action, asked }: IFollowed): boolean {
    return action === 'restart' && asked;
  }

  /**
   * The start has ended well or not: how the server is, where it is reached and what may be done
   * with it now is told next, or else asked for.
   */
  private _confirm(entry: IFollowed): void {
    markEnded(entry);
    setTimeout(() => {
      if (this._isCurrent(entry)) {
        void this._look(entry);
      }
    }, CONFIRM);
  }

  private _isCurrent(entry: IFollowed): boolean {
    return this._entries.get(entry.key) === entry;
  }

  private _arrived(entry: IFollowed, server: ServerView): void {
    if (!this._isCurrent(entry)) {
      return;
    }
    const { show, end } = take(entry, server);
    if (show) {
      this._options.show(show);
    }
    if (end) {
      this._conclude(entry, end.failure);
    }
  }

  private _conclude(entry: IFollowed, failure: string | null): void {
    const { who, action, mine, since } = entry;
    this.leave(who);
    this._options.activity.end(
      entry.key,
      failure === null ? null : { kind: 'failed', action, message: failure }
    );
    this._options.onArrival({ who, action, failure, mine, since });
  }

  private readonly _options: IFollowerOptions;
  private readonly _entries = new Map<string, IFollowed>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
