import type React from 'react';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

/**
 * Up to so many rows are all in the page.
 */
const ALL = 100;

/**
 * The height of a row that was not measured yet.
 */
const ROW = 28;

/**
 * Rows before and after those in view that are in the page too.
 */
const OVERSCAN = 10;

/**
 * Which rows of a long list are to be in the page.
 */
export interface IVirtualRowsOptions {
  count: number;
  /** The key of a row, which is its `data-key`; by it heights are remembered. */
  keyOf: (index: number) => string;
  /** The element that scrolls; it is there as long as the list. */
  scroller: React.RefObject<HTMLElement>;
  /** A row that stays in the page wherever the list is scrolled to; -1: none. */
  kept: number;
  /** The height of what is above the rows in the element that scrolls. */
  header?: number;
}

/**
 * A row to be in the page.
 */
export interface IVirtualRow {
  readonly index: number;
  /** Pixels to be left free before it, for the rows that are not in the page. */
  readonly gap: number;
}

/**
 * The rows to be in the page.
 *
 * They stay in the flow: what is left out is a margin, or an empty row of a table. So the browser
 * itself knows where each is, can scroll to it, and keeps what is in view where it is when a row
 * above turns out to be of another height.
 */
export interface IVirtualRows {
  readonly rows: readonly IVirtualRow[];
  /** Pixels to be left free after the last one. */
  readonly after: number;
  /** The `ref` of each row. */
  readonly measure: (row: Element | null) => void;
  /** The rows in view; null while nothing is. */
  readonly inView: IRange | null;
}

interface IRange {
  readonly startIndex: number;
  readonly endIndex: number;
}

/**
 * What can be seen of the element that scrolls.
 */
interface IWindow {
  readonly top: number;
  readonly height: number;
}

/**
 * Keep only the rows near the view in the page; they may be of any height.
 */
export function useVirtualRows(options: IVirtualRowsOptions): IVirtualRows {
  const { count, keyOf, scroller, kept, header = 0 } = options;
  const [heights, measure] = useHeights();
  const tops = useMemo(() => {
    // Where each row begins, and where the last one ends.
    const all = [0];
    for (let index = 0; index < count; index++) {
      all.push((all[index] ?? 0) + (heights.get(keyOf(index)) ?? ROW));
    }
    return all;
  }, [count, keyOf, heights]);
  const inView = rangeOf(tops, useWindow(scroller, header, tops));

  const rows: IVirtualRow[] = [];
  let end = 0;
  const add = (index: number) => {
    const top = tops[index] ?? 0;
    rows.push({ index, gap: top - end });
    end = tops[index + 1] ?? top;
  };
  const isLong = count > ALL;
  if (inView || !isLong) {
    const first = isLong && inView ? inView.startIndex - OVERSCAN : 0;
    const last = isLong && inView ? inView.endIndex + OVERSCAN : count - 1;
    if (kept >= 0 && kept < first) {
      add(kept);
    }
    for (let i = Math.max(0, first); i <= Math.min(last, count - 1); i++) {
      add(i);
    }
    if (kept > last && kept < count) {
      add(kept);
    }
  }
  return { rows, after: (tops[count] ?? 0) - end, measure, inView };
}

/**
 * The rows between two heights; null if nothing can be seen or there is none.
 */
function rangeOf(
  tops: readonly number[],
  { top, height }: IWindow
): IRange | null {
  const count = tops.length - 1;
  if (!height || !count) {
    return null;
  }
  // A list that has become shorter is not told at once that it was scrolled back.
  const first = Math.max(0, Math.min(top, (tops[count] ?? 0) - height));
  return {
    startIndex: rowAt(tops, first),
    endIndex: rowAt(tops, first + height - 1)
  };
}

/**
 * The row at a height, or else the last one.
 */
function rowAt(tops: readonly number[], height: number): number {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= height) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/**
 * What can be seen of the rows; the same object as long as it is the same rows.
 */
function useWindow(
  scroller: React.RefObject<HTMLElement>,
  header: number,
  tops: readonly number[]
): IWindow {
  const [seen, setSeen] = useState<IWindow>({ top: 0, height: 0 });
  const newest = useRef(tops);
  newest.current = tops;
  useLayoutEffect(() => {
    const node = scroller.current;
    if (!node) {
      return;
    }
    const look = () =>
      setSeen(old => {
        const top = Math.max(0, node.scrollTop - header);
        const height = node.clientHeight;
        const before = rangeOf(newest.current, old);
        const now = rangeOf(newest.current, { top, height });
        const isSame = now
          ? before?.startIndex === now.startIndex &&
            before.endIndex === now.endIndex
          : top === old.top;
        return isSame && height === old.height ? old : { top, height };
      });
    // Drawn before the browser shows what was scrolled to.
    const onScroll = () => flushSync(look);
    const observer = new ResizeObserver(look);
    look();
    observer.observe(node);
    node.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      node.removeEventListener('scroll', onScroll);
    };
  }, [scroller, header]);
  return seen;
}

/**
 * The heights of rows that were in the page, by key, and what measures them.
 */
function useHeights(): [
  ReadonlyMap<string, number>,
  (row: Element | null) => void
] {
  const [heights, setHeights] = useState<ReadonlyMap<string, number>>(
    () => new Map()
  );
  const observer = useRef<ResizeObserver | null>(null);
  useLayoutEffect(() => () => observer.current?.disconnect(), []);
  const measure = useCallback((row: Element | null) => {
    observer.current ??= new ResizeObserver((entries, self) => {
      const changes = new Map<string, number>();
      for (const { target } of entries) {
        if (!target.isConnected) {
          self.unobserve(target);
        } else if (target instanceof HTMLElement && target.offsetHeight) {
          changes.set(target.dataset.key ?? '', target.offsetHeight);
        }
      }
      setHeights(old =>
        [...changes].every(([key, height]) => (old.get(key) ?? ROW) === height)
          ? old
          : new Map([...old, ...changes])
      );
    });
    if (row) {
      observer.current.observe(row);
    }
  }, []);
  return [heights, measure];
}
