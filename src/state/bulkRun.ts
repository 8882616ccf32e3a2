import type { HubAdminClient } from '../api/client';
import { ApiError, isAway } from '../api/errors';
import type {
  BulkProgress,
  BulkRequest,
  BulkResult,
  BulkStatus
} from '../api/types';
import type { ServerAction } from './activity';

/**
 * How long no news of a bulk may come until it is asked for, in milliseconds.
 */
const QUIET = 2000;

/**
 * The longest time between two tries while nothing answers, in milliseconds.
 */
const MAX_WAIT = 30_000;

/**
 * Where a bulk is.
 *
 * `waiting`: nothing was asked yet, it can be undone. `running`: asked for. `ended`: done, stopped
 * or refused altogether. `undone`: it never was asked for.
 */
export type BulkPhase = 'waiting' | 'running' | 'ended' | 'undone';

/**
 * An action on many servers, as far as this page knows.
 */
export interface IBulk {
  /** Its name in this page. */
  readonly key: string;
  /** Its name at the server extension; null: not taken on yet. */
  readonly id: string | null;
  readonly action: ServerAction;
  readonly phase: BulkPhase;
  readonly total: number;
  /** Servers with an outcome, failures included. */
  readonly done: number;
  readonly failed: number;
  /** What was not begun is left out. */
  readonly isCancelled: boolean;
  /** Who could not be acted on and why; known at the end. */
  readonly failures: readonly BulkResult[];
  /** With how many all was well before; known at the end. */
  readonly unchanged: number;
  /** Why it was refused altogether, or why it is not known how it ended. */
  readonly error: Error | null;
}

/**
 * What a bulk needs of the rest.
 */
export interface IBulkRunOptions {
  client: Pick<HubAdminClient, 'startBulk' | 'getBulk' | 'cancelBulk'>;
  /** Called with every new state of it. */
  onChange: (bulk: IBulk) => void;
}

/**
 * Follows one bulk from its beginning to its end.
 *
 * News come as events; where none come, because the stream is silent or broken, it asks.
 */
export class BulkRun {
  constructor(
    options: IBulkRunOptions,
    first: Pick<IBulk, 'key' | 'action'> & Partial<IBulk>
  ) {
    this._options = options;
    this._bulk = {
      id: null,
      phase: 'running',
      total: 0,
      done: 0,
      failed: 0,
      isCancelled: false,
      failures: [],
      unchanged: 0,
      error: null,
      ...first
    };
  }

  /**
   * How it is now.
   */
  get bulk(): IBulk {
    return this._bulk;
  }

  /**
   * Ask for it, after a time in which it can be undone.
   *
   * @param delay - milliseconds
   */
  begin(request: BulkRequest, delay: number): void {
    if (delay > 0) {
      this._change({ phase: 'waiting' });
      this._timer = setTimeout(() => void this._send(request), delay);
    } else {
      void this._send(request);
    }
  }

  /**
   * Do not ask for it after all.
   */
  undo(): void {
    if (this._bulk.phase === 'waiting') {
      clearTimeout(this._timer);
      this._change({ phase: 'undone' });
    }
  }

  /**
   * Leave out what was not begun.
   */
  async cancel(): Promise<void> {
    const { id, phase } = this._bulk;
    if (id === null || phase !== 'running') {
      return;
    }
    this._change({ isCancelled: true });
    try {
      this.take(await this._options.client.cancelBulk(id));
    } catch {
      // It goes on, and can be cancelled again.
      if (this._bulk.phase === 'running') {
        this._change({ isCancelled: false });
      }
    }
  }

  /**
   * News have come.
   */
  take(progress: BulkProgress): void {
    const { phase, done, failed, isCancelled } = this._bulk;
    if (phase !== 'running') {
      return;
    }
    this._change({
      total: progress.total,
      // An answer may be older than the event that came before it.
      done: Math.max(done, progress.done),
      failed: Math.max(failed, progress.failed),
      isCancelled: isCancelled || progress.state === 'cancelled'
    });
    if (isOver(progress)) {
      // Only an answer holds the outcomes.
      void this._ask();
    } else {
      this._askLater(QUIET);
    }
  }

  /**
   * An answer has come, with the outcomes so far.
   */
  takeStatus(status: BulkStatus): void {
    if (this._bulk.phase !== 'running') {
      return;
    }
    if (!isOver(status)) {
      this.take(status);
      return;
    }
    const { total, done, failed, state, results } = status;
    this._end({
      total,
      done,
      failed,
      isCancelled: state === 'cancelled',
      failures: results.filter(({ ok }) => !ok),
      // A success that has something to say: there was nothing to do.
      unchanged: results.filter(({ ok, message }) => ok && message).length
    });
  }

  /**
   * Follow it no more.
   */
  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
  }

  private async _send(request: BulkRequest): Promise<void> {
    this._change({ phase: 'running' });
    try {
      const progress = await this._options.client.startBulk(request);
      this._change({ id: progress.id });
      this.take(progress);
    } catch (error) {
      this._end({ error: asError(error) });
    }
  }

  private async _ask(): Promise<void> {
    clearTimeout(this._timer);
    const { id } = this._bulk;
    if (id === null || this._isAsking) {
      this._askAgain = true;
      return;
    }
    this._isAsking = true;
    this._askAgain = false;
    try {
      const status = await this._options.client.getBulk(id);
      this._failures = 0;
      this.takeStatus(status);
    } catch (error) {
      if (mayAnswerLater(error)) {
        this._askLater(waitAfter(this._failures));
        this._failures += 1;
      } else {
        this._end({ error: asError(error) });
      }
    } finally {
      this._isAsking = false;
    }
    if (this._askAgain && this._bulk.phase === 'running') {
      await this._ask();
    }
  }

  private _askLater(wait: number): void {
    clearTimeout(this._timer);
    if (!this._isDisposed) {
      this._timer = setTimeout(() => void this._ask(), wait);
    }
  }

  private _end(last: Partial<IBulk>): void {
    clearTimeout(this._timer);
    if (this._bulk.phase !== 'ended') {
      this._change({ ...last, phase: 'ended' });
    }
  }

  private _change(change: Partial<IBulk>): void {
    if (!this._isDisposed) {
      this._bulk = { ...this._bulk, ...change };
      this._options.onChange(this._bulk);
    }
  }

  private readonly _options: IBulkRunOptions;
  private _bulk: IBulk;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  /** Questions in a row that nobody answered. */
  private _failures = 0;
  private _isAsking = false;
  /** News of the end came while an answer was under way, which may be older. */
  private _askAgain = false;
  private _isDisposed = false;
}

/**
 * Whether everything that was begun has an outcome.
 */
function isOver({ state, ended }: BulkProgress): boolean {
  return state === 'done' || ended !== null;
}

/**
 * Whether the same question may be answered another time.
 */
export function mayAnswerLater(error: unknown): boolean {
  return isAway(error) || (error instanceof ApiError && error.status >= 500);
}

/**
 * How long to wait until the next try, in milliseconds.
 *
 * @param failures - tries before the last one that failed too
 */
export function waitAfter(failures: number): number {
  return Math.min(MAX_WAIT, QUIET * 2 ** failures);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
