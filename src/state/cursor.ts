import type { IWho } from '../format/who';
import type { ListId } from './listView';

/**
 * What commands may ask of a list.
 */
export interface ICommandTarget {
  readonly id: ListId;
  /** Show the details of a row. */
  showDetails: (key: string) => void;
  /**
   * Put the focus on a row, and the row into the view.
   *
   * @returns whether it is among those that are loaded
   */
  revealRow: (key: string) => boolean;
  /** Look for a user who may not be loaded. */
  find: (user: string) => void;
  /** Select everything that matches, loaded or not. */
  selectAll: () => void;
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
   * The list that last had the focus.
   */
  current: ICommandTarget | null = null;

  /**
   * The list that was used last, or else one that there is.
   */
  get target(): ICommandTarget | undefined {
    return this.current ?? [...this.lists].pop();
  }

  /**
   * A list, if it is shown somewhere.
   */
  listOf(id: ListId): ICommandTarget | undefined {
    return [...this.lists].find(list => list.id === id);
  }

  /**
   * Put the focus into the search field of the list that was used last.
   */
  focusSearch(): void {
    this.target?.search();
  }
}
