import { Notification } from '@jupyterlab/apputils';
import React from 'react';

import { isAborted, messageOf } from '../api/errors';
import type { BulkPlan, BulkRequest } from '../api/types';
import { bulkWords } from '../components/bulkWords';
import type { ICommandContext } from './dialog';
import { tell } from './dialog';

/**
 * When it is said that servers are looked for, in milliseconds.
 */
const LONG = 700;

/**
 * Ask what would happen; null if that was given up or is not known, which has been told.
 */
export async function lookAhead(
  context: ICommandContext,
  request: BulkRequest
): Promise<BulkPlan | null> {
  const { hub, trans } = context;
  const asking = new AbortController();
  let note: string | null = null;
  const timer = setTimeout(() => {
    note = Notification.emit(
      trans.__('Looking for the servers…'),
      'in-progress',
      {
        autoClose: false,
        actions: [{ label: trans.__('Cancel'), callback: () => asking.abort() }]
      }
    );
  }, LONG);
  try {
    return await hub.bulks.plan(request, asking.signal);
  } catch (error) {
    if (!isAborted(error)) {
      const { refused } = bulkWords(request.action, trans);
      void tellWhy(context, refused, messageOf(error));
    }
    return null;
  } finally {
    clearTimeout(timer);
    if (note !== null) {
      Notification.dismiss(note);
    }
  }
}

/**
 * Say that something was not done, and why.
 */
export async function tellWhy(
  context: ICommandContext,
  title: string,
  message: string
): Promise<void> {
  await tell(context, {
    title,
    summary: message,
    body: <pre className="jp-HubAdmin-problemFull">{message}</pre>,
    copied: message
  });
}
