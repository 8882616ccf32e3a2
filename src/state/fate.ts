import type { ServiceInfo, ServiceServer } from '../api/types';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { IHubAdmin } from './hub';
import { keys } from './keys';
import type { IServiceServers } from './service';

/**
 * A server as the hub service last told of it; undefined: it is not active, or not known yet.
 */
export function findFate(
  { queryClient }: IHubAdmin,
  who: IWho
): ServiceServer | undefined {
  for (const user of [who.user, '']) {
    const servers = queryClient.getQueryData<IServiceServers>(
      keys.serviceServers(user)
    );
    const found = servers?.byWho.get(whoOf(who));
    if (found) {
      return found;
    }
  }
  return undefined;
}

/**
 * In how many kernels code runs; a report that has no place for all of them tells of one more.
 */
export function busyKernels({ report, decision }: ServiceServer): number {
  const reported = report?.kernels.filter(({ state }) => state === 'busy');
  const judged = decision.sources.filter(({ kind }) => kind === 'busy_kernel');
  return Math.max(reported?.length ?? 0, judged.length);
}

/**
 * Now by the clock of the hub service, as far as it has told its clock; in milliseconds.
 */
export function serviceNow({ queryClient }: IHubAdmin, user: string): number {
  const aheadFor = (name: string) =>
    queryClient.getQueryData<IServiceServers>(keys.serviceServers(name))?.ahead;
  return Date.now() + (aheadFor(user) ?? aheadFor('') ?? 0);
}

/**
 * Whether the visitor may edit the rule of a server, as far as can be told without trying.
 *
 * @param info - what the visitor is to the service; undefined: not known yet
 */
export function mayEditRuleOf(
  info: ServiceInfo | undefined,
  { groups, may_manage }: ServiceServer
): boolean {
  if (!info || info.may_edit_hub || info.may_edit_groups === null) {
    return info !== undefined;
  }
  const { may_edit_groups } = info;
  // Who may edit the rules of no group, but some, was given users by name, whom the service does
  // not tell.
  return may_edit_groups.length === 0
    ? may_manage
    : groups.some(group => may_edit_groups.includes(group));
}

/**
 * The same for a server by its name, by what is known.
 */
export function mayExempt(hub: IHubAdmin, who: IWho): boolean {
  const server = findFate(hub, who);
  return (
    server !== undefined &&
    (hub.info.get()?.capabilities.edit_rules ?? false) &&
    mayEditRuleOf(
      hub.queryClient.getQueryData<ServiceInfo>(keys.serviceInfo),
      server
    )
  );
}

/**
 * Those of the servers selected one by one that can be kept: they are active, and the visitor may
 * keep them.
 */
export function keptOfSelection(hub: IHubAdmin): readonly IWho[] {
  const { servers } = hub.selection.get();
  return [...servers.values()].filter(
    who => findFate(hub, who)?.may_manage ?? false
  );
}

/**
 * How the rule of a server is called; the default server of `alice` is `alice/`.
 */
export function ruleNameOf({ user, server }: IWho): string {
  return `${user}/${server}`;
}

/**
 * Whether an exemption of a server is set by its own rule.
 */
export function hasOwnExemption({ rules }: ServiceServer): boolean {
  return rules.exempt?.origin.level === 'server';
}
