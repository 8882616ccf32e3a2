import type React from 'react';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';

import { useHubAdmin } from '../state/context';
import { useVisible } from '../state/visibility';
import { useStable } from './hooks';
import { besideOf, destinationOf, rowOf } from './listKeys';
import type { IRow } from './rows';
import type { ISelecting } from './useSelecting';
import type { IUsers } from './useUsers';
import type { IVirtualRows } from './useVirtualRows';
import { useVirtualRows } from './useVirtualRows';

/**
 * What makes a list of rows.
 */
export interface IListRowsOptions {
  users: IUsers;
  selecting: ISelecting;
  /** The element that scrolls. */
  scroller: React.RefObject<HTMLElement>;
  /** The height of what is above the rows in the element that scrolls. */
  header?: number;
  /** Leave the list for the search field. */
  onLeave: () => void;
}

/**
 * A row to be drawn.
 */
export interface IShownRow {
  readonly row: IRow;
  /** Counted from zero; goes into `data-index`, by which tests lay rows out. */
  readonly index: number;
  /** Pixels to be left free before it. */
  readonly gap: number;
  /** The tab stop of the list. */
  readonly isCurrent: boolean;
  /** Null: nothing is selected anywhere, so no row says whether it is. */
  readonly isSelected: boolean | null;
}

/**
 * What a list of rows needs: which of them to draw, and all that the keyboard does.
 *
 * Each row has `role="row"`, `data-key`, `data-index` and `ref={measure}`, and calls `onDrawn` with
 * its element whenever it was drawn.
 */
export interface IListRows {
  readonly shown: readonly IShownRow[];
  readonly after: number;
  readonly measure: (row: Element | null) => void;
  readonly inView: IVirtualRows['inView'];
  /** For the element with the role of a grid around the rows. */
  readonly grid: React.HTMLAttributes<HTMLElement>;
  /** Give the focus back to a row that lost it by being drawn anew. */
  readonly onDrawn: (row: HTMLElement) => void;
  /** Put the focus on a row; false if there is none of that key. */
  readonly reveal: (key: string) => boolean;
  /** Put the focus on the row that last had it, else on the first one. */
  readonly focus: () => void;
  readonly focusFirst: () => void;
}

/**
 * Rows with one tab stop among them, of which only those near the view are in the page.
 *
 * The focus is known by key. The row that has it stays in the page wherever the list is scrolled
 * to, and hands it on when it disappears: to the row after it, to the one before it, or else to
 * the search field.
 */
export function useListRows(options: IListRowsOptions): IListRows {
  const { users, selecting, scroller, header, onLeave } = options;
  const { rows, isComplete } = users;
  const { cursor } = useHubAdmin();
  const isVisible = useVisible();
  const [current, setCurrent] = useState<string | null>(null);
  const focused = useRef<string | null>(null);
  const wanted = useRef<string | null>(null);
  const before = useRef(rows);

  const place = rows.findIndex(({ key }) => key === current);
  const kept = place < 0 && rows.length ? 0 : place;
  const virtual = useVirtualRows({
    count: rows.length,
    keyOf: useCallback(index => rows[index]?.key ?? '', [rows]),
    scroller,
    kept,
    header
  });

  const focusRow = (key: string): boolean => {
    const node = scroller.current?.querySelector<HTMLElement>(
      `[data-key="${CSS.escape(key)}"]`
    );
    node?.focus({ preventScroll: true });
    node?.scrollIntoView?.({ block: 'nearest' });
    return Boolean(node);
  };
  const revealNow = (key: string): boolean => {
    if (!rows.some(row => row.key === key)) {
      return false;
    }
    if (!focusRow(key)) {
      // It is in the page after the next drawing.
      wanted.current = key;
      setCurrent(key);
    }
    return true;
  };
  const reveal = useStable(revealNow);
  const enter = (node: HTMLElement | null) => {
    const row = rows.find(({ key }) => key === node?.dataset.key);
    if (row) {
      setCurrent(row.key);
      cursor.who = row.who;
    }
    return row;
  };

  useLayoutEffect(() => {
    const old = before.current;
    before.current = rows;
    const { current: next } = wanted;
    if (next !== null && (focusRow(next) || !rows.some(r => r.key === next))) {
      wanted.current = null;
    }
    const key = focused.current;
    if (!isVisible) {
      focused.current = null;
    } else if (key !== null && document.activeElement === document.body) {
      // React does not tell of the blur of what it removes itself, so a row that still counts as
      // focused while nothing has the focus has lost it.
      const index = Math.max(
        0,
        old.findIndex(row => row.key === key)
      );
      const heirs = [...old.slice(index), ...old.slice(0, index).reverse()];
      if (!heirs.some(heir => revealNow(heir.key))) {
        onLeave();
      }
    }
  });

  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    const node = rowOf(event);
    const index = rows.findIndex(({ key }) => key === node?.dataset.key);
    const row = rows[index];
    if (!node || !row || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const next = destinationOf(event.key, node, index, rows.length);
    const beside = besideOf(event.key, node, target);
    const destination = next === undefined ? undefined : rows[next];
    if (destination) {
      if (event.shiftKey && next !== index) {
        selecting.extendTo(destination, row);
      }
      reveal(destination.key);
    } else if (beside) {
      beside.focus();
    } else if (event.key === ' ' && target === node) {
      selecting.toggle(row);
    } else if (event.key !== 'Escape') {
      return;
    } else if (target !== node) {
      node.focus();
    } else if (selecting.isActive) {
      selecting.clear();
    } else {
      onLeave();
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const onClick = (event: React.MouseEvent<HTMLElement>) => {
    const row = rows.find(({ key }) => key === rowOf(event)?.dataset.key);
    if (!row || (event.target as Element).closest('button, a, input')) {
      return;
    }
    if (event.shiftKey) {
      selecting.extendTo(row, rows[place]);
      reveal(row.key);
    } else if (event.ctrlKey || event.metaKey) {
      selecting.toggle(row);
    }
  };

  return {
    shown: virtual.rows.flatMap(({ index, gap }) => {
      const row = rows[index];
      return row
        ? {
            row,
            index,
            gap,
            isCurrent: index === kept,
            isSelected: selecting.isActive ? selecting.isSelected(row) : null
          }
        : [];
    }),
    after: virtual.after,
    measure: virtual.measure,
    inView: virtual.inView,
    grid: {
      'aria-rowcount': isComplete ? rows.length : -1,
      'aria-multiselectable': true,
      onFocus: event => {
        focused.current = enter(rowOf(event))?.key ?? null;
      },
      onBlur: event => {
        if (!event.currentTarget.contains(event.relatedTarget)) {
          focused.current = null;
        }
      },
      onContextMenu: event => enter(rowOf(event)),
      onMouseDown: event => {
        if (event.shiftKey) {
          // A range of rows, not of text.
          event.preventDefault();
        }
      },
      onClick,
      onKeyDown
    },
    onDrawn: useStable((node: HTMLElement) => {
      if (
        focused.current === node.dataset.key &&
        document.activeElement === document.body
      ) {
        node.focus();
      }
    }),
    reveal,
    focus: useStable(() => {
      reveal(rows[kept]?.key ?? '');
    }),
    focusFirst: useStable(() => {
      reveal(rows[0]?.key ?? '');
    })
  };
}
