import type { StateFilter } from '../api/client';
import type { ServerView } from '../api/types';
import { parseDuration } from '../format/duration';

/**
 * Whether a server of a listed user is one that was looked for: the list shows all servers of a
 * user who has one. A named server that is stopped is so only by the word `server:`: to start
 * everybody's server means the one that each has.
 *
 * Nobody acts by this alone. It decides which rows are marked, and what is marked can be seen.
 *
 * @param search - what was typed
 * @param now - milliseconds
 * @see hub_admin_lab/hub/listing/query.py, which reads the words for the list and for actions on all that
 * match
 */
export function isMeant(
  server: ServerView,
  search: string,
  state: StateFilter,
  now: number
): boolean {
  const isActive = server.state !== 'stopped';
  const name = server.user.toLowerCase();
  const applies = (word: string): boolean => {
    const text = word.replace(/"/g, '');
    const colon = text.indexOf(':') + 1;
    const value = text.slice(colon);
    switch (text.slice(0, colon) || text) {
      case 'running':
        return isActive || name.includes(text);
      case 'stopped':
        return !isActive || name.includes(text);
      case 'pending':
        return (isActive && server.state !== 'running') || name.includes(text);
      case 'idle:':
        return (
          server.state === 'running' &&
          isLonger(now - timeOf(server.last_activity), value)
        );
      case 'server:':
        return (
          server.name !== '' &&
          `${server.name}\n${server.display_name}`.toLowerCase().includes(value)
        );
      default:
        return true;
    }
  };
  const words = search.toLowerCase().match(/(?:"[^"]*(?:"|$)|[^\s"])+/g) ?? [];
  const isOffered =
    isActive ||
    server.name === '' ||
    words.some(word => word.startsWith('server:'));
  return (
    isOffered &&
    (state === 'all' || isActive === (state === 'running')) &&
    words.filter(word => !word.startsWith('"')).every(applies)
  );
}

function isLonger(milliseconds: number, text: string): boolean {
  const seconds = parseDuration(text.replace(/^>/, ''));
  return typeof seconds === 'number' && milliseconds > seconds * 1000;
}

/**
 * A time that is not known is as good as now.
 */
function timeOf(time: string | null): number {
  return time === null ? Infinity : Date.parse(time);
}
