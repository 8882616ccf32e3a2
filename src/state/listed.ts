import type { QueryClient } from '@tanstack/react-query';

import type { ServerView, UserView } from '../api/types';
import type { IWho } from '../format/who';
import { keys } from './keys';
import type { UserPages } from './users';

/**
 * Whether a server of the user runs, or is about to or about to end.
 */
export function isActive(user: UserView): boolean {
  return user.servers.some(server => server.state !== 'stopped');
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
 * Everybody whom any list has, each as the list knows them that is shown, or else the newest: one
 * from before a refresh may not have heard of everything.
 */
export function listedUsers(queryClient: QueryClient): UserView[] {
  const lists = queryClient
    .getQueryCache()
    .findAll({ queryKey: keys.lists })
    .sort(
      (a, b) =>
        Number(b.isActive()) - Number(a.isActive()) ||
        b.state.dataUpdatedAt - a.state.dataUpdatedAt
    );
  const users = new Map<string, UserView>();
  for (const { state } of lists) {
    for (const user of usersOf(state.data as UserPages | undefined)) {
      if (!users.has(user.name)) {
        users.set(user.name, user);
      }
    }
  }
  return [...users.values()];
}
