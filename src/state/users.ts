import type { InfiniteData } from '@tanstack/react-query';
import {
  keepPreviousData,
  useInfiniteQuery,
  useQueryClient
} from '@tanstack/react-query';
import { useLayoutEffect, useRef, useState } from 'react';

import type { HubAdminClient, StateFilter } from '../api/client';
import { ApiError } from '../api/errors';
import type { UserPage, UserView } from '../api/types';
import { useHubAdmin } from './context';
import type { HubHealth } from './health';
import type { IListView } from './keys';
import { keys } from './keys';
import { isActive } from './listed';
import { MAX_PAGE } from './listView';

/**
 * How long a list that is not shown is still kept true, in milliseconds: what takes its place may
 * be refused, and then it is shown again.
 */
const KEPT_TRUE = 10_000;

/**
 * Where a page of a list begins: the active users come first, then the others; by last activity
 * there is one order for all of them.
 */
export interface IPageParam {
  readonly state: StateFilter;
  readonly offset: number;
}

/**
 * The pages of a list that are loaded.
 */
export type UserPages = InfiniteData<UserPage, IPageParam>;

/**
 * The first page of a list.
 */
export function firstPage(view: IListView): IPageParam {
  const isMixed = view.sort.endsWith('last_activity');
  const first = view.state === 'all' && !isMixed ? 'running' : view.state;
  return { state: first, offset: 0 };
}

/**
 * The page after the last one; undefined at the end of the list.
 */
export function nextPage(
  view: IListView,
  pages: readonly UserPage[],
  params: readonly IPageParam[]
): IPageParam | undefined {
  const last = pages[pages.length - 1];
  const param = params[params.length - 1];
  if (!last || !param) {
    return undefined;
  }
  if (last.next !== null) {
    // Who has left the part of the list that is loaded is no longer counted by the Hub's offset:
    // without going back by so many, as many others would be left out. Who comes twice is shown
    // once.
    const left = pages.flatMap((page, index) =>
      params[index]?.state === param.state
        ? page.items.filter(user => hasLeft(user, page, param, view))
        : []
    );
    const offset = Math.max(param.offset + 1, last.next - left.length);
    return { state: param.state, offset };
  }
  return view.state === 'all' && param.state === 'running'
    ? { state: 'stopped', offset: 0 }
    : undefined;
}

/**
 * Whether the Hub would list a user elsewhere by now.
 */
function hasLeft(
  user: UserView,
  page: UserPage,
  { state }: IPageParam,
  { sort }: IListView
): boolean {
  return state === 'all'
    ? sort === 'last_activity' && (user.last_activity ?? '') > page.as_of
    : isActive(user) !== (state === 'running');
}

/**
 * A word in the search that the server extension does not understand.
 *
 * @see hub_admin_lab/hub/listing/query.py
 */
export interface IWordProblem {
  /** What the extension says, in its own words. */
  readonly message: string;
  readonly word?: string;
  /** What may have been meant; begins with a quote where that is the word as text. */
  readonly hint?: string;
}

/**
 * Which word of the search is not understood; null for any other error.
 */
export function wordProblem(error: unknown): IWordProblem | null {
  if (
    !(error instanceof ApiError) ||
    error.status !== 400 ||
    !Array.isArray(error.detail)
  ) {
    return null;
  }
  const entries = error.detail as readonly (Record<string, unknown> | null)[];
  const entry = entries.find(each => each?.field === 'query');
  return entry
    ? {
        message: error.message,
        word: textOf(entry.word),
        hint: textOf(entry.hint)
      }
    : null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * A list of users that grows page by page.
 *
 * Its order is the one in which the pages came; only another view has another order.
 *
 * @param asked - what to show; while a word in it is not understood, what was shown before stays
 * @param pages - how many pages to load at once
 */
export function useUserList(asked: IListView, pages = 1) {
  const { client, health } = useHubAdmin();
  const queryClient = useQueryClient();
  const [refused, setRefused] = useState<{
    view: IListView;
    problem: IWordProblem;
  } | null>(null);
  const shown = useRef<{ view: IListView; data: UserPages } | null>(null);
  const problem = refused?.view === asked ? refused.problem : null;
  const view = problem === null ? asked : (shown.current?.view ?? asked);
  const options = {
    queryKey: keys.list(view),
    queryFn: ({
      pageParam,
      signal
    }: {
      pageParam: IPageParam;
      signal: AbortSignal;
    }) => {
      // Few of a page may match, or many pages be wanted: then more at once.
      const isMore = pageParam.offset > 0 && (view.search !== '' || pages > 1);
      const limit = isMore ? MAX_PAGE : view.pageSize;
      return loadPage(client, health, view, { ...pageParam, limit }, signal);
    },
    initialPageParam: firstPage(view),
    getNextPageParam: (
      _last: UserPage,
      loaded: UserPage[],
      _param: IPageParam,
      params: IPageParam[]
    ) => nextPage(view, loaded, params),
    staleTime: Infinity,
    gcTime: KEPT_TRUE,
    structuralSharing: false
  };
  const newest = useRef(options);
  newest.current = options;
  useLayoutEffect(() => {
    // Before the list itself asks, which then waits for all of them.
    if (pages > 1) {
      void queryClient.prefetchInfiniteQuery({ ...newest.current, pages });
    }
  }, [queryClient, view, pages]);
  const list = useInfiniteQuery<
    UserPage,
    Error,
    UserPages,
    ReturnType<typeof keys.list>,
    IPageParam
  >({
    ...options,
    // While typing the old rows stay.
    placeholderData: keepPreviousData
  });
  const found = wordProblem(list.error);
  if (found !== null && problem === null) {
    setRefused({ view: asked, problem: found });
  }
  if (list.data && !list.isPlaceholderData) {
    shown.current = { view, data: list.data };
  }
  const before = shown.current;
  const isSameList =
    before?.view.search === view.search && before.view.state === view.state;
  // Asked for anew while the Hub is away: what was known of the same list stays.
  const data =
    list.isError && !list.data && isSameList ? before.data : list.data;
  return { list, data, view, problem };
}

async function loadPage(
  client: HubAdminClient,
  health: HubHealth,
  view: IListView,
  param: IPageParam & { limit: number },
  signal: AbortSignal
): Promise<UserPage> {
  const { search: query, sort } = view;
  try {
    const page = await client.listUsers({ query, sort, ...param }, signal);
    health.answered();
    return page;
  } catch (error) {
    health.failed(error);
    throw error;
  }
}
