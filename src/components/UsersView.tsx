import React, {
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore
} from 'react';

import type { StateFilter } from '../api/client';
import { messageOf } from '../api/errors';
import { useHubAdmin } from '../state/context';
import type { ICommandTarget } from '../state/cursor';
import type { IListView } from '../state/keys';
import type { Listeners } from '../state/listeners';
import { useUserList, usersOf } from '../state/users';
import { EmptyState } from './Band';
import { useTrans } from './context';
import { useDebounced, useHealth, useLasting, useStable } from './hooks';
import {
  AwayBand,
  ForbiddenBand,
  OutdatedBand,
  useCountdown,
  useHealthAnnounced
} from './HubBands';
import type { IListHandle } from './listKeys';
import { SearchBar } from './SearchBar';
import { Summary } from './Summary';
import { UserList } from './UserList';

/**
 * How long after the last key the search begins, in milliseconds.
 */
const DEBOUNCE = 150;

/**
 * How long nothing is said about waiting, in milliseconds.
 */
const PATIENCE = 300;

/**
 * The list of users with what finds them.
 *
 * @param props.shown - tells when the widget is shown again, which computes the order anew
 */
export function UsersView(props: {
  shown: Listeners['subscribe'];
}): JSX.Element {
  const hub = useHubAdmin();
  const trans = useTrans();
  const { pageSize } = useSyncExternalStore(
    hub.options.subscribe,
    hub.options.get
  );
  const [search, setSearch] = useState('');
  const [state, setState] = useState<StateFilter>('all');
  const [epoch, setEpoch] = useState(0);
  const settled = useDebounced(search.trim(), search ? DEBOUNCE : 0);
  const view = useMemo<IListView>(
    () => ({ search: settled, state, pageSize, epoch }),
    [settled, state, pageSize, epoch]
  );
  const list = useUserList(view);
  const users = useMemo(() => usersOf(list.data), [list.data]);
  const isComplete = !list.hasNextPage && !list.isPlaceholderData;
  const isSlow = useLasting(list.isPlaceholderData, PATIENCE);

  const input = useRef<HTMLInputElement>(null);
  const handle = useRef<IListHandle | null>(null);
  const toSearch = useStable(() => input.current?.focus());
  const refresh = useStable(() => setEpoch(count => count + 1));
  useEffect(() => props.shown(refresh), [props, refresh]);
  const target = useCommandTarget(toSearch, refresh, handle);
  useHealthAnnounced();

  const pages = list.data?.pages ?? [];
  const total = totalOf(
    pages.filter(page => page.offset === 0).map(page => page.total),
    state === 'all' ? 2 : 1
  );
  useCountAnnounced(view.search, isComplete ? users.length : total);

  return (
    <div
      className="jp-HubAdmin-users"
      onFocus={() => {
        hub.cursor.current = target;
      }}
    >
      {users.length > 0 && <AwayBand />}
      <OutdatedBand />
      <ForbiddenBand />
      <SearchBar
        search={search}
        state={state}
        isSlow={isSlow}
        inputRef={input}
        onSearch={setSearch}
        onState={setState}
        onDown={() => handle.current?.focusFirst()}
      />
      <Summary
        hasFailed={list.isError && users.length === 0}
        view={view}
        users={users}
        counts={pages[0]?.counts ?? { users: null, active: null }}
        total={total}
        isComplete={isComplete}
      />
      <div className="jp-HubAdmin-scroll">
        {users.length > 0 ? (
          <UserList
            users={users}
            isComplete={isComplete}
            onLeave={toSearch}
            handle={handle}
          />
        ) : (
          <NoRows
            view={view}
            isLoading={!isComplete && !list.isError}
            error={list.error}
            onSearch={setSearch}
            onState={setState}
            onRetry={() => void list.refetch()}
          />
        )}
        {list.hasNextPage && !list.isPlaceholderData && (
          <More
            pages={pages.length}
            isLoading={list.isFetchingNextPage}
            error={list.isFetchNextPageError ? list.error : null}
            onVisible={() => {
              if (!list.isFetching) {
                void list.fetchNextPage();
              }
            }}
          />
        )}
        <span className="jp-HubAdmin-srOnly">
          {isComplete && users.length > 0 ? trans.__('End of the list') : null}
        </span>
      </div>
    </div>
  );
}

/**
 * How many match over all states; null as long as it is not known.
 */
function totalOf(
  totals: readonly (number | null)[],
  needed: number
): number | null {
  let sum = 0;
  for (const total of totals) {
    if (total === null) {
      return null;
    }
    sum += total;
  }
  return totals.length >= needed ? sum : null;
}

/**
 * Lets commands act on the list that was shown or used last.
 */
function useCommandTarget(
  search: () => void,
  refresh: () => void,
  handle: React.MutableRefObject<IListHandle | null>
): ICommandTarget {
  const { cursor } = useHubAdmin();
  const [target] = useState<ICommandTarget>(() => ({
    search,
    refresh,
    showDetails: key => handle.current?.showDetails(key)
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
  return target;
}

function useCountAnnounced(search: string, count: number | null): void {
  const { announcer } = useHubAdmin();
  const trans = useTrans();
  const settled = useDebounced(count, 500);
  useEffect(() => {
    if (search && settled !== null) {
      announcer.say(trans._n('%1 user matches', '%1 users match', settled));
    }
  }, [announcer, search, settled, trans]);
}

/**
 * What a list without rows says.
 */
function NoRows(props: {
  view: IListView;
  isLoading: boolean;
  error: Error | null;
  onSearch: (search: string) => void;
  onState: (state: StateFilter) => void;
  onRetry: () => void;
}): JSX.Element | null {
  const { view, isLoading, error, onSearch, onState, onRetry } = props;
  const { health } = useHubAdmin();
  const { away, reason } = useHealth();
  const seconds = useCountdown();
  const trans = useTrans();
  const isSlow = useLasting(isLoading, PATIENCE);
  if (error && away) {
    return (
      <EmptyState
        button={{ label: trans.__('Try now'), onClick: () => health.tryNow() }}
      >
        {trans.__('The hub does not answer. Trying again in %1 s.', seconds)}
        <div className="jp-HubAdmin-reason">{reason}</div>
      </EmptyState>
    );
  }
  if (error) {
    return (
      <EmptyState button={{ label: trans.__('Try again'), onClick: onRetry }}>
        {trans.__('The users could not be listed: %1', messageOf(error))}
      </EmptyState>
    );
  }
  if (isLoading) {
    return isSlow ? (
      <EmptyState>{trans.__('Loading users…')}</EmptyState>
    ) : null;
  }
  const showAll = {
    label: trans.__('Show all users'),
    onClick: () => onState('all')
  };
  const searchAll = {
    label: trans.__('Search all users'),
    onClick: () => onState('all')
  };
  switch (view.state) {
    case 'running':
      return view.search ? (
        <EmptyState button={searchAll}>
          {trans.__('No running server matches "%1".', view.search)}
        </EmptyState>
      ) : (
        <EmptyState button={showAll}>
          {trans.__('No server is running.')}
        </EmptyState>
      );
    case 'stopped':
      return view.search ? (
        <EmptyState button={searchAll}>
          {trans.__('No stopped server matches "%1".', view.search)}
        </EmptyState>
      ) : (
        <EmptyState button={showAll}>
          {trans.__('No server is stopped.')}
        </EmptyState>
      );
    case 'all':
      return view.search ? (
        <EmptyState
          button={{
            label: trans.__('Clear search'),
            onClick: () => onSearch('')
          }}
        >
          {trans.__('No user matches "%1".', view.search)}
        </EmptyState>
      ) : (
        <EmptyState>{trans.__('There is no user yet.')}</EmptyState>
      );
  }
}

/**
 * The end of what is loaded; more is loaded when it comes into view.
 */
function More(props: {
  /** Looks again after each page: it may still be in view. */
  pages: number;
  isLoading: boolean;
  error: Error | null;
  onVisible: () => void;
}): JSX.Element {
  const { pages, isLoading, error } = props;
  const trans = useTrans();
  const node = useRef<HTMLDivElement>(null);
  const onVisible = useStable(props.onVisible);
  const isSlow = useLasting(isLoading, PATIENCE);
  useEffect(() => {
    if (!node.current || isLoading || error) {
      return;
    }
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) {
          onVisible();
        }
      },
      { rootMargin: '400px' }
    );
    observer.observe(node.current);
    return () => observer.disconnect();
  }, [pages, isLoading, error, onVisible]);
  return (
    <div ref={node} className="jp-HubAdmin-more">
      {error ? (
        <EmptyState
          button={{ label: trans.__('Try again'), onClick: onVisible }}
        >
          {messageOf(error)}
        </EmptyState>
      ) : (
        isSlow && trans.__('Loading users…')
      )}
    </div>
  );
}
