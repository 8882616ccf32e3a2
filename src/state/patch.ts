import type { QueryClient } from '@tanstack/react-query';
import { replaceEqualDeep } from '@tanstack/react-query';

import type { LiveUsers, ServerView, UserPage, UserView } from '../api/types';
import type { IWho } from '../format/who';
import type { IListView } from './keys';
import { keys } from './keys';
import { isActive } from './listed';
import { isPlainText } from './liveView';
import type { UserPages } from './users';

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
 * Take what was told of people. No row moves: whoever is listed nowhere yet comes at the end.
 *
 * @param isKept - whether a server is better known here
 */
export function patchPeople(
  queryClient: QueryClient,
  { added = [], changed = [], removed = [], counts = null }: LiveUsers,
  isKept: (who: IWho) => boolean
): void {
  const byName = new Map([...added, ...changed].map(user => [user.name, user]));
  if (byName.size) {
    patchUsers(queryClient, user => {
      const fresh = byName.get(user.name);
      return fresh ? mergeUser(user, fresh, isKept) : user;
    });
  }
  const gone = new Set(removed);
  for (const [queryKey, data] of queryClient.getQueriesData<UserPages>({
    queryKey: keys.lists
  })) {
    const view = queryKey[2] as IListView;
    if (data) {
      const left = withoutUsers(data, gone);
      const all = withNewUsers(left, view, added);
      const next = counts ? withCounts(all, counts) : all;
      if (next !== data) {
        queryClient.setQueryData<UserPages>(queryKey, next);
      }
    }
  }
}

/**
 * A user as the Hub has it, but for the servers that are better known here.
 */
function mergeUser(
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
  // Only the server extension knows to whom filter words apply.
  if (view.state === 'stopped' || !isPlainText(view.search)) {
    return data;
  }
  const known = new Set(
    data.pages.flatMap(page => page.items).map(({ name }) => name)
  );
  const search = view.search.toLowerCase();
  const added = items.filter(
    user =>
      isActive(user) &&
      !known.has(user.name) &&
      user.name.toLowerCase().includes(search)
  );
  const last = data.pages[data.pages.length - 1];
  // What is still to be loaded of the active ones comes in its own place.
  const loading = data.pageParams[data.pageParams.length - 1];
  if (
    !added.length ||
    !last ||
    (loading?.state !== 'stopped' && last.next !== null)
  ) {
    return data;
  }
  const page = { ...last, items: [...last.items, ...added] };
  return { ...data, pages: [...data.pages.slice(0, -1), page] };
}

/**
 * The Hub's list gets shorter with them, so that the next page begins earlier.
 */
function withoutUsers(data: UserPages, gone: ReadonlySet<string>): UserPages {
  if (!gone.size) {
    return data;
  }
  const stateOf = (index: number) => data.pageParams[index]?.state ?? 'all';
  const lost = { all: 0, running: 0, stopped: 0 };
  const left = data.pages.map((page, index) => {
    const items = page.items.filter(({ name }) => !gone.has(name));
    lost[stateOf(index)] += page.items.length - items.length;
    return { ...page, items };
  });
  if (lost.all + lost.running + lost.stopped === 0) {
    return data;
  }
  const pages = left.map((page, index) => {
    const less = (count: number | null) =>
      count === null ? null : Math.max(0, count - lost[stateOf(index)]);
    return { ...page, total: less(page.total), next: less(page.next) };
  });
  return { ...data, pages };
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
