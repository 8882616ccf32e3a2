import type { BulkPlan, BulkTarget } from '../api/types';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { ServerAction } from '../state/activity';
import { lookAhead } from './bulkLook';
import type { ICommandContext } from './dialog';

/**
 * A plan names as many servers.
 */
const MAX_PLANNED = 1000;

/**
 * Those of these servers that are not in use now; null if that was given up or is not known, which
 * has been told.
 */
export async function stillUnused(
  context: ICommandContext,
  action: ServerAction,
  targets: readonly BulkTarget[]
): Promise<IWho[] | null> {
  const plans = await planFor(context, action, targets);
  return plans && without(targets, plans.flatMap(usedNames));
}

/**
 * What acting on these servers would do, as many at a time as a plan names; null as of `lookAhead`.
 */
export async function planFor(
  context: ICommandContext,
  action: ServerAction,
  servers: readonly BulkTarget[]
): Promise<BulkPlan[] | null> {
  const plans: BulkPlan[] = [];
  for (let first = 0; first < servers.length; first += MAX_PLANNED) {
    const targets = servers.slice(first, first + MAX_PLANNED);
    const plan = await lookAhead(context, { action, targets });
    if (!plan) {
      return null;
    }
    plans.push(plan);
  }
  return plans;
}

/**
 * What the servers in use are called, as far as the plan names them: it begins with those that are
 * busy and whatever was used of late, by the clock of the server.
 */
export function usedNames(plan: BulkPlan): readonly string[] {
  return plan.targets
    .slice(0, plan.in_use)
    .filter(({ state }) => state === 'running')
    .map(whoOf);
}

/**
 * These servers but for those that are called so.
 */
export function without(
  servers: readonly BulkTarget[],
  names: readonly string[]
): IWho[] {
  const left = new Set(names);
  return servers
    .map(({ user, server = '' }) => ({ user, server }))
    .filter(who => !left.has(whoOf(who)));
}
