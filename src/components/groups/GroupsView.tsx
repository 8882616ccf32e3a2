import { useInfiniteQuery } from '@tanstack/react-query';
import React, { useId, useState } from 'react';

import { messageOf } from '../../api/errors';
import type { GroupPage } from '../../api/types';
import { useHubAdmin } from '../../state/context';
import { keys } from '../../state/keys';
import { useInfo } from '../../state/info';
import { EmptyState } from '../Band';
import { useTrans } from '../context';
import { useDebounced } from '../hooks';
import { AwayBand, ForbiddenBand } from '../HubBands';
import { GroupDetails } from './GroupDetails';
import { useGroupChange } from './useGroupChange';

/**
 * How long after the last key the search begins, in milliseconds.
 */
const DEBOUNCE = 150;

const PAGE = 100;

/**
 * The groups of the hub, and beside them the one that is chosen.
 */
export function GroupsView(): JSX.Element {
  const { client } = useHubAdmin();
  const trans = useTrans();
  const mayCreate = useInfo()?.capabilities.create_groups;
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const settled = useDebounced(search.trim(), search ? DEBOUNCE : 0);
  const list = useInfiniteQuery({
    queryKey: keys.groupList(settled),
    queryFn: ({ pageParam, signal }) =>
      client.listGroups(
        { search: settled, offset: pageParam, limit: PAGE },
        signal
      ),
    initialPageParam: 0,
    getNextPageParam: (last: GroupPage) => last.next ?? undefined,
    placeholderData: before => before
  });
  const groups = list.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <>
      <AwayBand />
      <ForbiddenBand />
      <div className="jp-HubAdmin-groups">
        <div className="jp-HubAdmin-groupList">
          <input
            type="search"
            className="jp-mod-styled"
            aria-label={trans.__('Search groups')}
            placeholder={trans.__('Search groups')}
            value={search}
            maxLength={255}
            onChange={event => setSearch(event.target.value)}
          />
          {mayCreate && <NewGroup onCreated={setChosen} />}
          {list.isError && (
            <EmptyState
              button={{
                label: trans.__('Try again'),
                onClick: () => void list.refetch()
              }}
            >
              {trans.__(
                'The groups could not be listed: %1',
                messageOf(list.error)
              )}
            </EmptyState>
          )}
          {list.isSuccess && groups.length === 0 && (
            <EmptyState>
              {settled
                ? trans.__('No group matches "%1".', settled)
                : trans.__('There is no group yet.')}
            </EmptyState>
          )}
          <ul aria-label={trans.__('Groups')}>
            {groups.map(({ name, users }) => (
              <li key={name}>
                <button
                  type="button"
                  aria-current={name === chosen || undefined}
                  onClick={() => setChosen(name)}
                >
                  <span>{name}</span>
                  <span>
                    {trans._n('%1 member', '%1 members', users.length)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {list.hasNextPage && (
            <button
              type="button"
              className="jp-HubAdmin-link"
              onClick={() => void list.fetchNextPage()}
            >
              {trans.__('Show more groups')}
            </button>
          )}
        </div>
        {chosen === null ? (
          <EmptyState>
            {trans.__('Choose a group to see its members.')}
          </EmptyState>
        ) : (
          <GroupDetails
            key={chosen}
            name={chosen}
            onDeleted={() => setChosen(null)}
          />
        )}
      </div>
    </>
  );
}

function NewGroup(props: { onCreated: (name: string) => void }): JSX.Element {
  const { onCreated } = props;
  const { client } = useHubAdmin();
  const trans = useTrans();
  const [name, setName] = useState('');
  const change = useGroupChange();
  const id = useId();
  const wanted = name.trim();
  return (
    <form
      className="jp-HubAdmin-groupNew"
      onSubmit={event => {
        event.preventDefault();
        if (wanted) {
          void change.run(async () => {
            await client.createGroup(wanted);
            setName('');
            onCreated(wanted);
          });
        }
      }}
    >
      <input
        className="jp-mod-styled"
        aria-label={trans.__('Name of a new group')}
        aria-describedby={change.problem ? id : undefined}
        placeholder={trans.__('New group')}
        value={name}
        maxLength={255}
        onChange={event => setName(event.target.value)}
      />
      <button
        type="submit"
        className="jp-mod-styled"
        disabled={!wanted || change.isOff}
      >
        {trans.__('Create')}
      </button>
      <div id={id} role="alert" className="jp-HubAdmin-fieldError">
        {change.problem}
      </div>
    </form>
  );
}
