import { useEffect, useMemo } from 'react';

import type { Counts, UserPage, UserView } from '../api/types';
import type { IListView } from '../state/keys';
import type { UserPages } from '../state/users';
import { usersOf } from '../state/listed';
import type { IWordProblem } from '../state/users';
import { firstPage, useUserList, wordProblem } from '../state/users';
import type { IRow } from './rows';
import { rowsOf } from './rows';
import type { IListState } from './useListState';

/**
 * A list of users as far as it is loaded.
 */
export interface IUsers {
  /** What is shown, which is not what is asked for while that is on its way or refused. */
  readonly view: IListView;
  /** The pages as they came; undefined before the first one. */
  readonly data: UserPages | undefined;
  readonly users: readonly UserView[];
  /** A row for each server; a user's default server stands for the user. */
  readonly rows: readonly IRow[];
  /** How many users and active users there are, whatever the filter. */
  readonly counts: Counts;
  /** How many users match; null: not known. */
  readonly total: number | null;
  /** Everybody who matches is here. */
  readonly isComplete: boolean;
  /** These are the rows of before; others are on their way. */
  readonly isWaiting: boolean;
  /** Why nothing could be loaded. */
  readonly error: Error | null;
  /** Which word of the search is not understood. */
  readonly wordProblem: IWordProblem | null;
  /** What follows; null at the end and while these are the rows of before. */
  readonly more: IMore | null;
  /** Load again what could not be loaded. */
  readonly retry: () => void;
}

/**
 * The pages that follow.
 */
export interface IMore {
  /** Pages that are loaded. */
  readonly pages: number;
  readonly isLoading: boolean;
  /** Matches have to be looked for: a page may hold few or none. */
  readonly isSearching: boolean;
  /** How many of the last pages held nobody. */
  readonly emptyPages: number;
  readonly error: Error | null;
  /** Load the next page, unless one is being loaded. */
  readonly load: () => void;
}

const NOT_KNOWN: Counts = { users: null, active: null };

/**
 * The users that a list shows.
 */
export function useUsers({ view: asked, pages, kept }: IListState): IUsers {
  const { list, data, view, problem } = useUserList(asked, pages);
  const users = useMemo(() => usersOf(data), [data]);
  const rows = useMemo(() => rowsOf(users), [users]);
  const loaded = data?.pages ?? [];
  const isWaiting = list.isPlaceholderData;
  const isOwn = !isWaiting && list.data !== undefined;
  useEffect(() => {
    if (isOwn && problem === null) {
      kept.loaded(loaded.length, users.length);
    }
  }, [kept, isOwn, problem, loaded.length, users.length]);
  // As of this very drawing: what comes into view asks at once.
  const load = () => {
    if (!list.isFetching) {
      void list.fetchNextPage();
    }
  };
  const retry = () => void list.refetch();
  const total = totalOf(view, data);
  return {
    view,
    data,
    users,
    rows,
    counts: loaded[0]?.counts ?? NOT_KNOWN,
    total,
    isComplete: !list.hasNextPage && isOwn,
    isWaiting,
    error: users.length || wordProblem(list.error) ? null : list.error,
    wordProblem: problem,
    more:
      list.hasNextPage && !isWaiting
        ? {
            pages: loaded.length,
            isLoading: list.isFetchingNextPage,
            isSearching: loaded[loaded.length - 1]?.total === null,
            emptyPages: emptyAtEnd(loaded),
            error: list.isFetchNextPageError ? list.error : null,
            load
          }
        : null,
    retry
  };
}

/**
 * How many pages at the end hold nobody.
 */
function emptyAtEnd(pages: readonly UserPage[]): number {
  const isEmpty = pages.map(({ items }) => items.length === 0);
  return isEmpty.length - 1 - isEmpty.lastIndexOf(false);
}

/**
 * How many match over all states; null as long as it is not known.
 */
function totalOf(view: IListView, data: UserPages | undefined): number | null {
  const firsts = (data?.pages ?? []).filter(
    (_, index) => data?.pageParams[index]?.offset === 0
  );
  const needed =
    view.state === 'all' && firstPage(view).state !== 'all' ? 2 : 1;
  return firsts.length < needed
    ? null
    : firsts.reduce<number | null>(
        (sum, { total }) =>
          sum === null || total === null ? null : sum + total,
        0
      );
}
