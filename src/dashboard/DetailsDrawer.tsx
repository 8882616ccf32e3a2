import { Button, closeIcon, copyIcon } from '@jupyterlab/ui-components';
import { useQuery } from '@tanstack/react-query';
import React, { useEffect, useRef } from 'react';

import { bounded, messageOf } from '../api/errors';
import type { UserDetails } from '../api/types';
import type { PanelCommand } from '../components/context';
import { useActions, useTrans } from '../components/context';
import { factsOf } from '../components/DetailsPopover';
import { useActivity, useDebounced, useHealth } from '../components/hooks';
import { IconButton } from '../components/IconButton';
import type { IRow } from '../components/rows';
import { problemOf, rowsOf } from '../components/rows';
import { StateDot } from '../components/StateDot';
import { Reported } from '../components/why/Reported';
import { useFate } from '../components/why/useFate';
import { Why } from '../components/why/Why';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { useHubAdmin } from '../state/context';
import { findFate } from '../state/fate';
import { keys } from '../state/keys';
import { useVisible } from '../state/visibility';
import { Sent } from './Sent';

/**
 * How long a row is the current one before the Hub is asked for it, in milliseconds.
 */
const PATIENCE = 150;

/**
 * Characters of the name, and of the JSON that is shown; Copy takes all of it.
 */
const MAX_NAME = 300;
const MAX_JSON = 100_000;

/**
 * What the drawer offers, besides what the row does.
 */
const COMMANDS = [
  'startWithOptions',
  'createServer',
  'renameServer',
  'deleteServer',
  'editUser',
  'deleteUser'
] as const satisfies readonly PanelCommand[];

/**
 * Everything that is known of a server and of its user, beside the table.
 *
 * @param props.row - as the list has it; null: it is not in the list
 */
export function DetailsDrawer(props: {
  who: IWho;
  row: IRow | null;
  onClose: () => void;
}): JSX.Element {
  const { who, onClose } = props;
  const trans = useTrans();
  const key = whoOf(who);
  const details = useDetails(useDebounced(who.user, PATIENCE), props.row);
  const known = details.data?.user.name === who.user ? details.data : null;
  const row =
    props.row ??
    (known && rowsOf([known.user]).find(candidate => candidate.key === key)) ??
    null;
  const activity = useActivity(key);
  const failed = problemOf(row?.server ?? null, activity)?.failed;
  return (
    <div
      role="region"
      className="jp-HubAdmin-drawer"
      aria-label={trans.__('Details of %1', key)}
    >
      <h2>
        <StateDot state={row?.server?.state ?? 'stopped'} failed={failed} />
        <span>{bounded(key, MAX_NAME)}</span>
        <IconButton
          icon={closeIcon}
          label={trans.__('Close details')}
          onClick={onClose}
        />
      </h2>
      <Offers who={who} />
      {row && <Facts row={row} />}
      <Fate who={who} row={row} />
      {known ? (
        <Everything sent={known.sent} />
      ) : details.error ? (
        <p>{messageOf(details.error)}</p>
      ) : details.data === null ? (
        <p>{trans.__('The hub knows no user of this name.')}</p>
      ) : (
        <p>{trans.__('Loading…')}</p>
      )}
    </div>
  );
}

/**
 * What the Hub says of a user, asked for anew whenever the list learns something new.
 */
function useDetails(name: string, row: IRow | null) {
  const { client } = useHubAdmin();
  const { away } = useHealth();
  const isVisible = useVisible();
  const query = useQuery<UserDetails | null>({
    queryKey: keys.user(name),
    queryFn: ({ signal }) => client.getUser(name, signal),
    enabled: isVisible && !away
  });
  const { refetch } = query;
  const user = row?.user.name === name ? row.user : null;
  const before = useRef(user);
  useEffect(() => {
    const old = before.current;
    before.current = user;
    if (old && user && old !== user && old.name === user.name && isVisible) {
      void refetch();
    }
  }, [user, isVisible, refetch]);
  return query;
}

function Offers({ who }: { who: IWho }): JSX.Element | null {
  const { command, offers } = useActions();
  const { away } = useHealth();
  const trans = useTrans();
  const offered = COMMANDS.filter(name => !away && offers(name, who));
  return offered.length ? (
    <div className="jp-HubAdmin-offers">
      {offered.map(name => (
        <Button
          key={name}
          small
          type="button"
          className="jp-HubAdmin-button"
          onClick={() => command(name, who)}
        >
          {offerLabel(name, trans)}
        </Button>
      ))}
    </div>
  ) : null;
}

function offerLabel(
  name: (typeof COMMANDS)[number],
  trans: ReturnType<typeof useTrans>
): string {
  switch (name) {
    case 'startWithOptions':
      return trans.__('Start with options…');
    case 'createServer':
      return trans.__('New named server…');
    case 'renameServer':
      return trans.__('Rename server…');
    case 'deleteServer':
      return trans.__('Delete server…');
    case 'editUser':
      return trans.__('Edit user…');
    case 'deleteUser':
      return trans.__('Delete user…');
  }
}

function Facts({ row }: { row: IRow }): JSX.Element {
  const trans = useTrans();
  const facts: [string, string][] = [
    ...factsOf(row, trans),
    [trans.__('Admin'), row.user.admin ? trans.__('yes') : trans.__('no')]
  ];
  return (
    <dl>
      {facts.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd>{bounded(value)}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

/**
 * What becomes of the server and why, and what runs in it; nothing without the hub service.
 */
function Fate(props: { who: IWho; row: IRow | null }): JSX.Element | null {
  const { who, row } = props;
  const hub = useHubAdmin();
  const trans = useTrans();
  const key = whoOf(who);
  // As the Hub is asked for a user only once the arrow keys rest, so is the service; until then
  // the list may know.
  const user = useDebounced(who.user, PATIENCE);
  const asked = useFate({ user, server: who.server });
  if (!asked || !row) {
    return null;
  }
  const fate =
    user === who.user
      ? asked
      : { ...asked, server: findFate(hub, who), isKnown: false, error: null };
  const isActive = (row.server?.state ?? 'stopped') !== 'stopped';
  return (
    <React.Fragment key={key}>
      <h3>{trans.__('Why?')}</h3>
      <Why who={who} fate={fate} isActive={isActive} />
      {isActive && fate.server && (
        <Reported server={fate.server} ahead={fate.ahead} />
      )}
    </React.Fragment>
  );
}

/**
 * All that the Hub sent: to be read, and to be copied.
 */
function Everything({ sent }: { sent: UserDetails['sent'] }): JSX.Element {
  const trans = useTrans();
  const { copy } = useActions();
  const json = JSON.stringify(sent, null, 2);
  return (
    <>
      <h3>{trans.__('What the hub sent')}</h3>
      <Sent value={sent} />
      <details>
        <summary>{trans.__('As JSON')}</summary>
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy JSON')}
          onClick={() => copy(json)}
        />
        <pre tabIndex={0} aria-label={trans.__('As JSON')}>
          {bounded(json, MAX_JSON)}
        </pre>
      </details>
    </>
  );
}
