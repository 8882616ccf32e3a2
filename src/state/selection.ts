import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { StateFilter } from '../api/client';
import { fieldsOf, Kept } from './kept';
import { Listeners } from './listeners';

/**
 * Everything that matches what was typed and chosen, loaded or not.
 */
export interface IMatching {
  readonly query: string;
  readonly state: StateFilter;
  /** How many servers that is; null: not known. */
  readonly count: number | null;
}

/**
 * The servers that are selected.
 */
export interface ISelection {
  /** By `user/server`. */
  readonly servers: ReadonlyMap<string, IWho>;
  /** Not null: all that match are selected, and `servers` is empty. */
  readonly matching: IMatching | null;
}

const NOTHING: ISelection = { servers: new Map(), matching: null };

/**
 * Servers of a selection that outlive a reload of the page.
 */
const MAX_KEPT = 10_000;

/**
 * A selection as it is kept.
 */
type KeptSelection = Pick<ISelection, 'matching'> & { servers: IWho[] };

/**
 * Which servers are selected; one selection for the page, as the sidebar and the dashboard show
 * the same servers.
 */
export class Selection {
  /**
   * @param scope - the base URL of this server
   */
  constructor(scope: string) {
    this._kept = new Kept(scope, 'selection', readSelection);
    const { servers, matching } = this._kept.get();
    if (matching) {
      this.selectMatching(matching);
    } else {
      this.set(servers);
    }
  }

  /**
   * Call back on every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * The same object as long as nothing changed.
   */
  readonly get = (): ISelection => this._selection;

  /**
   * Whether anything is selected.
   */
  readonly isActive = (): boolean => this._selection !== NOTHING;

  /**
   * Whether this server is selected one by one.
   */
  has(who: IWho): boolean {
    return this._selection.servers.has(whoOf(who));
  }

  /**
   * Select exactly these.
   */
  set(servers: Iterable<IWho>): void {
    const entries = [...servers].map(who => [whoOf(who), who] as const);
    this._set({ servers: new Map(entries), matching: null });
  }

  /**
   * Select a server, or select it no more.
   */
  toggle(who: IWho): void {
    const servers = new Map(this._selection.servers);
    if (!servers.delete(whoOf(who))) {
      servers.set(whoOf(who), who);
    }
    this._set({ servers, matching: null });
  }

  /**
   * Select these too.
   */
  add(more: Iterable<IWho>): void {
    const servers = new Map(this._selection.servers);
    for (const who of more) {
      servers.set(whoOf(who), who);
    }
    this._set({ servers, matching: null });
  }

  /**
   * Select all that match, loaded or not.
   */
  selectMatching(matching: IMatching): void {
    this._set({ servers: new Map(), matching });
  }

  /**
   * Select nothing.
   */
  clear(): void {
    this._set(NOTHING);
  }

  private _set(selection: ISelection): void {
    const isEmpty = selection.servers.size === 0 && selection.matching === null;
    if (isEmpty && this._selection === NOTHING) {
      return;
    }
    this._selection = isEmpty ? NOTHING : selection;
    const servers = [...selection.servers.values()].slice(0, MAX_KEPT);
    this._kept.set({ servers, matching: selection.matching });
    this._listeners.notify();
  }

  private _selection = NOTHING;
  private readonly _listeners = new Listeners();
  private readonly _kept: Kept<KeptSelection>;
}

function readSelection(kept: unknown): KeptSelection {
  const { servers, matching } = fieldsOf(kept);
  const { query, state, count } = fieldsOf(matching);
  return {
    servers: Array.isArray(servers)
      ? servers.slice(0, MAX_KEPT).flatMap((who: unknown) => {
          const { user, server } = fieldsOf(who);
          return typeof user === 'string' && typeof server === 'string'
            ? { user, server }
            : [];
        })
      : [],
    matching:
      typeof query === 'string' &&
      (state === 'all' || state === 'running' || state === 'stopped')
        ? { query, state, count: typeof count === 'number' ? count : null }
        : null
  };
}
