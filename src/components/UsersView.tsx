import React, { useRef } from 'react';

import type { Listeners } from '../state/listeners';
import { BulkBar } from './BulkBar';
import { useTrans } from './context';
import { AwayBand, ForbiddenBand, OutdatedBand } from './HubBands';
import { More } from './More';
import { NoRows } from './NoRows';
import { SearchBar } from './SearchBar';
import { SelectionBar } from './SelectionBar';
import { Summary } from './Summary';
import { UserList } from './UserList';
import { useServerList } from './useServerList';

/**
 * The list of users with what finds them, in the sidebar.
 *
 * @param props.shown - tells when the widget is shown again, which computes the order anew
 */
export function UsersView(props: {
  shown: Listeners['subscribe'];
}): JSX.Element {
  const trans = useTrans();
  const details = useRef<(key: string) => void>();
  const list = useServerList({
    id: 'sidebar',
    shown: props.shown,
    showDetails: key => details.current?.(key)
  });
  const { users, selecting, rows } = list;
  const hasRows = users.rows.length > 0;
  const clear = () => {
    selecting.clear();
    // The button that did it is gone.
    rows.focus();
  };
  return (
    <div className="jp-HubAdmin-users" {...list.frame}>
      {hasRows && <AwayBand />}
      <OutdatedBand />
      <ForbiddenBand />
      <SearchBar list={list} />
      {selecting.isActive ? (
        <SelectionBar users={users} onClear={clear} />
      ) : (
        <Summary users={users} />
      )}
      <BulkBar />
      <div className="jp-HubAdmin-scroll" {...list.scroller}>
        {hasRows ? (
          <UserList list={list} details={details} />
        ) : (
          <NoRows state={list.state} users={users} />
        )}
        {users.more && <More {...users.more} />}
        <span className="jp-HubAdmin-srOnly">
          {users.isComplete && hasRows ? trans.__('End of the list') : null}
        </span>
      </div>
    </div>
  );
}
