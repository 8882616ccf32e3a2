import type React from 'react';

/**
 * What the search field and commands may ask of a list.
 */
export interface IListHandle {
  focusFirst: () => void;
  showDetails: (key: string) => void;
}

/**
 * The rows of a list in their order.
 */
export function rowNodes(list: Element | null): HTMLElement[] {
  return list ? [...list.querySelectorAll<HTMLElement>('[role="row"]')] : [];
}

/**
 * Rows that Page Up and Page Down skip when the height is not known.
 */
const PAGE = 10;

/**
 * Move the focus by the arrow keys, Home, End, Page Up and Page Down.
 *
 * @param onLeave - Escape, and Arrow Up on the first row
 */
export function moveFocus(
  event: React.KeyboardEvent<HTMLElement>,
  onLeave: () => void
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>('[role="row"]');
  const rows = rowNodes(event.currentTarget);
  const index = row ? rows.indexOf(row) : -1;
  if (!row || index < 0) {
    return;
  }
  const next = (): HTMLElement | undefined => {
    switch (event.key) {
      case 'ArrowDown':
        return rows[Math.min(index + 1, rows.length - 1)];
      case 'ArrowUp':
        return rows[Math.max(index - 1, 0)];
      case 'Home':
        return rows[0];
      case 'End':
        return rows[rows.length - 1];
      case 'PageDown':
        return rows[Math.min(index + pageOf(row), rows.length - 1)];
      case 'PageUp':
        return rows[Math.max(index - pageOf(row), 0)];
      case 'ArrowRight':
        return buttonBeside(row, target, +1);
      case 'ArrowLeft':
        return buttonBeside(row, target, -1);
      default:
        return undefined;
    }
  };
  if (event.key === 'Escape') {
    event.preventDefault();
    event.stopPropagation();
    if (target === row) {
      onLeave();
    } else {
      row.focus();
    }
    return;
  }
  const destination = next();
  if (destination) {
    event.preventDefault();
    event.stopPropagation();
    destination.focus();
  }
}

/**
 * The next button of a row, or the row itself before the first one.
 */
function buttonBeside(
  row: HTMLElement,
  target: HTMLElement,
  step: 1 | -1
): HTMLElement | undefined {
  const stops = [
    row,
    ...row.querySelectorAll<HTMLElement>('button:not(:disabled), a[href]')
  ];
  return stops[stops.indexOf(target) + step];
}

function pageOf(row: HTMLElement): number {
  const view = row.closest<HTMLElement>('.jp-HubAdmin-scroll');
  const rows =
    view && row.offsetHeight ? view.clientHeight / row.offsetHeight : 0;
  return rows >= 2 ? Math.floor(rows) - 1 : PAGE;
}
