import type { IWho } from '../format/who';

/**
 * What can be asked of the list that the cursor is in.
 */
export interface ICursorList {
  /** Show the details of a row. */
  showDetails: (who: IWho) => void;
  /** Put the focus into the search field. */
  search: () => void;
  /** Load the list anew, in its order. */
  refresh: () => void;
}

/**
 * The row that keys and the context menu act on.
 */
export class Cursor {
  /**
   * The row that last had the focus; null if there is none.
   */
  who: IWho | null = null;

  /**
   * The list with that row, or else the one that was shown last.
   */
  list: ICursorList | null = null;
}
