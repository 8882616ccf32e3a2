import type { SortKey, StateFilter } from '../api/client';
import { fieldsOf, Kept } from './kept';

/**
 * The lists there are.
 */
export type ListId = 'sidebar' | 'dashboard';

/**
 * What a list shows, and how far it is loaded and scrolled.
 */
export interface IKeptView {
  readonly search: string;
  readonly state: StateFilter;
  readonly sort: SortKey;
  /** Pixels. */
  readonly top: number;
  /** Pages that hold what was loaded. */
  readonly pages: number;
}

/**
 * The longest search that is kept; the same as the field takes.
 */
export const MAX_SEARCH = 255;

/**
 * Pages that are loaded at once so that a list is where it was: that is some 2,000 users.
 */
const MAX_PAGES = 13;

/**
 * Users of a page where several are loaded at once; the most that the server extension gives.
 */
export const MAX_PAGE = 200;

/**
 * Pages that are not full: the first and the last ones, of the active users and of the others.
 */
const ODD_PAGES = 3;

/**
 * How long after the last change of the scroll position it is kept, in milliseconds.
 */
const DELAY = 300;

const STATES: readonly StateFilter[] = ['all', 'running', 'stopped'];
const SORTS: readonly SortKey[] = [
  'name',
  '-name',
  'last_activity',
  '-last_activity'
];

/**
 * What a list showed before the page was loaded again; it is asked for anew by it, and keeps it up
 * to date.
 */
export class KeptView {
  /**
   * @param scope - the base URL of this server
   * @param id - which list
   */
  constructor(scope: string, id: ListId) {
    this._kept = new Kept(scope, `list:${id}`, readView);
    this._view = this._kept.get();
  }

  /**
   * What the list shows.
   */
  get(): IKeptView {
    return this._view;
  }

  /**
   * The list shows this from now on; another search, filter or order begins at the top.
   *
   * @returns how many pages are loaded at once
   */
  show(search: string, state: StateFilter, sort: SortKey): number {
    const { search: text, state: filter, sort: order } = this._view;
    if (text !== search || filter !== state || order !== sort) {
      this._view = { search, state, sort, top: 0, pages: 1 };
      this._save();
    }
    return this._view.pages;
  }

  /**
   * So many users are loaded, in so many pages.
   */
  loaded(pages: number, users: number): void {
    const full = Math.ceil(users / MAX_PAGE);
    this._change({ pages: Math.min(pages, full + ODD_PAGES, MAX_PAGES) });
  }

  /**
   * The list is scrolled to there.
   */
  scrolled(top: number): void {
    this._change({ top });
  }

  private _change(change: Partial<IKeptView>): void {
    this._view = { ...this._view, ...change };
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._save(), DELAY);
  }

  private _save(): void {
    clearTimeout(this._timer);
    this._kept.set(this._view);
  }

  private readonly _kept: Kept<IKeptView>;
  private _view: IKeptView;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

function readView(kept: unknown): IKeptView {
  const { search, state, sort, top, pages } = fieldsOf(kept);
  return {
    search: typeof search === 'string' ? search.slice(0, MAX_SEARCH) : '',
    state: STATES.find(known => known === state) ?? 'all',
    sort: SORTS.find(known => known === sort) ?? 'name',
    top: typeof top === 'number' && top > 0 ? top : 0,
    pages:
      typeof pages === 'number'
        ? Math.min(Math.max(1, Math.floor(pages)), MAX_PAGES)
        : 1
  };
}
