import type { TranslationBundle } from '@jupyterlab/translation';

import { bounded } from '../api/errors';
import type { IRow } from '../components/rows';
import { formatAgo, formatExact, formatMoment } from '../format/time';

/**
 * The columns that can be hidden, in their order.
 */
export const COLUMNS = [
  'server',
  'last_activity',
  'started',
  'groups',
  'options',
  'stops'
] as const;

/**
 * A column that can be hidden.
 */
export type ColumnId = (typeof COLUMNS)[number];

/**
 * The columns that there are: when servers stop only the hub service tells.
 */
export function columnsOf(hasService: boolean): readonly ColumnId[] {
  return COLUMNS.filter(id => hasService || id !== 'stops');
}

/**
 * The heading of a column.
 */
export function columnLabel(id: ColumnId, trans: TranslationBundle): string {
  switch (id) {
    case 'server':
      return trans.__('Server');
    case 'last_activity':
      return trans.__('Last activity');
    case 'started':
      return trans.__('Started');
    case 'groups':
      return trans.__('Groups');
    case 'options':
      return trans.__('Options');
    case 'stops':
      return trans.__('Stops');
  }
}

/**
 * Characters of a cell and of its tooltip; groups and options are of any length.
 */
const MAX_CELL = 80;
const MAX_TITLE = 300;

/**
 * Groups that are named.
 */
const MAX_GROUPS = 20;

/**
 * What a cell says, and what it says in full under the mouse.
 */
export interface ICell {
  readonly text: string;
  readonly title?: string;
}

/**
 * What stands in a cell, but for when a server stops: see `StopsCell`.
 */
export function cellOf(
  id: Exclude<ColumnId, 'stops'>,
  row: IRow,
  now: number,
  trans: TranslationBundle
): ICell {
  const { server, user, lastActivity } = row;
  switch (id) {
    case 'server':
      return row.who.server === ''
        ? { text: trans.__('default') }
        : long(server?.display_name || row.who.server, row.who.server);
    case 'last_activity':
      return lastActivity === null
        ? { text: trans.__('never') }
        : {
            text: formatAgo(lastActivity, now, trans),
            title: formatExact(lastActivity)
          };
    case 'started':
      return server?.started
        ? {
            text: formatMoment(server.started, now),
            title: formatExact(server.started)
          }
        : { text: '' };
    case 'groups':
      return long(user.groups.slice(0, MAX_GROUPS).join(', '));
    case 'options':
      return long(optionsText(server?.user_options ?? {}));
  }
}

function long(text: string, title = text): ICell {
  return { text: bounded(text, MAX_CELL), title: bounded(title, MAX_TITLE) };
}

/**
 * The profile that was chosen, or else all that was.
 */
function optionsText(options: Readonly<Record<string, unknown>>): string {
  const { profile } = options;
  if (typeof profile === 'string') {
    return profile;
  }
  return Object.entries(options)
    .map(
      ([name, value]) =>
        `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`
    )
    .join(', ');
}
