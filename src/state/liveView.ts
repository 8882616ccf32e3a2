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
 * @see hub_admin_lab/hub/listing/query.py
 */
const FILTER_WORDS: ReadonlySet<string> = new Set([
  'admin',
  'pending',
  'running',
  'stopped'
]);

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
 */
export function liveViewOf(
  view: IListView,
  data: UserPages,
  names: readonly string[]
): LiveView {
  const { sort } = view;
  const query = view.search.trim();
  const users = [...new Set(names)];
  const inView = new Set(users);
  const windows = data.pages.flatMap<LiveWindow>((page, index) => {
    const param = data.pageParams[index];
    return param && page.items.some(({ name }) => inView.has(name))
      ? [
          {
            query,
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
