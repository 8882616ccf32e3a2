import type { Capabilities, UserView } from '../api/types';
import { modeOf } from '../state/info';
import { listedUsers } from '../state/listed';
import type { HubStart } from '../state/start';

/**
 * Whether the visitor may list users here.
 */
export function isHubAdmin({ info }: HubStart): boolean {
  const known = info.get();
  return known !== null && modeOf(known) === 'hub';
}

/**
 * Whether the visitor may do all of this somewhere on the hub.
 */
export function mayDo(
  start: HubStart,
  ...what: (keyof Capabilities)[]
): boolean {
  const capabilities = start.info.get()?.capabilities;
  return isHubAdmin(start) && what.every(name => capabilities?.[name]);
}

/**
 * Whether the Hub answers; while it does not, everything is only looked at.
 */
export function isThere({ hub }: HubStart): boolean {
  return !hub?.health.get().away;
}

/**
 * A user as some list has them.
 */
export function userOf({ hub }: HubStart, name: string): UserView | undefined {
  return hub
    ? listedUsers(hub.queryClient).find(user => user.name === name)
    : undefined;
}
