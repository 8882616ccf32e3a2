import type React from 'react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { useHubAdmin } from '../state/context';
import type { ICommandTarget } from '../state/cursor';
import type { Listeners } from '../state/listeners';
import type { ListId } from '../state/listView';
import { isPlainText, liveViewOf } from '../state/liveView';
import { useVisible } from '../state/visibility';
import { useTrans } from './context';
import { useDebounced, useStable } from './hooks';
import type { IListRows } from './useListRows';
import { useListRows } from './useListRows';
import type { IListState } from './useListState';
import { useListState } from './useListState';
import type { ISelecting } from './useSelecting';
import { useSelecting } from './useSelecting';
import type { IUsers } from './useUsers';
import { useUsers } from './useUsers';

/**
 * How long rows are in view before anybody is told, in milliseconds.
 */
const IN_VIEW = 200;

/**
 * How long after the last answer it is said how many match, in milliseconds.
 */
const COUNT = 500;

/**
 * What makes a list of servers.
 */
export interface IServerListOptions {
  id: ListId;
  /** Tells when the widget is shown again, which computes the order anew. */
  shown: Listeners['subscribe'];
  /** The height of what is above the rows in the element that scrolls. */
  header?: number;
  /** Show the details of a server. */
  showDetails: (key: string) => void;
}

/**
 * A list of servers with what finds them, whatever it looks like.
 */
export interface IServerList {
  readonly state: IListState;
  readonly users: IUsers;
  readonly selecting: ISelecting;
  readonly rows: IListRows;
  /** The search field. */
  readonly input: React.RefObject<HTMLInputElement>;
  readonly toSearch: () => void;
  /** For the element that scrolls; it has the class `jp-HubAdmin-scroll`. */
  readonly scroller: {
    readonly ref: React.RefObject<HTMLDivElement>;
    readonly onScroll: React.UIEventHandler<HTMLElement>;
  };
  /** For the element around all of it. */
  readonly frame: { readonly onFocus: () => void };
}

/**
 * Everything that the sidebar and the dashboard have in common: what is asked for, loaded, drawn,
 * selected, kept for the next time, told to whoever watches the Hub, and done by commands.
 */
export function useServerList(options: IServerListOptions): IServerList {
  const { id, shown, header } = options;
  const { cursor } = useHubAdmin();
  const state = useListState(id);
  const users = useUsers(state);
  const selecting = useSelecting(users);
  const input = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const toSearch = useStable(() => input.current?.focus());
  const rows = useListRows({
    users,
    selecting,
    scroller,
    header,
    onLeave: toSearch
  });
  const { refresh, setSearch, setState } = state;
  useEffect(() => shown(refresh), [shown, refresh]);
  useScrollKept(state, users, scroller);
  useInView(users, rows);
  useCountAnnounced(users);

  const showDetails = useStable(options.showDetails);
  const { reveal: revealRow } = rows;
  const { selectAll } = selecting;
  const [target] = useState<ICommandTarget>(() => ({
    id,
    search: toSearch,
    refresh,
    showDetails,
    revealRow,
    selectAll,
    find: user => {
      setState('all');
      setSearch(literally(user));
    }
  }));
  useEffect(() => {
    cursor.lists.add(target);
    return () => {
      cursor.lists.delete(target);
      if (cursor.current === target) {
        cursor.current = null;
      }
    };
  }, [cursor, target]);
  return {
    state,
    users,
    selecting,
    rows,
    input,
    toSearch,
    scroller: {
      ref: scroller,
      onScroll: useStable((event: React.UIEvent<HTMLElement>) => {
        const { scrollTop, clientHeight } = event.currentTarget;
        // A list that is hidden is scrolled nowhere.
        if (clientHeight) {
          state.kept.scrolled(scrollTop);
        }
      })
    },
    frame: {
      onFocus: useStable(() => {
        cursor.current = target;
      })
    }
  };
}

/**
 * What to type to find just this text.
 */
function literally(text: string): string {
  return isPlainText(text) ? text : `"${text.replace(/"/g, ' ')}"`;
}

/**
 * Scroll to where the same list was before; another one begins at the top.
 */
function useScrollKept(
  { kept }: IListState,
  { view, data, isWaiting }: IUsers,
  scroller: React.RefObject<HTMLElement>
): void {
  const done = useRef<typeof view | null>(null);
  useLayoutEffect(() => {
    if (scroller.current && data && !isWaiting && done.current !== view) {
      done.current = view;
      scroller.current.scrollTop = kept.get().top;
    }
  }, [kept, scroller, view, data, isWaiting]);
}

/**
 * Tell what of the hub is in view here.
 */
function useInView({ view, data, rows, isWaiting }: IUsers, list: IListRows) {
  const { live } = useHubAdmin();
  const isVisible = useVisible();
  const [owner] = useState(() => ({}));
  const first = list.inView?.startIndex ?? 0;
  const last = list.inView?.endIndex ?? -1;
  const names = useMemo(
    () => rows.slice(first, last + 1).map(({ who }) => who.user),
    [rows, first, last]
  );
  const inView = useDebounced(names, IN_VIEW);
  useEffect(() => {
    if (!isVisible) {
      live.setView(owner, null);
    } else if (data && !isWaiting) {
      live.setView(owner, liveViewOf(view, data, inView));
    }
  }, [live, owner, isVisible, view, data, isWaiting, inView]);
  useEffect(() => () => live.setView(owner, null), [live, owner]);
}

/**
 * Say to screen readers how many were found.
 */
function useCountAnnounced({ view, users, total, isComplete }: IUsers): void {
  const { announcer } = useHubAdmin();
  const trans = useTrans();
  const settled = useDebounced(isComplete ? users.length : total, COUNT);
  useEffect(() => {
    if (view.search && settled !== null) {
      announcer.say(trans._n('%1 user matches', '%1 users match', settled));
    }
  }, [announcer, view.search, settled, trans]);
}
