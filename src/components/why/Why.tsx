import { useQuery } from '@tanstack/react-query';
import React from 'react';

import { bounded } from '../../api/errors';
import { whyText } from '../../format/reason';
import { formatMoment } from '../../format/time';
import type { IWho } from '../../format/who';
import { useHubAdmin } from '../../state/context';
import { keys } from '../../state/keys';
import { useActions, useTrans } from '../context';
import { useNow } from '../hooks';
import { TextButton } from '../TextButton';
import { KeepPart } from './KeepPart';
import { sourceRows } from './sources';
import type { IFateOf } from './useFate';
import { MAX_REASON, verdictText } from './verdict';

/**
 * How often the countdown is written anew, in milliseconds.
 */
const REFRESH = 5000;

/**
 * Stops of one user's servers that are looked through for the last one of this server.
 */
const LOOKED_AT = 20;

/**
 * What becomes of a server and why: the verdict, the reason, what it rests on, and what can be done
 * about it.
 *
 * @param props.isActive - as the hub has it: a server that runs, or is on its way
 */
export function Why(props: {
  who: IWho;
  fate: IFateOf;
  isActive: boolean;
  /** More buttons at the end. */
  children?: React.ReactNode;
}): JSX.Element {
  const { who, fate, isActive, children } = props;
  const { server, isKnown, error } = fate;
  const trans = useTrans();
  const { offers, showRule } = useActions();
  const now = useNow(REFRESH) + fate.ahead;
  const buttons = children && (
    <div className="jp-HubAdmin-offers">{children}</div>
  );
  if (!isActive) {
    return (
      <div className="jp-HubAdmin-why">
        <p className="jp-HubAdmin-verdict">{trans.__('Stopped.')}</p>
        {fate.mayReadLog && <LastStop who={who} now={now} />}
        {buttons}
      </div>
    );
  }
  if (!server) {
    return (
      <div className="jp-HubAdmin-why">
        <p>
          {error !== null
            ? trans.__('What becomes of it is not known: %1', error)
            : isKnown
              ? trans.__('The hub service does not know this server yet.')
              : trans.__('Loading…')}
        </p>
        {buttons}
      </div>
    );
  }
  return (
    <div className="jp-HubAdmin-why">
      <p className="jp-HubAdmin-verdict">{verdictText(server, now, trans)}</p>
      <p className="jp-HubAdmin-reason">
        {bounded(whyText(server.decision, trans), MAX_REASON)}
      </p>
      {error !== null && (
        <p className="jp-HubAdmin-fieldError">
          {trans.__('This may be out of date: %1', error)}
        </p>
      )}
      <dl className="jp-HubAdmin-sources">
        {sourceRows(server, now, trans).map(({ key, label, value, origin }) => (
          <React.Fragment key={key}>
            <dt title={label}>{label}</dt>
            <dd>
              {origin && offers('idleRules') ? (
                <TextButton
                  isLink
                  label={value}
                  onClick={() => showRule(origin.level, origin.name)}
                />
              ) : (
                value
              )}
            </dd>
          </React.Fragment>
        ))}
      </dl>
      <KeepPart
        server={server}
        mayExempt={fate.mayExempt}
        now={now}
        ahead={fate.ahead}
      >
        {children}
      </KeepPart>
    </div>
  );
}

/**
 * When the rules last stopped a server, and why; nothing if they never did.
 */
function LastStop(props: { who: IWho; now: number }): JSX.Element | null {
  const { who, now } = props;
  const { client } = useHubAdmin();
  const trans = useTrans();
  const query = {
    action: 'stop-server',
    user: who.user,
    limit: LOOKED_AT
  } as const;
  const { data } = useQuery({
    queryKey: keys.audit(query),
    queryFn: ({ signal }) => client.service.audit(query, signal)
  });
  const stop = data?.items.find(
    ({ server, outcome }) => server === who.server && outcome === 'done'
  );
  return stop ? (
    <p className="jp-HubAdmin-reason">
      {trans.__(
        'The idle rules last stopped it at %1: %2',
        formatMoment(stop.at, now),
        bounded(stop.reason, MAX_REASON)
      )}
    </p>
  ) : null;
}
