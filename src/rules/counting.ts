import type { ServiceServer } from '../api/types';
import type { IRuleKey } from './levels';
import { serverKey } from './levels';

/**
 * The running servers that a rule is for.
 */
export function serversOf(
  key: IRuleKey,
  servers: readonly ServiceServer[]
): ServiceServer[] {
  return servers.filter(
    server => server.state === 'running' && isFor(key, server)
  );
}

function isFor(
  { level, name }: IRuleKey,
  { user, name: server, groups }: ServiceServer
): boolean {
  switch (level) {
    case 'hub':
      return true;
    case 'group':
      return groups.includes(name);
    case 'user':
      return user === name;
    case 'server':
      return serverKey({ user, server }).name === name;
  }
}
