import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useSyncExternalStore } from 'react';

import type { Capabilities } from '../api/types';
import { formatClock } from '../format/time';
import { useHubAdmin } from '../state/context';
import { useInfo } from '../state/info';
import { Band } from './Band';
import { useActions, useTrans } from './context';
import { useHealth, useNow } from './hooks';

/**
 * Seconds until the Hub is tried again, counted down.
 */
export function useCountdown(): number {
  const { away, nextTry } = useHealth();
  const now = useNow(away ? 1000 : 0);
  return Math.max(0, Math.ceil((nextTry - now) / 1000));
}

/**
 * The Hub does not answer: the list is as it was then.
 */
export function AwayBand(): JSX.Element | null {
  const { health } = useHubAdmin();
  const { away, asOf } = useHealth();
  const seconds = useCountdown();
  const trans = useTrans();
  if (!away) {
    return null;
  }
  return (
    <Band
      button={{ label: trans.__('Try now'), onClick: () => health.tryNow() }}
    >
      {asOf === null
        ? trans.__('The hub does not answer. Trying again in %1 s.', seconds)
        : trans.__(
            'The hub does not answer. Shown as of %1. Trying again in %2 s.',
            formatClock(asOf),
            seconds
          )}
    </Band>
  );
}

/**
 * This server holds permissions that its owner does not hold any more.
 */
export function OutdatedBand(): JSX.Element | null {
  const info = useInfo();
  const { away } = useHealth();
  const { restartOwn } = useActions();
  const trans = useTrans();
  if (!info?.permissions_outdated || !info.at_home) {
    return null;
  }
  return (
    <Band
      button={
        away
          ? undefined
          : { label: trans.__('Restart your server'), onClick: restartOwn }
      }
    >
      {trans.__(
        'Your permissions changed since this server was started. It keeps the old ones until it is restarted.'
      )}
    </Band>
  );
}

/**
 * What was allowed before is not allowed any more.
 */
export function ForbiddenBand(): JSX.Element | null {
  const { losses } = useHubAdmin();
  const loss = useSyncExternalStore(losses.subscribe, losses.get);
  const trans = useTrans();
  if (!loss) {
    return null;
  }
  const { what, message } = loss;
  const sentences = what.map(name => lossText(name, trans));
  if (message) {
    sentences.push(trans.__('The hub says: %1', message));
  }
  return (
    <Band
      button={{
        label: trans.__('Dismiss'),
        onClick: () => losses.dismiss()
      }}
    >
      {sentences.join(' ')}
    </Band>
  );
}

function lossText(what: keyof Capabilities, trans: TranslationBundle): string {
  switch (what) {
    case 'list_users':
      return trans.__('You may no longer list users.');
    case 'start_servers':
      return trans.__('You may no longer start servers.');
    case 'stop_servers':
      return trans.__('You may no longer stop servers.');
    case 'manage_users':
      return trans.__('You may no longer change users.');
    case 'add_users':
      return trans.__('You may no longer add users.');
    case 'manage_groups':
      return trans.__('You may no longer change groups.');
    case 'create_groups':
      return trans.__('You may no longer create groups.');
    case 'shutdown_hub':
      return trans.__('You may no longer shut the hub down.');
    case 'edit_rules':
      return trans.__('You may no longer change the idle rules.');
    case 'edit_this_server':
      return trans.__('You may no longer change the settings of this server.');
  }
}
