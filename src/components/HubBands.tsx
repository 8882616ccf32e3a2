import React, { useEffect, useRef, useState } from 'react';

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
 * Says to screen readers that the Hub went away and that it came back.
 */
export function useHealthAnnounced(): void {
  const { announcer } = useHubAdmin();
  const { away } = useHealth();
  const trans = useTrans();
  const before = useRef(away);
  useEffect(() => {
    if (before.current !== away) {
      before.current = away;
      announcer.say(
        away
          ? trans.__('The hub does not answer.')
          : trans.__('The hub answers again.')
      );
    }
  }, [announcer, away, trans]);
}

/**
 * This server holds permissions that its owner does not hold any more.
 */
export function OutdatedBand(): JSX.Element | null {
  const info = useInfo();
  const { restartOwn } = useActions();
  const trans = useTrans();
  if (!info?.permissions_outdated || !info.at_home) {
    return null;
  }
  return (
    <Band
      button={{ label: trans.__('Restart your server'), onClick: restartOwn }}
    >
      {trans.__(
        'Your permissions changed since this server was started. It keeps the old ones until it is restarted.'
      )}
    </Band>
  );
}

/**
 * What was allowed when the panel was shown is not allowed any more.
 */
export function ForbiddenBand(): JSX.Element | null {
  const hub = useHubAdmin();
  const trans = useTrans();
  const [lost, setLost] = useState<ILoss | null>(null);
  useEffect(() => {
    const onForbidden = (_: unknown, message: string) => {
      const before = hub.info.get()?.capabilities;
      hub.info.load().then(
        ({ capabilities }) => {
          const stop = before?.stop_servers && !capabilities.stop_servers;
          const start = before?.start_servers && !capabilities.start_servers;
          if (stop || start) {
            setLost({ what: stop ? 'stop' : 'start', message });
          }
        },
        () => undefined
      );
    };
    hub.forbidden.connect(onForbidden);
    return () => {
      hub.forbidden.disconnect(onForbidden);
    };
  }, [hub]);
  if (!lost) {
    return null;
  }
  return (
    <Band button={{ label: trans.__('Dismiss'), onClick: () => setLost(null) }}>
      {lost.what === 'stop'
        ? trans.__(
            'You may no longer stop servers. The hub says: %1',
            lost.message
          )
        : trans.__(
            'You may no longer start servers. The hub says: %1',
            lost.message
          )}
    </Band>
  );
}

interface ILoss {
  readonly what: 'start' | 'stop';
  readonly message: string;
}
