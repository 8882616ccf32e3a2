import { errorIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';

import type { ServerView, ServiceServer } from '../api/types';
import { useTrans } from '../components/context';
import { useNow } from '../components/hooks';
import { describeDuration } from '../format/duration';
import { formatAgo, formatMoment } from '../format/time';
import type { IWho } from '../format/who';
import { useHubAdmin } from '../state/context';
import { busyKernels } from '../state/fate';
import { loadServiceServer } from '../state/service';

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
 * What is known of the server that a dialog is about, by the Hub and by the hub service, asked for
 * anew.
 */
export function Facts(props: {
  who: IWho;
  known: ServerView | null;
}): JSX.Element | null {
  const { known } = props;
  const { user, server: name } = props.who;
  const hub = useHubAdmin();
  const trans = useTrans();
  const now = useNow(10_000);
  const [server, setServer] = useState(known);
  const [reported, setReported] = useState<ServiceServer | null>(null);
  useEffect(() => {
    let isOpen = true;
    const who = { user, server: name };
    const show = <T,>(asked: Promise<T | null>, set: (fresh: T) => void) =>
      asked.then(
        fresh => {
          if (isOpen && fresh) {
            set(fresh);
          }
        },
        () => undefined // what is known already stays
      );
    const look = () => {
      void show(hub.actions.look(who), setServer);
      void show(loadServiceServer(hub, who), setReported);
    };
    look();
    const timer = setTimeout(look, AGAIN);
    return () => {
      isOpen = false;
      clearTimeout(timer);
    };
  }, [hub, user, name]);
  if (!server) {
    return null;
  }
  const since = sinceText(server, now, trans);
  const used = isInUse(server, now);
  const last = usedText(server, used, now, trans);
  const kernels = reported && kernelsText(reported, trans);
  const busy = reported && busyText(reported, trans);
  if (!since && !last && !kernels && !busy) {
    return null;
  }
  return (
    <div className="jp-HubAdmin-facts">
      {since && <div>{since}</div>}
      {kernels && <div>{kernels}</div>}
      {last && !used && <div>{last}</div>}
      {busy && <Warning text={busy} />}
      {last && used && <Warning text={last} />}
    </div>
  );
}

function Warning({ text }: { text: string }): JSX.Element {
  return (
    <div className="jp-HubAdmin-inUse">
      <errorIcon.react tag="span" className="jp-HubAdmin-icon" />
      <strong>{text}</strong>
    </div>
  );
}

/**
 * How many kernels there are; null where the report has no place for all of them.
 */
function kernelsText(
  { report }: ServiceServer,
  trans: TranslationBundle
): string | null {
  if (!report || report.left_out) {
    return null;
  }
  const { length } = report.kernels;
  return length === 0
    ? trans.__('No kernel is running.')
    : trans._n('%1 kernel is running.', '%1 kernels are running.', length);
}

function busyText(
  server: ServiceServer,
  trans: TranslationBundle
): string | null {
  const busy = busyKernels(server);
  return busy === 0
    ? null
    : trans._n('%1 kernel runs code.', '%1 kernels run code.', busy);
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
