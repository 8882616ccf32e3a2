import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { isActive } from '../state/listed';
import { useTrans } from './context';
import type { IUsers } from './useUsers';

/**
 * How many servers run and how many users there are, or match.
 */
export function Summary(props: { users: IUsers }): JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-HubAdmin-summary">{summaryText(props.users, trans)}</div>
  );
}

/**
 * The words of the summary; parts that are zero are left out.
 */
export function summaryText(
  { view, users, counts, total, isComplete, error }: IUsers,
  trans: TranslationBundle
): string {
  if (error) {
    return '';
  }
  if (view.search || view.state !== 'all') {
    const known = isComplete ? users.length : total;
    if (known === 0) {
      return trans.__('No match');
    }
    return known === null
      ? trans._n(
          'More than %1 user matches',
          'More than %1 users match',
          users.length
        )
      : trans._n('%1 user matches', '%1 users match', known);
  }
  const starting = users.filter(
    ({ servers }) =>
      servers.some(({ state }) => state === 'starting') &&
      !servers.some(({ state }) => state === 'running')
  ).length;
  // With everybody in sight they can be counted; the Hub's count is some seconds old.
  const active = isComplete
    ? users.filter(isActive).length
    : (counts.active ?? 0);
  const running = Math.max(0, active - starting);
  const parts: string[] = [];
  if (running > 0) {
    parts.push(trans.__('%1 running', running));
  }
  if (starting > 0) {
    parts.push(trans.__('%1 starting', starting));
  }
  const everybody = isComplete ? users.length : counts.users;
  if (everybody !== null) {
    parts.push(trans._n('%1 user', '%1 users', everybody));
  }
  return parts.join(' · ');
}
