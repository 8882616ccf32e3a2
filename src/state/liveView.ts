import type { LiveView, LiveWindow } from '../api/types';
import type { IListView } from './keys';
import type { UserPages } from './users';

/**
 * The most that one stream may look at.
 *
 * @see hub_admin_lab/models/live.py
 */
const MAX_USERS = 400;
const MAX_WINDOWS = 16;

/**
 * Words which mean more than text in a name.
 *
 * @see hub_admin_lab/hub/query.py
 */
const FILTER_WORDS: ReadonlySet<string> = new Set([
  'admin',
  'pending',
  'running',
  'stopped'
]);

/**
 * Nobody in view, but somebody looks.
 */
export const EMPTY_VIEW: LiveView = Object.freeze({ users: [], windows: [] });

/**
 * Whether what was typed is nothing but text in a name: at most one word, which no filter knows.
 */
export function isPlainText(search: string): boolean {
  const text = search.trim();
  return !/[\s:"]/.test(text) && !FILTER_WORDS.has(text.toLowerCase());
}

/**
 * What there is to look at where these users of a list are in view: they, and the pages they came
 * with.
 *
 * Without a page (filter words are not the Hub's) they are asked for one by one.
 */
export function liveViewOf(
  view: IListView,
  data: UserPages,
  names: readonly string[]
): LiveView {
  const { sort } = view;
  const search = view.search.trim();
  const users = [...new Set(names)];
  if (!isPlainText(search)) {
    return { users, windows: [] };
  }
  const inView = new Set(users);
  const windows = data.pages.flatMap<LiveWindow>((page, index) => {
    const param = data.pageParams[index];
    return param && page.items.some(({ name }) => inView.has(name))
      ? [
          {
            search,
            state: param.state,
            sort,
            offset: param.offset,
            limit: page.limit
          }
        ]
      : [];
  });
  return { users, windows };
}

/**
 * Everything that is in view somewhere, within what one stream may look at.
 */
export function mergeViews(views: Iterable<LiveView>): LiveView {
  const users = new Set<string>();
  const windows = new Map<string, LiveWindow>();
  for (const view of views) {
    view.users?.forEach(name => users.add(name));
    view.windows?.forEach(window =>
      windows.set(JSON.stringify(window), window)
    );
  }
  return {
    users: [...users].slice(0, MAX_USERS),
    windows: [...windows.values()].slice(0, MAX_WINDOWS)
  };
}
