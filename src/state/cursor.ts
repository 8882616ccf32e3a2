import type { IWho } from '../format/who';

/**
 * What commands may ask of a list.
 */
export interface ICommandTarget {
  /** Show the details of a row. */
  showDetails: (key: string) => void;
  /** Put the focus into the search field. */
  search: () => void;
  /** Load the list anew, in its order. */
  refresh: () => void;
}

/**
 * The row that keys and the context menu act on, and the lists there are.
 */
export class Cursor {
  /**
   * The row that last had the focus; null if there is none.
   */
  who: IWho | null = null;

  /**
   * The lists that are shown somewhere; the sidebar and the dashboard have one each.
   */
  readonly lists = new Set<ICommandTarget>();

  /**
   * Put the focus into the search field of the list that was used last.
   */
  focusSearch(): void {
    (this.current ?? [...this.lists].pop())?.search();
  }

  /**
   * The list that last had the focus.
   */
  current: ICommandTarget | null = null;
}
