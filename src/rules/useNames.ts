import { useQuery } from '@tanstack/react-query';

import type { Level } from '../api/serviceClient';
import type { ServiceInfo, ServiceServer } from '../api/types';
import { useDebounced } from '../components/hooks';
import type { IWho } from '../format/who';
import { parseWho, whoOf } from '../format/who';
import { useHubAdmin } from '../state/context';
import { useInfo } from '../state/info';
import { keys } from '../state/keys';
import { useVisible } from '../state/visibility';

/**
 * A level at which a rule can be added: the hub's is always there.
 */
export type NamedLevel = Exclude<Level, 'hub'>;

/**
 * How long after the last key names are looked for, in milliseconds.
 */
const DEBOUNCE = 150;

/**
 * Names that are offered at once.
 */
const MAX_OFFERS = 8;

/**
 * The groups whose rules the visitor may edit; null: all.
 */
export function groupsOf(access: ServiceInfo | undefined): string[] | null {
  return !access || access.may_edit_hub ? null : access.may_edit_groups;
}

/**
 * Names that hold what was typed, of groups, users or servers whose rules the visitor may edit.
 *
 * @param servers - the active ones
 */
export function useNames(
  level: NamedLevel,
  text: string,
  access: ServiceInfo | undefined,
  servers: readonly ServiceServer[]
): string[] {
  const { client } = useHubAdmin();
  const capabilities = useInfo()?.capabilities;
  const search = useDebounced(
    level === 'group' ? text.trim() : (parseWho(text)?.user ?? ''),
    DEBOUNCE
  );
  const mine = groupsOf(access);
  const users = useQuery({
    queryKey: keys.names(search),
    queryFn: ({ signal }) => client.listUsers({ search, limit: 50 }, signal),
    enabled: level !== 'group' && (capabilities?.list_users ?? false)
  });
  const groups = useQuery({
    queryKey: [...keys.groups, 'names', search] as const,
    queryFn: ({ signal }) => client.listGroups({ search, limit: 50 }, signal),
    enabled:
      level === 'group' && !mine && (capabilities?.manage_groups ?? false)
  });
  const found =
    level === 'group'
      ? (mine ?? [
          ...(groups.data?.items ?? []).map(({ name }) => name),
          ...servers.flatMap(server => server.groups)
        ])
      : (users.data?.items ?? [])
          .filter(user => !mine?.length || isIn(user.groups, mine))
          .flatMap(({ name, servers: theirs }) =>
            level === 'user' ? [name] : serverNames(name, theirs)
          );
  const wanted = text.trim().toLowerCase();
  return [...new Set(found)]
    .filter(name => name.toLowerCase().includes(wanted))
    .sort((a, b) => rank(a, wanted) - rank(b, wanted) || (a < b ? -1 : 1))
    .slice(0, MAX_OFFERS);
}

/**
 * The groups of a user: those that the service knows of while a server of theirs is active, else
 * those that the Hub tells.
 */
export function useGroupsOf(
  user: string | null,
  servers: readonly ServiceServer[]
): readonly string[] {
  const { client } = useHubAdmin();
  const mayList = useInfo()?.capabilities.list_users ?? false;
  const isVisible = useVisible();
  const active = servers.find(server => server.user === user)?.groups;
  const asked = useQuery({
    queryKey: keys.user(user ?? ''),
    queryFn: ({ signal }) => client.getUser(user ?? '', signal),
    enabled: user !== null && !active && mayList && isVisible,
    staleTime: 60_000
  });
  return active ?? asked.data?.user.groups ?? NONE;
}

const NONE: readonly string[] = [];

/**
 * The default server can have a rule whether it is listed or not.
 */
function serverNames(
  user: string,
  servers: readonly { name: string }[]
): string[] {
  const all: IWho[] = [{ user, server: '' }];
  return [...all, ...servers.map(({ name }) => ({ user, server: name }))].map(
    whoOf
  );
}

/**
 * Who is called just so comes first, then whoever begins so.
 */
function rank(name: string, wanted: string): number {
  const lower = name.toLowerCase();
  return lower === wanted ? 0 : lower.startsWith(wanted) ? 1 : 2;
}

function isIn(groups: readonly string[], wanted: readonly string[]): boolean {
  return groups.some(group => wanted.includes(group));
}
