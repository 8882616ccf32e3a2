import type { IWho } from '../format/who';
import type { HubStart } from '../state/start';

/**
 * The address of a page of the Hub.
 */
export function hubUrl({ info }: HubStart, page: string): string {
  const hub = info.get()?.hub;
  return `${hub?.host ?? ''}${(hub?.prefix ?? '').replace(/\/*$/, '/')}${page}`;
}

/**
 * The Hub's page that starts a server.
 */
export function spawnUrl(host: string, prefix: string, who: IWho): string {
  const parts = [who.user, who.server].filter(Boolean).map(encodeURIComponent);
  return `${host}${prefix.replace(/\/*$/, '/')}spawn/${parts.join('/')}`;
}
