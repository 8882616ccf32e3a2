import { messageOf } from '../../api/errors';
import type { ServiceServer } from '../../api/types';
import type { IWho } from '../../format/who';
import { whoOf } from '../../format/who';
import { useHubAdmin } from '../../state/context';
import { findFate, mayEditRuleOf } from '../../state/fate';
import { useInfo } from '../../state/info';
import { keys } from '../../state/keys';
import type { IServiceServers } from '../../state/service';
import { useServiceInfo, useServiceServers } from '../../state/service';

/**
 * How long the lists show what the service said last while it does not answer, in milliseconds.
 */
const OUTDATED = 120_000;

/**
 * What the hub service tells of one server.
 */
export interface IFateOf {
  /** Undefined: it is not active, or not known yet. */
  readonly server: ServiceServer | undefined;
  /** Milliseconds by which the clock of the service is ahead of the browser's. */
  readonly ahead: number;
  /** There was an answer, whatever it said of this server. */
  readonly isKnown: boolean;
  /** Why there is no newer answer. */
  readonly error: string | null;
  /** The visitor may edit the server's own rule. */
  readonly mayExempt: boolean;
  /** The visitor may read the log. */
  readonly mayReadLog: boolean;
}

/**
 * What the hub service tells of all servers that the visitor may see.
 */
export type IFates = Pick<IServiceServers, 'byWho' | 'ahead'>;

/**
 * What becomes of one server, kept true while it is shown; null without a service.
 */
export function useFate(who: IWho): IFateOf | null {
  const hub = useHubAdmin();
  const answer = useServiceServers(who.user);
  const service = useServiceInfo();
  const mayEdit = useInfo()?.capabilities.edit_rules ?? false;
  if (!answer) {
    return null;
  }
  // Before the answer about this user the list of all may tell.
  const server = answer.data
    ? answer.data.byWho.get(whoOf(who))
    : findFate(hub, who);
  const { ahead = 0 } =
    answer.data ??
    hub.queryClient.getQueryData<IFates>(keys.serviceServers('')) ??
    {};
  return {
    server,
    ahead,
    isKnown: answer.data !== undefined || server !== undefined,
    error: answer.error ? messageOf(answer.error) : null,
    mayExempt:
      mayEdit && server !== undefined && mayEditRuleOf(service?.data, server),
    mayReadLog: service?.data?.may_see_audit ?? false
  };
}

/**
 * What becomes of all servers that the visitor may see, for the lists; null: it is not known.
 *
 * What the visitor is to the service is asked for too: the menu of a row depends on it.
 */
export function useFates(): IFates | null {
  const servers = useServiceServers();
  useServiceInfo();
  if (!servers?.data) {
    return null;
  }
  const { error, data, dataUpdatedAt } = servers;
  const isOutdated = error !== null && Date.now() - dataUpdatedAt > OUTDATED;
  return isOutdated ? null : data;
}
