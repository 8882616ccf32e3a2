import type { UseQueryResult } from '@tanstack/react-query';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

import type { Level } from '../api/serviceClient';
import type {
  Preview,
  Rule,
  RuleDraft,
  RulesView,
  RuleView,
  ServiceInfo,
  ServiceServer,
  ServiceServers
} from '../api/types';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { useHubAdmin } from './context';
import type { IHubAdmin } from './hub';
import { useInfo } from './info';
import { keys } from './keys';
import { useVisible } from './visibility';

/**
 * Milliseconds between two looks at what the hub service says.
 */
const PERIOD = 10_000;

/**
 * How many times longer than the last answer took it is waited for the next: of very many servers
 * the list is long.
 */
const REST = 20;

/**
 * The active servers as the hub service sees them.
 */
export interface IServiceServers extends ServiceServers {
  /** Each by what it is called, see `whoOf`. */
  readonly byWho: ReadonlyMap<string, ServiceServer>;
  /** Milliseconds that the answer took. */
  readonly took: number;
  /** Milliseconds by which the clock of the service is ahead of the browser's. */
  readonly ahead: number;
}

/**
 * Whether there is a hub service, whether it answers or not.
 */
export function useHasService(): boolean {
  return hasService(useInfo());
}

/**
 * Whether the hub of this server has a service, for which the panel has more to offer.
 */
export function hasService(info: ReturnType<typeof useInfo>): boolean {
  return info !== null && info.at_home && info.service !== null;
}

/**
 * What the visitor is to the service; null without one.
 */
export function useServiceInfo(): UseQueryResult<ServiceInfo> | null {
  const { client } = useHubAdmin();
  const isThere = useHasService();
  const visible = useVisible();
  const query = useQuery({
    queryKey: keys.serviceInfo,
    queryFn: ({ signal }) => client.service.info(signal),
    enabled: isThere && visible,
    staleTime: 60_000
  });
  return isThere ? query : null;
}

/**
 * The rules that the visitor may see, kept true while they are shown; null without a service.
 */
export function useRules(): UseQueryResult<RulesView> | null {
  const { client } = useHubAdmin();
  const isThere = useHasService();
  const visible = useVisible();
  const query = useQuery({
    queryKey: keys.rules,
    queryFn: ({ signal }) => client.service.rules(signal),
    enabled: isThere && visible,
    refetchInterval: PERIOD
  });
  return isThere ? query : null;
}

/**
 * What becomes of the active servers and why, kept true while it is shown; null without a service.
 *
 * @param user - of this user only; empty: of everybody whom the visitor may see
 * @param enabled - false: nothing is asked, what is known is given
 */
export function useServiceServers(
  user = '',
  enabled = true
): UseQueryResult<IServiceServers> | null {
  const hub = useHubAdmin();
  const isThere = useHasService();
  const visible = useVisible();
  const query = useQuery({
    ...serversQuery(hub, user),
    enabled: enabled && isThere && visible,
    refetchInterval: ({ state }) =>
      Math.max(PERIOD, REST * (state.data?.took ?? 0))
  });
  return isThere ? query : null;
}

/**
 * The same asked for once, by a command.
 */
export function loadServiceServers(
  hub: IHubAdmin,
  user = ''
): Promise<IServiceServers> {
  return hub.queryClient.fetchQuery(serversQuery(hub, user));
}

/**
 * One server as the service sees it now; null without a service, and if it does not know it.
 */
export async function loadServiceServer(
  hub: IHubAdmin,
  who: IWho
): Promise<ServiceServer | null> {
  if (!hasService(hub.info.get())) {
    return null;
  }
  const { byWho } = await loadServiceServers(hub, who.user);
  return byWho.get(whoOf(who)) ?? null;
}

function serversQuery({ client }: IHubAdmin, user: string) {
  return {
    queryKey: keys.serviceServers(user),
    queryFn: async ({
      signal
    }: {
      signal: AbortSignal;
    }): Promise<IServiceServers> => {
      const began = performance.now();
      const servers = await client.service.servers(user, signal);
      return indexed(servers, performance.now() - began);
    },
    // Comparing each field of ten thousand servers costs more than showing fifty of them again.
    structuralSharing: false
  };
}

/**
 * What drafted rules would stop now and what they would keep; not asked for null.
 */
export function useRulePreview(drafts: readonly RuleDraft[] | null) {
  const { client } = useHubAdmin();
  const visible = useVisible();
  return useQuery<Preview>({
    queryKey: keys.rulePreview(drafts ?? []),
    queryFn: ({ signal }) => client.service.preview(drafts ?? [], signal),
    enabled: drafts !== null && visible,
    refetchInterval: PERIOD,
    gcTime: 0,
    placeholderData: keepPreviousData
  });
}

/**
 * Set a rule, or take it away for null; the parameters are those of `ServiceClient.putRule`.
 */
export async function saveRule(
  hub: IHubAdmin,
  level: Level,
  name: string,
  rule: Rule | null,
  version: number | null
): Promise<RuleView | null> {
  const { service } = hub.client;
  try {
    if (rule === null) {
      await service.deleteRule(level, name, version);
      return null;
    }
    return await service.putRule(level, name, rule, version);
  } finally {
    await serviceChanged(hub);
  }
}

/**
 * Keep a server until then, or for null no longer than its rules do.
 *
 * @returns until when it is kept: less than asked where the rules allow no more; null: it is not
 */
export async function keepServer(
  hub: IHubAdmin,
  { user, server }: IWho,
  until: string | null
): Promise<string | null> {
  try {
    return (await hub.client.service.extend(user, server, until)).until;
  } finally {
    await serviceChanged(hub);
  }
}

/**
 * Something was done at the service: what is shown of it is asked for anew.
 */
export function serviceChanged(hub: IHubAdmin): Promise<void> {
  return hub.queryClient.invalidateQueries({ queryKey: keys.service });
}

function indexed(servers: ServiceServers, took: number): IServiceServers {
  const named = servers.items.map(
    server =>
      [whoOf({ user: server.user, server: server.name }), server] as const
  );
  // An older service does not tell its clock.
  const ahead = Date.parse(servers.now) - Date.now() || 0;
  return { ...servers, byWho: new Map(named), took, ahead };
}
