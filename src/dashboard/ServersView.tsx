import { ellipsesIcon } from '@jupyterlab/ui-components';
import React, { useRef, useSyncExternalStore } from 'react';

import { BulkBar } from '../components/BulkBar';
import { useActions, useTrans } from '../components/context';
import { useHealth, useNow, useStable } from '../components/hooks';
import { AwayBand, ForbiddenBand, OutdatedBand } from '../components/HubBands';
import { IconButton } from '../components/IconButton';
import { More } from '../components/More';
import { NoRows } from '../components/NoRows';
import type { IRow } from '../components/rows';
import { SearchBar } from '../components/SearchBar';
import { TextButton } from '../components/TextButton';
import type { IServerList } from '../components/useServerList';
import { useServerList } from '../components/useServerList';
import type { IUsers } from '../components/useUsers';
import { whoOf } from '../format/who';
import { useHubAdmin } from '../state/context';
import type { IDashboardViewProps } from './DashboardView';
import { DetailsDrawer } from './DetailsDrawer';
import { SelectedBar } from './SelectedBar';
import { ServersTable } from './ServersTable';
import { Totals } from './Totals';
import { totalsOf } from './counting';

/**
 * The height of the headings, in pixels.
 */
const HEADER = 28;

/**
 * How often idle servers are counted anew, in milliseconds.
 */
const REFRESH_TOTALS = 30_000;

/**
 * All servers as a table, with what finds them, what can be done with many of them, and everything
 * that is known of one.
 */
export function ServersView(props: IDashboardViewProps): JSX.Element {
  const { model, shown } = props;
  const { announcer, cursor } = useHubAdmin();
  const trans = useTrans();
  const { details } = useSyncExternalStore(model.subscribe, model.get);
  const detailsOf = details && whoOf(details);
  const toggle = useStable(({ who, key }: IRow) => {
    model.toggleDetails(who);
    if (model.get().details) {
      announcer.say(trans.__('Details of %1', key));
    }
  });
  const list = useServerList({
    id: 'dashboard',
    shown,
    header: HEADER,
    showDetails: key => {
      const row = list.users.rows.find(other => other.key === key);
      if (row) {
        toggle(row);
      }
    }
  });
  const { users, selecting, rows } = list;

  const drawer = useRef<HTMLDivElement>(null);
  const close = () => {
    const hadFocus = drawer.current?.contains(document.activeElement);
    model.closeDetails();
    if (hadFocus && !(detailsOf && rows.reveal(detailsOf))) {
      rows.focus();
    }
  };
  const clear = () => {
    selecting.clear();
    rows.focus();
  };
  return (
    <div
      className="jp-HubAdmin-servers"
      {...list.frame}
      onKeyDownCapture={event => {
        // One step back at a time, the details before what the list would do; the search field
        // has steps of its own.
        if (details && event.target !== list.input.current) {
          onEscape(event, close);
        }
      }}
      onKeyDown={event => {
        if (details) {
          onEscape(event, close);
        } else if (selecting.isActive) {
          onEscape(event, clear);
        }
      }}
    >
      <div className="jp-HubAdmin-serversMain">
        {users.users.length > 0 && <AwayBand />}
        <OutdatedBand />
        <ForbiddenBand />
        <Toolbar {...props} list={list} />
        {selecting.isActive ? (
          <SelectedBar users={users} selecting={selecting} onClear={clear} />
        ) : (
          <TotalsLine list={list} />
        )}
        <BulkBar />
        <div
          {...list.scroller}
          className="jp-HubAdmin-scroll jp-HubAdmin-tableBox"
          onFocus={event => {
            // What is shown of a row follows the row.
            const { who } = cursor;
            const isRow = (event.target as Element).closest('[data-key]');
            if (isRow && details && who && whoOf(who) !== detailsOf) {
              model.showDetails(who);
            }
          }}
        >
          {users.rows.length > 0 ? (
            <ServersTable
              list={list}
              detailsOf={detailsOf}
              onDetails={toggle}
            />
          ) : (
            <NoRows state={list.state} users={users} />
          )}
          {users.more && <More {...users.more} />}
          <EndOfList users={users} />
        </div>
      </div>
      {details && (
        <div ref={drawer} className="jp-HubAdmin-drawerBox">
          <DetailsDrawer
            who={details}
            row={users.rows.find(({ key }) => key === detailsOf) ?? null}
            onClose={close}
          />
        </div>
      )}
    </div>
  );
}

function onEscape(event: React.KeyboardEvent, step: () => void): void {
  if (event.key === 'Escape') {
    event.preventDefault();
    event.stopPropagation();
    step();
  }
}

/**
 * What finds servers, and what can be done besides acting on them.
 */
function Toolbar(
  props: IDashboardViewProps & { list: IServerList }
): JSX.Element {
  const { menus, list } = props;
  const { command, offers } = useActions();
  const { away } = useHealth();
  const trans = useTrans();
  return (
    <div className="jp-HubAdmin-dashboardBar">
      <SearchBar
        list={list}
        placeholder={trans.__('Search users, or: %1', 'idle:>2h group:class-a')}
      />
      <div className="jp-HubAdmin-dashboardTools">
        <TextButton
          hasMenu
          label={trans.__('Columns')}
          onClick={event => menus.columns(event.currentTarget)}
        />
        {!away && offers('addUsers') && (
          <TextButton
            label={trans.__('Add users…')}
            onClick={() => command('addUsers')}
          />
        )}
        <IconButton
          icon={ellipsesIcon}
          label={trans.__('More actions')}
          onClick={event => menus.more(event.currentTarget)}
        />
      </div>
    </div>
  );
}

function TotalsLine({ list }: { list: IServerList }): JSX.Element {
  const { state, users } = list;
  const { options } = useHubAdmin();
  const { idleLimit } = useSyncExternalStore(options.subscribe, options.get);
  const now = useNow(REFRESH_TOTALS);
  return (
    <Totals
      totals={totalsOf(
        { ...users, hasAllActive: hasAllActive(users) },
        idleLimit,
        now
      )}
      filter={state}
      limit={idleLimit}
      onFilter={({ search, state: wanted }) => {
        state.setSearch(search);
        state.setState(wanted);
      }}
    />
  );
}

/**
 * Whether everybody who matches and has an active server is loaded: these come first, unless the
 * list is sorted by last activity.
 */
function hasAllActive({ data, isComplete }: IUsers): boolean {
  if (isComplete || !data) {
    return isComplete;
  }
  return data.pages.some(
    (page, index) =>
      data.pageParams[index]?.state === 'running' && page.next === null
  );
}

function EndOfList({ users }: { users: IUsers }): JSX.Element | null {
  const trans = useTrans();
  const { isComplete, users: all, view } = users;
  if (!isComplete || all.length === 0) {
    return null;
  }
  return (
    <div className="jp-HubAdmin-more">
      {view.search || view.state !== 'all'
        ? trans._n(
            'The one user that matches is shown',
            'All %1 users that match are shown',
            all.length
          )
        : trans._n('The only user is shown', 'All %1 users shown', all.length)}
    </div>
  );
}
