import type { DecisionView, NoticeView, ServerDeadline } from '../api/types';
import { Listeners } from '../state/listeners';

/**
 * How often it is asked, in milliseconds: as a rule, and when the deadline is near or not told yet.
 */
const SLOW = 60_000;
const FAST = 10_000;
const NEAR = 15 * 60_000;

/**
 * A time that comes up is asked for a little after it, and never more often than this.
 */
const AFTER = 200;
const SOONEST = 1000;

/**
 * Timers of browsers do not count further.
 */
const LONGEST = 24 * 60 * 60_000;

/**
 * Notices that are taken at once; the service sends no more.
 */
const MAX_NOTICES = 20;

/**
 * What becomes of this server. Times are milliseconds by the clock of the service.
 */
export interface IFate {
  /** Null: nothing is known, or there is no service. */
  readonly decision: DecisionView | null;
  /** When it is stopped if nothing happens; null: it is not going to be. */
  readonly deadline: number | null;
  /** When its owner is warned of that; null: not. */
  readonly warnAt: number | null;
  /** The service answers; else this is what it told last. */
  readonly current: boolean;
  readonly notices: readonly NoticeView[];
}

const UNKNOWN: IFate = {
  decision: null,
  deadline: null,
  warnAt: null,
  current: false,
  notices: []
};

/**
 * Keeps what becomes of this server true while the page is shown.
 *
 * A hidden page asks nothing, but for one look when the warning is due if the browser may show it.
 */
export class Deadline {
  /**
   * @param ask - asks the server
   * @param mayWake - whether somebody can be told while the page is hidden
   */
  constructor(
    ask: (signal: AbortSignal) => Promise<ServerDeadline>,
    mayWake: () => boolean
  ) {
    this._ask = ask;
    this._mayWake = mayWake;
    document.addEventListener('visibilitychange', this._onVisibility);
    this._onVisibility();
  }

  /**
   * Call back after every answer and every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * What is known.
   */
  readonly get = (): IFate => this._fate;

  /**
   * The time by the clock of the service, which may not be that of the browser.
   */
  now(): number {
    return Date.now() + this._offset;
  }

  /**
   * Milliseconds until the deadline; null without one.
   */
  left(): number | null {
    const { deadline } = this._fate;
    return deadline === null ? null : deadline - this.now();
  }

  /**
   * How long the server may be unused, in milliseconds; null: for ever, or nothing is known.
   */
  get limit(): number | null {
    const seconds = this._told?.idle_timeout ?? null;
    return seconds === null ? null : seconds * 1000;
  }

  /**
   * The service granted this: it holds until the server itself has heard of it.
   *
   * @param until - milliseconds by the clock of the service
   */
  granted(until: number): void {
    this._granted = { until, at: this.now() };
    this._update();
  }

  /**
   * Ask now.
   */
  async look(): Promise<void> {
    if (this._asking || this._isDisposed) {
      return;
    }
    clearTimeout(this._timer);
    this._asking = new AbortController();
    try {
      const told = await this._ask(this._asking.signal);
      if (!this._isDisposed) {
        this._hear(told);
      }
    } catch {
      // What was told last holds; core tells that this server is away.
    } finally {
      this._asking = null;
      this._schedule();
    }
  }

  /**
   * Ask nothing any more.
   */
  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    this._asking?.abort();
    document.removeEventListener('visibilitychange', this._onVisibility);
  }

  private _hear(told: ServerDeadline): void {
    this._told = told;
    const now = timeOf(told.now);
    if (now !== null) {
      this._offset = now - Date.now();
      const toldAt = now - (told.told_seconds_ago ?? 0) * 1000;
      if (this._granted && toldAt > this._granted.at) {
        this._granted = null;
      }
    }
    this._update();
  }

  private _update(): void {
    const decision = this._told?.decision ?? null;
    this._fate = {
      decision,
      ...this._timesOf(decision),
      current: this._told?.current ?? false,
      notices: this._told?.notices.slice(0, MAX_NOTICES) ?? []
    };
    this._listeners.notify();
  }

  /**
   * When it stops and when that is warned of, with what was granted meanwhile.
   */
  private _timesOf(
    decision: DecisionView | null
  ): Pick<IFate, 'deadline' | 'warnAt'> {
    const deadline = timeOf(decision?.deadline);
    const warnAt = timeOf(decision?.warn_at);
    const more =
      deadline === null || !this._granted
        ? 0
        : Math.max(0, this._granted.until - deadline);
    return {
      deadline: deadline === null ? null : deadline + more,
      warnAt: warnAt === null ? null : warnAt + more
    };
  }

  private readonly _onVisibility = (): void => {
    if (isHidden()) {
      this._schedule();
    } else {
      void this.look();
    }
  };

  private _schedule(): void {
    clearTimeout(this._timer);
    const delay = this._isDisposed || this._asking ? null : this._delay();
    if (delay !== null) {
      this._timer = setTimeout(
        () => void this.look(),
        Math.min(LONGEST, Math.max(SOONEST, delay))
      );
    }
  }

  /**
   * Milliseconds until the next look; null: there is none.
   */
  private _delay(): number | null {
    const { warnAt } = this._fate;
    const ahead = warnAt === null ? 0 : warnAt - this.now();
    const untilWarning = ahead > 0 ? ahead + AFTER : null;
    if (isHidden()) {
      return this._mayWake() ? untilWarning : null;
    }
    const left = this.left();
    // One that has just started reports seconds later: its end, and a notice, are known only then.
    const isSoon =
      !this._told?.decision ||
      [left, this.limit].some(time => time !== null && time <= NEAR);
    const period = isSoon ? FAST : SLOW;
    return Math.min(period, untilWarning ?? period);
  }

  private readonly _ask: (signal: AbortSignal) => Promise<ServerDeadline>;
  private readonly _mayWake: () => boolean;
  private readonly _listeners = new Listeners();
  private _fate = UNKNOWN;
  private _told: ServerDeadline | null = null;
  private _granted: { until: number; at: number } | null = null;
  private _offset = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _asking: AbortController | null = null;
  private _isDisposed = false;
}

/**
 * Whether nobody sees this page.
 */
export function isHidden(): boolean {
  return document.visibilityState === 'hidden';
}

function timeOf(time: string | null | undefined): number | null {
  const parsed = Date.parse(time ?? '');
  return Number.isNaN(parsed) ? null : parsed;
}
