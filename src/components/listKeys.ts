import type React from 'react';

/**
 * Rows that Page Up and Page Down skip when the height is not known.
 */
const PAGE = 10;

/**
 * The index of the row that a key goes to; undefined for other keys.
 *
 * @param row - the row that has the focus
 * @param index - its place
 * @param count - how many rows there are
 */
export function destinationOf(
  key: string,
  row: HTMLElement,
  index: number,
  count: number
): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(index + 1, count - 1);
    case 'ArrowUp':
      return Math.max(index - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'PageDown':
      return Math.min(index + pageOf(row), count - 1);
    case 'PageUp':
      return Math.max(index - pageOf(row), 0);
    default:
      return undefined;
  }
}

/**
 * What Arrow Left and Arrow Right go to in a row: the next of its controls, or the row itself
 * before the first one.
 */
export function besideOf(
  key: string,
  row: HTMLElement,
  target: HTMLElement
): HTMLElement | undefined {
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  const stops = [
    row,
    ...row.querySelectorAll<HTMLElement>(
      'button:not(:disabled), a[href], input'
    )
  ];
  return step ? stops[stops.indexOf(target) + step] : undefined;
}

/**
 * The row that an element is in.
 */
export function rowOf(
  event: React.SyntheticEvent | { target: EventTarget }
): HTMLElement | null {
  return (event.target as Element).closest<HTMLElement>('[data-key]');
}

function pageOf(row: HTMLElement): number {
  const view = row.closest<HTMLElement>('.jp-HubAdmin-scroll');
  const rows =
    view && row.offsetHeight ? view.clientHeight / row.offsetHeight : 0;
  return rows >= 2 ? Math.floor(rows) - 1 : PAGE;
}
