import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import {
  keepPreviousData,
  replaceEqualDeep,
  useInfiniteQuery
} from '@tanstack/react-query';
import { useRef } from 'react';

import type { HubAdminClient } from '../api/client';
import type { ServerView, UserPage, UserView } from '../api/types';
import type { IWho } from '../format/who';
import { useHubAdmin } from './context';
import type { HubHealth } from './health';
import type { IListView } from './keys';
import { keys } from './keys';

/**
 * Where a page of a list begins: the active users come first, then the others.
 */
export interface IPageParam {
  readonly state: 'running' | 'stopped';
  readonly offset: number;
}

/**
 * The pages of a list that are loaded.
 */
export type UserPages = InfiniteData<UserPage, IPageParam>;

/**
 * Whether a server of the user runs, or is about to or about to end.
 */
export function isActive(user: UserView): boolean {
  return user.servers.some(server => server.state !== 'stopped');
}

/**
 * The first page of a list.
 */
export function firstPage(view: IListView): IPageParam {
  return { state: view.state === 'stopped' ? 'stopped' : 'running', offset: 0 };
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
    // Who was listed as stopped and runs by now is no longer counted by the Hub's offset: without
    // going back by so many, as many others would be left out. Who comes twice is shown once.
    const moved = pages
      .filter((_, index) => params[index]?.state === param.state)
      .flatMap(page => page.items)
      .filter(user => isActive(user) !== (param.state === 'running')).length;
    const offset = Math.max(param.offset + 1, last.next - moved);
    return { state: param.state, offset };
  }
  return view.state === 'all' && param.state === 'running'
    ? { state: 'stopped', offset: 0 }
    : undefined;
}

/**
 * A list of users that grows page by page.
 *
 * Its order is the one in which the pages came; only another view has another order.
 */
export function useUserList(view: IListView) {
  const { client, health } = useHubAdmin();
  const shown = useRef<{ view: IListView; data: UserPages } | null>(null);
  const list = useInfiniteQuery<
    UserPage,
    Error,
    UserPages,
    ReturnType<typeof keys.list>,
    IPageParam
  >({
    queryKey: keys.list(view),
    queryFn: ({ pageParam, signal }) =>
      loadPage(client, health, view, pageParam, signal),
    initialPageParam: firstPage(view),
    getNextPageParam: (_last, pages, _param, params) =>
      nextPage(view, pages, params),
    // While typing the old rows stay.
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    // Another view is computed anew whenever it is shown.
    gcTime: 0,
    structuralSharing: false
  });
  if (list.data && !list.isPlaceholderData) {
    shown.current = { view, data: list.data };
  }
  const before = shown.current;
  const isSameList =
    before?.view.search === view.search && before.view.state === view.state;
  // Asked for anew while the Hub is away: what was known of the same list stays.
  return list.isError && !list.data && isSameList
    ? { ...list, data: before.data }
    : list;
}

async function loadPage(
  client: HubAdminClient,
  health: HubHealth,
  view: IListView,
  { state, offset }: IPageParam,
  signal: AbortSignal
): Promise<UserPage> {
  const { search, pageSize: limit } = view;
  try {
    const page = await client.listUsers(
      { search, state, offset, limit },
      signal
    );
    health.answered();
    return page;
  } catch (error) {
    health.failed(error);
    throw error;
  }
}

/**
 * The users of all loaded pages in their order, each once.
 */
export function usersOf(data: UserPages | undefined): UserView[] {
  const seen = new Set<string>();
  const users: UserView[] = [];
  for (const page of data?.pages ?? []) {
    for (const user of page.items) {
      if (!seen.has(user.name)) {
        seen.add(user.name);
        users.push(user);
      }
    }
  }
  return users;
}

/**
 * Change users in every list, where they are.
 *
 * @param change - gives the new user, or the same for no change
 */
export function patchUsers(
  queryClient: QueryClient,
  change: (user: UserView) => UserView
): void {
  queryClient.setQueriesData<UserPages>({ queryKey: keys.lists }, data => {
    if (!data) {
      return data;
    }
    let activeBefore = 0;
    let activeAfter = 0;
    let changed = false;
    const pages = data.pages.map(page => {
      const items = page.items.map(user => {
        // Equal parts keep their identity, so that only rows which changed are drawn again.
        const next = replaceEqualDeep(user, change(user));
        if (next !== user) {
          activeBefore += Number(isActive(user));
          activeAfter += Number(isActive(next));
        }
        return next;
      });
      const same = items.every((user, index) => user === page.items[index]);
      changed ||= !same;
      return same ? page : { ...page, items };
    });
    return changed
      ? { ...data, pages: recount(pages, activeAfter - activeBefore) }
      : data;
  });
}

/**
 * Only the first page carries the counts.
 */
function recount(pages: UserPage[], difference: number): UserPage[] {
  const [first, ...rest] = pages;
  if (!first || difference === 0 || first.counts.active === null) {
    return pages;
  }
  const active = Math.max(0, first.counts.active + difference);
  return [{ ...first, counts: { ...first.counts, active } }, ...rest];
}

/**
 * Put a server as it is now into every list that shows it.
 */
export function patchServer(
  queryClient: QueryClient,
  server: ServerView
): void {
  patchUsers(queryClient, user => {
    if (user.name !== server.user) {
      return user;
    }
    const servers = user.servers.filter(({ name }) => name !== server.name);
    const index = user.servers.findIndex(({ name }) => name === server.name);
    servers.splice(index < 0 ? servers.length : index, 0, server);
    return { ...user, servers };
  });
}

/**
 * Take counts of everybody, and users who are listed nowhere yet: at the end, so that no row moves.
 */
export function patchPage(
  queryClient: QueryClient,
  page: UserPage,
  isKept: (who: IWho) => boolean
): void {
  const byName = new Map(page.items.map(user => [user.name, user]));
  patchUsers(queryClient, user => {
    const fresh = byName.get(user.name);
    return fresh ? mergeUser(user, fresh, isKept) : user;
  });
  for (const [queryKey, data] of queryClient.getQueriesData<UserPages>({
    queryKey: keys.lists
  })) {
    const view = queryKey[2] as IListView;
    if (data) {
      queryClient.setQueryData<UserPages>(
        queryKey,
        withCounts(withNewUsers(data, view, page.items), page.counts)
      );
    }
  }
}

/**
 * A user as the Hub has it, but for the servers that are better known here.
 */
export function mergeUser(
  old: UserView,
  fresh: UserView,
  isKept: (who: IWho) => boolean
): UserView {
  const servers = fresh.servers.map(server => {
    const known = old.servers.find(({ name }) => name === server.name);
    return known && isKept({ user: old.name, server: server.name })
      ? known
      : server;
  });
  return { ...fresh, servers };
}

function withNewUsers(
  data: UserPages,
  view: IListView,
  items: readonly UserView[]
): UserPages {
  if (view.state === 'stopped') {
    return data;
  }
  const known = new Set(
    data.pages.flatMap(page => page.items).map(({ name }) => name)
  );
  const search = view.search.toLowerCase();
  const added = items.filter(
    ({ name }) => !known.has(name) && name.toLowerCase().includes(search)
  );
  const last = data.pages[data.pages.length - 1];
  // What is still to be loaded of the active ones comes in its own place.
  const loading = data.pageParams[data.pageParams.length - 1];
  if (
    !added.length ||
    !last ||
    (loading?.state === 'running' && last.next !== null)
  ) {
    return data;
  }
  const page = { ...last, items: [...last.items, ...added] };
  return { ...data, pages: [...data.pages.slice(0, -1), page] };
}

function withCounts(data: UserPages, counts: UserPage['counts']): UserPages {
  const [first, ...rest] = data.pages;
  if (
    !first ||
    counts.users === null ||
    (counts.users === first.counts.users &&
      counts.active === first.counts.active)
  ) {
    return data;
  }
  return { ...data, pages: [{ ...first, counts }, ...rest] };
}

/**
 * A server as some list has it.
 */
export function findServer(
  queryClient: QueryClient,
  who: IWho
): ServerView | undefined {
  for (const user of listedUsers(queryClient)) {
    if (user.name === who.user) {
      return user.servers.find(({ name }) => name === who.server);
    }
  }
  return undefined;
}

/**
 * Everybody whom any list has.
 */
export function listedUsers(queryClient: QueryClient): UserView[] {
  return queryClient
    .getQueriesData<UserPages>({ queryKey: keys.lists })
    .flatMap(([, data]) => usersOf(data));
}
