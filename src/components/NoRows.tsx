import React from 'react';

import { messageOf } from '../api/errors';
import { useHubAdmin } from '../state/context';
import { EmptyState } from './Band';
import { useTrans } from './context';
import { useHealth, useLasting } from './hooks';
import { useCountdown } from './HubBands';
import { PATIENCE } from './More';
import type { IListState } from './useListState';
import type { IUsers } from './useUsers';

/**
 * What a list without rows says.
 */
export function NoRows(props: {
  state: IListState;
  users: IUsers;
}): JSX.Element | null {
  const { setSearch, setState } = props.state;
  const { view, error, wordProblem, isComplete, more, retry } = props.users;
  const { health } = useHubAdmin();
  const { away, reason } = useHealth();
  const seconds = useCountdown();
  const trans = useTrans();
  const isLoading = !isComplete && !error && !wordProblem;
  const isSlow = useLasting(isLoading && !more, PATIENCE);
  if (error && away) {
    return (
      <EmptyState
        button={{ label: trans.__('Try now'), onClick: () => health.tryNow() }}
      >
        {trans.__('The hub does not answer. Trying again in %1 s.', seconds)}
        <div className="jp-HubAdmin-reason">{reason}</div>
      </EmptyState>
    );
  }
  if (error) {
    return (
      <EmptyState button={{ label: trans.__('Try again'), onClick: retry }}>
        {trans.__('The users could not be listed: %1', messageOf(error))}
      </EmptyState>
    );
  }
  if (!isComplete) {
    return isSlow ? (
      <EmptyState>{trans.__('Loading users…')}</EmptyState>
    ) : null;
  }
  const showAll = {
    label: trans.__('Show all users'),
    onClick: () => setState('all')
  };
  const searchAll = {
    label: trans.__('Search all users'),
    onClick: () => setState('all')
  };
  switch (view.state) {
    case 'running':
      return view.search ? (
        <EmptyState button={searchAll}>
          {trans.__('No running server matches "%1".', view.search)}
        </EmptyState>
      ) : (
        <EmptyState button={showAll}>
          {trans.__('No server is running.')}
        </EmptyState>
      );
    case 'stopped':
      return view.search ? (
        <EmptyState button={searchAll}>
          {trans.__('No stopped server matches "%1".', view.search)}
        </EmptyState>
      ) : (
        <EmptyState button={showAll}>
          {trans.__('No server is stopped.')}
        </EmptyState>
      );
    case 'all':
      return view.search ? (
        <EmptyState
          button={{
            label: trans.__('Clear search'),
            onClick: () => setSearch('')
          }}
        >
          {trans.__('No user matches "%1".', view.search)}
        </EmptyState>
      ) : (
        <EmptyState>{trans.__('There is no user yet.')}</EmptyState>
      );
  }
}
