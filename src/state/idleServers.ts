import type { HubAdminClient } from '../api/client';
import type { ServerView } from '../api/types';
import type { IWho } from '../format/who';

/**
 * Stops that are under way at once.
 */
const IN_FLIGHT = 10;

/**
 * A server that nobody has used for a while.
 */
export interface IIdleServer {
  readonly who: IWho;
  /** Seconds since it was last used. */
  readonly idle: number;
}

/**
 * Every server that runs or is about to.
 */
export async function loadActive(
  client: HubAdminClient,
  signal?: AbortSignal
): Promise<ServerView[]> {
  const servers: ServerView[] = [];
  let offset: number | null = 0;
  while (offset !== null) {
    const page: Awaited<ReturnType<HubAdminClient['listUsers']>> =
      await client.listUsers({ state: 'running', offset, limit: 200 }, signal);
    servers.push(...page.items.flatMap(user => user.servers));
    offset = page.next;
  }
  return servers;
}

/**
 * The servers that were not used for longer than a limit, the longest idle first.
 *
 * Whatever is not known to be idle is kept: a server on its way, one that was never used as far as
 * the Hub knows, one whose last use lies ahead, and the one that this page comes from.
 *
 * @param limit - seconds
 */
export function idleServers(
  servers: readonly ServerView[],
  limit: number,
  now: number,
  isOwn: (who: IWho) => boolean
): IIdleServer[] {
  return servers
    .filter(
      ({ state, can, user, name }) =>
        state === 'running' && can.stop && !isOwn({ user, server: name })
    )
    .flatMap(({ user, name, last_activity }) => {
      const idle =
        last_activity === null ? -1 : (now - Date.parse(last_activity)) / 1000;
      return idle > limit ? [{ who: { user, server: name }, idle }] : [];
    })
    .sort((a, b) => b.idle - a.idle);
}

/**
 * Do something with each of many, a few at a time, until all are done or a signal aborts.
 */
export async function forEachLimited<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  signal: AbortSignal
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      if (signal.aborted) {
        return;
      }
      await work(item);
    }
  };
  const workers = Math.min(IN_FLIGHT, items.length);
  await Promise.all(Array.from({ length: workers }, worker));
}
