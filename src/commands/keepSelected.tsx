import { Notification } from '@jupyterlab/apputils';
import React from 'react';

import { messageOf } from '../api/errors';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { keptOfSelection } from '../state/fate';
import { forEachLimited } from '../state/limited';
import { serviceChanged } from '../state/service';
import type { ICommandContext } from './dialog';
import { tell } from './dialog';
import { askUntil } from './keepServer';

/**
 * Keep the servers that are selected until a moment that is asked for, and tell how that went.
 */
export async function keepSelected(context: ICommandContext): Promise<void> {
  const { hub, trans } = context;
  const servers = keptOfSelection(hub);
  const { length } = servers;
  if (length === 0) {
    return;
  }
  await askUntil(context, {
    title: trans._n(
      'Keep %1 server running',
      'Keep %1 servers running',
      length
    ),
    user: '',
    send: until => keepAll(context, servers, until)
  });
}

async function keepAll(
  context: ICommandContext,
  servers: readonly IWho[],
  until: string
): Promise<void> {
  const { hub, trans } = context;
  const problems: string[] = [];
  let shorter = 0;
  try {
    await forEachLimited(
      servers,
      async who => {
        const { user, server } = who;
        try {
          const kept = await hub.client.service.extend(user, server, until);
          const end = kept.until === null ? 0 : Date.parse(kept.until);
          shorter += Number(end < Date.parse(until) - 1000);
        } catch (error) {
          problems.push(trans.__('%1: %2', whoOf(who), messageOf(error)));
        }
      },
      new AbortController().signal
    );
  } finally {
    await serviceChanged(hub);
  }
  const kept = servers.length - problems.length;
  if (problems.length > 0) {
    await tellProblems(context, kept, servers.length, problems);
  } else if (shorter > 0) {
    Notification.warning(
      trans._n(
        'Your hub keeps %1 server for less than that.',
        'Your hub keeps %1 servers for less than that.',
        shorter
      ),
      { autoClose: false }
    );
  } else {
    Notification.success(
      trans._n('%1 server is kept.', '%1 servers are kept.', kept),
      { autoClose: 5000 }
    );
  }
}

async function tellProblems(
  context: ICommandContext,
  kept: number,
  total: number,
  problems: readonly string[]
): Promise<void> {
  const { trans } = context;
  const summary = trans._n(
    '%1 could not be kept:',
    '%1 could not be kept:',
    problems.length
  );
  await tell(context, {
    title: trans._n(
      '%2 of %1 server kept',
      '%2 of %1 servers kept',
      total,
      kept
    ),
    summary,
    body: (
      <>
        <p>{summary}</p>
        <ul className="jp-HubAdmin-plainList" tabIndex={0}>
          {problems.map(problem => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </>
    ),
    copied: problems.join('\n')
  });
}
