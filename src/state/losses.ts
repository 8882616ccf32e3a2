import { bounded } from '../api/errors';
import type { Capabilities, Info } from '../api/types';
import { Listeners } from './listeners';

/**
 * What the visitor was allowed to do before, and is not any more.
 */
export interface ILoss {
  readonly what: readonly (keyof Capabilities)[];
  /** What the Hub said; empty if nothing. */
  readonly message: string;
}

/**
 * Knows what the visitor may not do any more, whoever noticed it.
 */
export class Losses {
  /**
   * Call back on every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * The same object as long as nothing changed; null: nothing is lost.
   */
  readonly get = (): ILoss | null => this._loss;

  /**
   * The Hub refused something; what else it refuses is known with the next `see`.
   */
  refused(message: string): void {
    this._message = bounded(message);
  }

  /**
   * What is allowed now. Whatever is allowed again is lost no longer.
   */
  see({ capabilities }: Info): void {
    const before = this._seen;
    this._seen = capabilities;
    const what = NAMES.filter(
      name =>
        !capabilities[name] &&
        (before?.[name] || this._loss?.what.includes(name))
    );
    if (what.join() !== (this._loss?.what ?? []).join()) {
      this._set(what.length ? { what, message: this._message } : null);
    }
  }

  /**
   * It has been read.
   */
  dismiss(): void {
    this._set(null);
  }

  private _set(loss: ILoss | null): void {
    this._loss = loss;
    this._listeners.notify();
  }

  private _seen: Capabilities | null = null;
  private _loss: ILoss | null = null;
  private _message = '';
  private readonly _listeners = new Listeners();
}

/**
 * All of them, in the order in which they are told.
 */
const NAMES = Object.keys({
  list_users: true,
  start_servers: true,
  stop_servers: true,
  manage_users: true,
  add_users: true,
  manage_groups: true,
  create_groups: true,
  shutdown_hub: true,
  edit_rules: true,
  edit_this_server: true
} satisfies Record<keyof Capabilities, true>) as (keyof Capabilities)[];
