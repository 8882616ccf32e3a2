import { errorIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';

import type { ServerView } from '../api/types';
import { useTrans } from '../components/context';
import { useNow } from '../components/hooks';
import { describeDuration } from '../format/duration';
import { formatAgo, formatMoment } from '../format/time';
import type { IWho } from '../format/who';
import { useHubAdmin } from '../state/context';

/**
 * Used within this many seconds: somebody may be working there.
 */
export const IN_USE = 600;

/**
 * When the facts are asked for once more, in milliseconds after the dialog opened.
 */
const AGAIN = 30_000;

/**
 * Whether somebody may be working in a server now.
 */
export function isInUse(server: ServerView | null, now: number): boolean {
  return (
    server?.state === 'running' &&
    server.last_activity !== null &&
    now - Date.parse(server.last_activity) < IN_USE * 1000
  );
}

/**
 * What is known of the server that a dialog is about, asked for anew.
 */
export function Facts(props: {
  who: IWho;
  known: ServerView | null;
}): JSX.Element | null {
  const { known } = props;
  const { user, server: name } = props.who;
  const { actions } = useHubAdmin();
  const trans = useTrans();
  const now = useNow(10_000);
  const [server, setServer] = useState(known);
  useEffect(() => {
    let isOpen = true;
    const look = () =>
      actions.look({ user, server: name }).then(
        fresh => {
          if (isOpen && fresh) {
            setServer(fresh);
          }
        },
        () => undefined
      );
    void look();
    const timer = setTimeout(() => void look(), AGAIN);
    return () => {
      isOpen = false;
      clearTimeout(timer);
    };
  }, [actions, user, name]);
  if (!server) {
    return null;
  }
  const since = sinceText(server, now, trans);
  const used = isInUse(server, now);
  const last = usedText(server, used, now, trans);
  if (!since && !last) {
    return null;
  }
  return (
    <div className="jp-HubAdmin-facts">
      {since && <div>{since}</div>}
      {last &&
        (used ? (
          <div className="jp-HubAdmin-inUse">
            <errorIcon.react tag="span" className="jp-HubAdmin-icon" />
            <strong>{last}</strong>
          </div>
        ) : (
          <div>{last}</div>
        ))}
    </div>
  );
}

function sinceText(
  { started, state }: ServerView,
  now: number,
  trans: TranslationBundle
): string | null {
  if (!started) {
    return null;
  }
  const moment = formatMoment(started, now);
  if (state === 'starting') {
    return trans.__('Starting since %1.', moment);
  }
  const seconds = Math.max(0, (now - Date.parse(started)) / 1000);
  return trans.__(
    'Running since %1 (%2).',
    moment,
    describeDuration(seconds, trans)
  );
}

function usedText(
  { last_activity, state }: ServerView,
  used: boolean,
  now: number,
  trans: TranslationBundle
): string | null {
  if (!last_activity || state !== 'running') {
    return null;
  }
  const ago = formatAgo(last_activity, now, trans, 'long');
  return used
    ? trans.__('Used %1. Somebody may be working in it.', ago)
    : trans.__('Last used %1.', ago);
}

/**
 * What ends, what stays, and what may go when a server stops.
 */
export function ThreeFacts(): JSX.Element {
  const trans = useTrans();
  return (
    <dl className="jp-HubAdmin-threeFacts">
      <dt>{trans.__('Ends')}</dt>
      <dd>
        {trans.__(
          'Running kernels and terminals, with all that is in their memory. Unsaved edits may be lost.'
        )}
      </dd>
      <dt>{trans.__('Stays')}</dt>
      <dd>{trans.__('Files in the home directory.')}</dd>
      <dt>{trans.__('May go')}</dt>
      <dd>
        {trans.__('Packages and files put elsewhere during this session.')}
      </dd>
    </dl>
  );
}
