import React, {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState
} from 'react';

import type { UserView } from '../api/types';
import { formatAgo, formatExact } from '../format/time';
import { useHubAdmin } from '../state/context';
import { useTrans } from './context';
import { DetailsPopover } from './DetailsPopover';
import { useNow, useStable } from './hooks';
import type { IListHandle } from './listKeys';
import { moveFocus, rowNodes } from './listKeys';
import type { IRow } from './rows';
import { rowsOf } from './rows';
import { ServerRow } from './ServerRow';

/**
 * How often `2 min. ago` is written anew, in milliseconds.
 */
const REFRESH_TIMES = 30_000;

/**
 * What the list takes.
 */
export interface IUserListProps {
  users: readonly UserView[];
  /** Whether there is nothing more to load. */
  isComplete: boolean;
  /** Leave the list for the search field. */
  onLeave: () => void;
  /** Lets the search field move the focus into the list. */
  handle: React.MutableRefObject<IListHandle | null>;
}

/**
 * The users and their servers as one tree grid with one tab stop.
 */
export function UserList(props: IUserListProps): JSX.Element {
  const { users, isComplete, onLeave, handle } = props;
  const trans = useTrans();
  const { cursor } = useHubAdmin();
  const now = useNow(REFRESH_TIMES);
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(users), [users]);
  const [current, setCurrent] = useState<string | null>(null);
  const [details, setDetails] = useState<IDetails | null>(null);

  const currentKey =
    current !== null && rows.some(row => row.key === current)
      ? current
      : (rows[0]?.key ?? null);
  const focused = useKeptFocus(list, rows, onLeave);

  const keepFocus = useStable((node: HTMLElement) => {
    if (
      focused.current === node.dataset.key &&
      document.activeElement === document.body
    ) {
      node.focus();
    }
  });
  const openDetails = useStable((row: IRow, anchor: HTMLElement) => {
    setDetails(open =>
      open?.key === row.key ? null : { key: row.key, anchor }
    );
  });
  const closeDetails = useStable((restoreFocus: boolean) => {
    setDetails(null);
    if (restoreFocus) {
      details?.anchor.focus();
    }
  });
  useEffect(() => {
    handle.current = {
      focusFirst: () => rowNodes(list.current)[0]?.focus(),
      showDetails: key => {
        const row = rows.find(candidate => candidate.key === key);
        const anchor = list.current
          ?.querySelector(`[data-key="${CSS.escape(key)}"]`)
          ?.querySelector<HTMLElement>('[data-name="details"]');
        if (row && anchor) {
          openDetails(row, anchor);
        }
      }
    };
  });

  const shown = details && rows.find(row => row.key === details.key);
  return (
    <>
      <div
        ref={list}
        role="treegrid"
        className="jp-HubAdmin-list"
        aria-label={trans.__('Users and servers')}
        aria-rowcount={isComplete ? rows.length : -1}
        onFocus={event => {
          const key = keyOf(event.target);
          if (key !== null) {
            focused.current = key;
            setCurrent(key);
            cursor.who = rows.find(row => row.key === key)?.who ?? null;
          }
        }}
        onBlur={event => {
          if (!event.currentTarget.contains(event.relatedTarget)) {
            focused.current = null;
          }
        }}
        onContextMenu={event => {
          const key = keyOf(event.target as Element);
          if (key !== null) {
            setCurrent(key);
            cursor.who = rows.find(row => row.key === key)?.who ?? null;
          }
        }}
        onKeyDown={event => moveFocus(event, onLeave)}
      >
        {rows.map((row, index) => (
          <ServerRow
            key={row.key}
            row={row}
            index={index + 1}
            isCurrent={row.key === currentKey}
            now={now}
            lastActivity={
              row.lastActivity === null
                ? trans.__('never')
                : formatAgo(row.lastActivity, now, trans)
            }
            lastActivityTitle={
              row.lastActivity === null
                ? trans.__('Never used')
                : trans.__('Last activity: %1', formatExact(row.lastActivity))
            }
            onDetails={openDetails}
            onDrawn={keepFocus}
          />
        ))}
      </div>
      {shown && (
        <DetailsPopover
          row={shown}
          anchor={details.anchor}
          onClose={closeDetails}
        />
      )}
    </>
  );
}

interface IDetails {
  readonly key: string;
  readonly anchor: HTMLElement;
}

function keyOf(target: Element): string | null {
  return target.closest<HTMLElement>('[data-key]')?.dataset.key ?? null;
}

/**
 * Keep the focus in the list when what had it is gone: on the row itself, on the row after it, on
 * the one before it, or else in the search field.
 *
 * React does not tell of the blur of what it removes itself, so a row that still counts as focused
 * while nothing has the focus has lost it by being drawn anew.
 */
function useKeptFocus(
  list: React.RefObject<HTMLDivElement>,
  rows: readonly IRow[],
  onLeave: () => void
): React.MutableRefObject<string | null> {
  const focused = useRef<string | null>(null);
  const before = useRef(rows);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = rows;
    const key = focused.current;
    if (key === null || document.activeElement !== document.body) {
      return;
    }
    const nodes = new Map(
      rowNodes(list.current).map(row => [row.dataset.key, row])
    );
    const index = Math.max(
      0,
      old.findIndex(row => row.key === key)
    );
    const heirs = [...old.slice(index), ...old.slice(0, index).reverse()];
    const heir = heirs.find(row => nodes.has(row.key));
    if (heir) {
      nodes.get(heir.key)?.focus();
    } else {
      onLeave();
    }
  });
  return focused;
}
