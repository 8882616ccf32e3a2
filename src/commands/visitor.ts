import type { Capabilities, UserView } from '../api/types';
import { modeOf } from '../state/info';
import { listedUsers } from '../state/patch';
import type { ICommandContext } from './dialog';

/**
 * Whether the visitor may list users here.
 */
export function isHubAdmin({ hub }: ICommandContext): boolean {
  const info = hub.info.get();
  return info !== null && modeOf(info) === 'hub';
}

/**
 * Whether the visitor may do all of this somewhere on the hub.
 */
export function mayDo(
  context: ICommandContext,
  ...what: (keyof Capabilities)[]
): boolean {
  const capabilities = context.hub.info.get()?.capabilities;
  return isHubAdmin(context) && what.every(name => capabilities?.[name]);
}

/**
 * Whether the Hub answers; while it does not, everything is only looked at.
 */
export function isThere({ hub }: ICommandContext): boolean {
  return !hub.health.get().away;
}

/**
 * A user as some list has them.
 */
export function userOf(
  { hub }: ICommandContext,
  name: string
): UserView | undefined {
  return listedUsers(hub.queryClient).find(user => user.name === name);
}
