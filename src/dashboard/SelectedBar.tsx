import React, { useSyncExternalStore } from 'react';

import { useActions, useTrans } from '../components/context';
import { useHealth } from '../components/hooks';
import { useSelectionText } from '../components/SelectionBar';
import { TextButton } from '../components/TextButton';
import type { ISelecting } from '../components/useSelecting';
import type { IUsers } from '../components/useUsers';
import { useHubAdmin } from '../state/context';

/**
 * How many servers are selected, and what can be done with them; in place of the totals.
 */
export function SelectedBar(props: {
  users: IUsers;
  selecting: ISelecting;
  onClear: () => void;
}): JSX.Element {
  const { users, selecting, onClear } = props;
  const { selection } = useHubAdmin();
  const { matching, servers } = useSyncExternalStore(
    selection.subscribe,
    selection.get
  );
  const trans = useTrans();
  const { command, offers } = useActions();
  const { away } = useHealth();
  const count = matching ? matching.count : servers.size;
  const others = useSelectionText(users);
  // Of those that match, as far as they are loaded, none is left to be selected.
  const isTaken = selecting.isAll || selecting.matches === 0;
  const offered = away
    ? []
    : (
        [
          ['startSelected', trans.__('Start')],
          ['restartSelected', trans.__('Restart…')],
          ['stopSelected', trans.__('Stop…')],
          ['keepSelected', trans.__('Keep until…')]
        ] as const
      ).filter(([name]) => offers(name));
  return (
    <div
      role="group"
      className="jp-HubAdmin-selected"
      aria-label={trans.__('Selection')}
    >
      <span>
        {count === null
          ? others
          : trans._n('%1 server selected', '%1 servers selected', count)}
      </span>
      {offered.map(([name, label]) => (
        <TextButton key={name} label={label} onClick={() => command(name)} />
      ))}
      {!(isTaken && (users.isComplete || matching)) && (
        <TextButton
          label={
            users.isComplete
              ? trans.__('Select all %1 that match', selecting.matches)
              : trans.__('Select all that match')
          }
          onClick={selecting.selectAll}
        />
      )}
      <TextButton label={trans.__('Clear')} onClick={onClear} />
    </div>
  );
}
