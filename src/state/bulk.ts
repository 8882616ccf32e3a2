import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { HubAdminClient } from '../api/client';
import { isRefused } from '../api/errors';
import type { BulkPlan, BulkProgress, BulkRequest } from '../api/types';
import { whoOf } from '../format/who';
import type { ActivityStore } from './activity';
import type { IBulk, IBulkRunOptions } from './bulkRun';
import { BulkRun, mayAnswerLater, waitAfter } from './bulkRun';
import { Kept } from './kept';
import { Listeners } from './listeners';

/**
 * How long an action that ends something can be undone, in milliseconds.
 */
export const UNDO_TIME = 5000;

/**
 * What bulks need of the rest.
 */
export interface IBulksOptions {
  client: IBulkRunOptions['client'] & Pick<HubAdminClient, 'planBulk'>;
  activity: ActivityStore;
  /** The base URL of this server. */
  scope: string;
  /** The Hub did not allow it: what else is allowed may have changed too. */
  onForbidden: (message: string) => void;
}

/**
 * Actions on many servers: starts them and knows how they go on.
 */
export class Bulks {
  constructor(options: IBulksOptions) {
    this._options = options;
    this._kept = new Kept(options.scope, 'bulks', kept =>
      Array.isArray(kept) ? kept.filter(id => typeof id === 'string') : []
    );
  }

  /**
   * Call back on every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * What is under way, and what has ended with something that a person should see; the same array
   * as long as nothing changed.
   */
  readonly get = (): readonly IBulk[] => this._bulks;

  /**
   * One of them is now as told.
   */
  get changed(): ISignal<this, IBulk> {
    return this._changed;
  }

  /**
   * Ask what an action on many servers would do.
   */
  async plan(request: BulkRequest, signal?: AbortSignal): Promise<BulkPlan> {
    const { client, onForbidden } = this._options;
    try {
      return await client.planBulk(request, signal);
    } catch (error) {
      if (isRefused(error)) {
        onForbidden(error.message);
      }
      throw error;
    }
  }

  /**
   * Act on many servers.
   *
   * @param total - how many that are, as far as is known
   * @param delay - milliseconds in which it can be undone
   * @returns how it ended
   */
  start(request: BulkRequest, total: number, delay = 0): Promise<IBulk> {
    const run = this._add({ action: request.action, total });
    const ended = new Promise<IBulk>(resolve => {
      this._waiting.set(run.bulk.key, resolve);
    });
    run.begin(request, delay);
    return ended;
  }

  /**
   * Do not begin with what still waits.
   */
  undo(key: string): void {
    this._runs.get(key)?.undo();
  }

  /**
   * Leave out what was not begun.
   */
  async cancel(key: string): Promise<void> {
    await this._runs.get(key)?.cancel();
  }

  /**
   * Show the end of a bulk no more.
   */
  dismiss(key: string): void {
    if (this._runs.get(key)?.bulk.phase === 'ended') {
      this._runs.delete(key);
      this._update();
    }
  }

  /**
   * News of a bulk have come; those of one that this page did not start are none of its business.
   */
  take(progress: BulkProgress): void {
    for (const run of this._runs.values()) {
      if (run.bulk.id === progress.id) {
        run.take(progress);
      }
    }
  }

  /**
   * Follow what ran when the page was left.
   */
  restore(): void {
    for (const id of this._kept.get()) {
      void this._find(id, 0);
    }
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
    this._timers.forEach(clearTimeout);
    this._runs.forEach(run => run.dispose());
    this._runs.clear();
    Signal.clearData(this);
  }

  private _add(first: Pick<IBulk, 'action'> & Partial<IBulk>): BulkRun {
    this._count += 1;
    const key = `bulk-${this._count}`;
    const { client } = this._options;
    const run = new BulkRun(
      { client, onChange: bulk => this._onChange(bulk) },
      { ...first, key }
    );
    this._runs.set(key, run);
    return run;
  }

  /**
   * Look for a bulk of which only the name is known.
   */
  private async _find(id: string, failures: number): Promise<void> {
    try {
      const status = await this._options.client.getBulk(id);
      if (!this._isDisposed) {
        this._add({ action: status.action, id }).takeStatus(status);
      }
    } catch (error) {
      if (!mayAnswerLater(error)) {
        this._forget(id);
      } else if (!this._isDisposed) {
        const timer = setTimeout(() => {
          this._timers.delete(timer);
          void this._find(id, failures + 1);
        }, waitAfter(failures));
        this._timers.add(timer);
      }
    }
  }

  private _onChange(bulk: IBulk): void {
    const { key, id, phase } = bulk;
    const isOver = phase === 'ended' || phase === 'undone';
    if (id !== null && !isOver) {
      this._remember(id);
    }
    if (isOver) {
      if (id !== null) {
        this._forget(id);
      }
      if (bulk.failures.length === 0 && bulk.error === null) {
        this._runs.delete(key);
      }
    }
    this._update();
    this._changed.emit(bulk);
    if (isOver) {
      this._tellRest(bulk);
      this._waiting.get(key)?.(bulk);
      this._waiting.delete(key);
    }
  }

  /**
   * The rows say what went wrong with them, as after an action on one server.
   */
  private _tellRest({ action, failures, done, error }: IBulk): void {
    const { activity, onForbidden } = this._options;
    for (const { user, server, status, message } of failures) {
      const key = whoOf({ user, server });
      if (activity.get(key).doing === null) {
        const tried = action !== 'stop' && status >= 500;
        const kind = tried ? 'failed' : 'refused';
        activity.end(key, { kind, action, message });
      }
    }
    if (isRefused(error)) {
      onForbidden(error.message);
    }
    // Where some were allowed, the others may have been out of reach all along. The Hub does not
    // know what it may not show.
    const [first] = failures;
    const isNoneAllowed = failures.every(
      ({ status }) => status === 403 || status === 404
    );
    if (first && failures.length === done && isNoneAllowed) {
      onForbidden(first.message);
    }
  }

  private _update(): void {
    this._bulks = [...this._runs.values()].map(({ bulk }) => bulk);
    this._listeners.notify();
  }

  private _remember(id: string): void {
    const ids = this._kept.get();
    if (!ids.includes(id)) {
      this._kept.set([...ids, id]);
    }
  }

  private _forget(id: string): void {
    this._kept.set(this._kept.get().filter(other => other !== id));
  }

  private readonly _options: IBulksOptions;
  /** The names of what runs, so that a page that is loaded again finds it. */
  private readonly _kept: Kept<readonly string[]>;
  private readonly _runs = new Map<string, BulkRun>();
  /** Those who want to know how a bulk ended. */
  private readonly _waiting = new Map<string, (bulk: IBulk) => void>();
  private readonly _timers = new Set<ReturnType<typeof setTimeout>>();
  private readonly _listeners = new Listeners();
  private readonly _changed = new Signal<this, IBulk>(this);
  private _bulks: readonly IBulk[] = [];
  private _count = 0;
  private _isDisposed = false;
}
