import { closeIcon } from '@jupyterlab/ui-components';
import { useQuery } from '@tanstack/react-query';
import React, { useState } from 'react';

import { messageOf } from '../../api/errors';
import { useHubAdmin } from '../../state/context';
import { keys } from '../../state/keys';
import { EmptyState } from '../Band';
import { useActions, useTrans } from '../context';
import { IconButton } from '../IconButton';
import { GroupProperties } from './GroupProperties';
import type { IGroupChange } from './useGroupChange';
import { useGroupChange } from './useGroupChange';

/**
 * Members that are shown before one asks for all of them.
 */
const SHOWN = 200;

/**
 * One group: its members and its properties.
 */
export function GroupDetails(props: {
  name: string;
  onDeleted: () => void;
}): JSX.Element {
  const { name, onDeleted } = props;
  const { client } = useHubAdmin();
  const { confirm } = useActions();
  const trans = useTrans();
  const change = useGroupChange();
  const group = useQuery({
    queryKey: keys.group(name),
    queryFn: ({ signal }) => client.getGroup(name, signal)
  });
  const remove = async () => {
    const accepted = await confirm({
      title: trans.__('Delete group %1?', name),
      text: trans.__(
        'Its members stay users of the hub, and lose what they may do as members.'
      ),
      accept: trans.__('Delete')
    });
    if (accepted && (await change.run(() => client.deleteGroup(name)))) {
      onDeleted();
    }
  };
  if (group.isError) {
    return (
      <EmptyState
        button={{
          label: trans.__('Try again'),
          onClick: () => void group.refetch()
        }}
      >
        {messageOf(group.error)}
      </EmptyState>
    );
  }
  if (!group.data) {
    return <EmptyState>{trans.__('Loading…')}</EmptyState>;
  }
  const { users, properties } = group.data;
  return (
    <section
      className="jp-HubAdmin-group"
      aria-label={trans.__('Group %1', name)}
    >
      <header>
        <h2>{name}</h2>
        <button
          type="button"
          className="jp-mod-styled"
          disabled={change.isOff}
          onClick={() => void remove()}
        >
          {trans.__('Delete group…')}
        </button>
      </header>
      <div role="alert" className="jp-HubAdmin-fieldError">
        {change.problem}
      </div>
      <h3>{trans._n('%1 member', '%1 members', users.length)}</h3>
      <AddMembers name={name} change={change} />
      <Members name={name} users={users} change={change} />
      <GroupProperties
        // What was saved elsewhere is not mixed with what is being written here.
        key={JSON.stringify(properties)}
        properties={properties}
        isOff={change.isOff}
        onSave={next => change.run(() => client.setProperties(name, next))}
      />
    </section>
  );
}

function AddMembers(props: {
  name: string;
  change: IGroupChange;
}): JSX.Element {
  const { name, change } = props;
  const { client } = useHubAdmin();
  const trans = useTrans();
  const [text, setText] = useState('');
  const wanted = text.split(/[\n,]/).map(part => part.trim());
  const users = [...new Set(wanted)].filter(Boolean);
  return (
    <form
      className="jp-HubAdmin-groupNew"
      onSubmit={event => {
        event.preventDefault();
        void change
          .run(() => client.addMembers(name, users))
          .then(isAdded => {
            if (isAdded) {
              setText('');
            }
          });
      }}
    >
      <textarea
        className="jp-mod-styled"
        rows={Math.min(6, Math.max(1, wanted.length))}
        aria-label={trans.__('Users to add, one a line')}
        placeholder={trans.__('Users to add, one a line')}
        value={text}
        spellCheck={false}
        onChange={event => setText(event.target.value)}
      />
      <button
        type="submit"
        className="jp-mod-styled"
        disabled={users.length === 0 || change.isOff}
      >
        {trans.__('Add')}
      </button>
    </form>
  );
}

function Members(props: {
  name: string;
  users: readonly string[];
  change: IGroupChange;
}): JSX.Element {
  const { name, users, change } = props;
  const { client } = useHubAdmin();
  const trans = useTrans();
  const [isLong, setLong] = useState(false);
  const shown = isLong ? users : users.slice(0, SHOWN);
  return (
    <>
      <ul className="jp-HubAdmin-members" aria-label={trans.__('Members')}>
        {shown.map(user => (
          <li key={user}>
            {user}
            <IconButton
              icon={closeIcon}
              label={trans.__('Remove %1 from %2', user, name)}
              title={trans.__('Remove from the group')}
              disabled={change.isOff}
              onClick={() =>
                void change.run(() => client.removeMembers(name, [user]))
              }
            />
          </li>
        ))}
      </ul>
      {shown.length < users.length && (
        <button
          type="button"
          className="jp-HubAdmin-link"
          onClick={() => setLong(true)}
        >
          {trans.__('Show all %1', users.length)}
        </button>
      )}
    </>
  );
}
