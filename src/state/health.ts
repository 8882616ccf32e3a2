import { isAway, messageOf } from '../api/errors';
import { Listeners } from './listeners';

/**
 * Seconds until the next try, the longer the more often it failed.
 */
const BACKOFF = [5, 8, 15, 30] as const;

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
   */
  answered(): void {
    clearTimeout(this._timer);
    this._failures = 0;
    const wasAway = this._health.away;
    this._health = { away: false, reason: '', asOf: Date.now(), nextTry: 0 };
    if (wasAway) {
      this._listeners.notify();
    }
  }

  /**
   * A request failed; only an error which means that the Hub is away counts.
   */
  failed(error: unknown): void {
    if (!isAway(error)) {
      return;
    }
    const step = Math.min(this._failures, BACKOFF.length - 1);
    const wait = (BACKOFF[step] ?? 30) * 1000;
    this._failures += 1;
    this._health = {
      away: true,
      reason: messageOf(error),
      asOf: this._health.asOf,
      nextTry: Date.now() + wait
    };
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this.onRetry(), wait);
    this._listeners.notify();
  }

  /**
   * Try at once.
   */
  tryNow(): void {
    clearTimeout(this._timer);
    this.onRetry();
  }

  /**
   * Try no more.
   */
  dispose(): void {
    clearTimeout(this._timer);
  }

  private _health: IHealth = {
    away: false,
    reason: '',
    asOf: null,
    nextTry: 0
  };
  private _failures = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _listeners = new Listeners();
}
