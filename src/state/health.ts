import { bounded, isAway, messageOf } from '../api/errors';
import type { LiveStale } from '../api/types';
import { Listeners } from './listeners';

/**
 * Seconds until the next try, the longer the more often it failed.
 */
const BACKOFF = [5, 8, 15, 30] as const;

/**
 * The longest time until the next try that is believed, in milliseconds: the clocks of this browser
 * and of the server may differ.
 */
const MAX_WAIT = 60_000;

/**
 * Milliseconds after which whoever was to try again is not waited for any longer.
 */
const OVERDUE = 5000;

/**
 * Whether the Hub answers.
 */
export interface IHealth {
  readonly away: boolean;
  /** Why, in a sentence. */
  readonly reason: string;
  /** When the Hub last answered, in milliseconds; null: never. */
  readonly asOf: number | null;
  /** When it is tried again, in milliseconds. */
  readonly nextTry: number;
}

/**
 * Knows whether the Hub answers, and when to try again.
 */
export class HubHealth {
  /**
   * Call back on every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * The same object as long as nothing changed.
   */
  readonly get = (): IHealth => this._health;

  /**
   * Called when it is time to try again.
   */
  onRetry: () => void = () => undefined;

  /**
   * The Hub answered.
   *
   * @param asOf - when, in milliseconds
   */
  answered(asOf: number = Date.now()): void {
    clearTimeout(this._timer);
    this._failures = 0;
    this._isTold = false;
    const wasAway = this._health.away;
    this._health = { away: false, reason: '', asOf, nextTry: 0 };
    if (wasAway) {
      this._listeners.notify();
    }
  }

  /**
   * A request failed; only an error which means that the Hub is away counts.
   */
  failed(error: unknown): void {
    // Whoever told that the Hub is away knows better when it is tried again.
    if (isAway(error) && !this._isTold) {
      this._tryLater(messageOf(error));
      this._failures += 1;
    }
  }

  /**
   * The server extension cannot reach the Hub, and tries again by itself.
   */
  told({ message, as_of, retry_at }: LiveStale): void {
    this._isTold = true;
    const ahead = Date.parse(retry_at) - Date.now();
    const wait = Math.min(Math.max(0, ahead), MAX_WAIT);
    this._health = {
      away: true,
      reason: bounded(message),
      asOf: as_of === null ? this._health.asOf : Date.parse(as_of),
      nextTry: Date.now() + wait
    };
    this._retryIn(wait + OVERDUE);
    this._listeners.notify();
  }

  /**
   * Try at once.
   */
  tryNow(): void {
    this.onRetry();
  }

  /**
   * Try no more.
   */
  dispose(): void {
    clearTimeout(this._timer);
  }

  private _tryLater(reason: string): void {
    const step = Math.min(this._failures, BACKOFF.length - 1);
    const wait = (BACKOFF[step] ?? 30) * 1000;
    this._health = {
      away: true,
      reason,
      asOf: this._health.asOf,
      nextTry: Date.now() + wait
    };
    this._retryIn(wait);
    this._listeners.notify();
  }

  private _retryIn(wait: number): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      // Whatever is tried may end without a word: there is always a next time.
      this._isTold = false;
      this._tryLater(this._health.reason);
      this.onRetry();
    }, wait);
  }

  private _health: IHealth = {
    away: false,
    reason: '',
    asOf: null,
    nextTry: 0
  };
  private _failures = 0;
  private _isTold = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _listeners = new Listeners();
}
