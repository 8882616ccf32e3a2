import {
  closeIcon,
  refreshIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import React, { useSyncExternalStore } from 'react';

import { useHubAdmin } from '../state/context';
import { useActions, useTrans } from './context';
import { useHealth } from './hooks';
import { IconButton } from './IconButton';
import type { IUsers } from './useUsers';

/**
 * How much is selected, in words; empty if nothing is.
 */
export function useSelectionText({ view, total }: IUsers): string {
  const { selection } = useHubAdmin();
  const trans = useTrans();
  const { servers, matching } = useSyncExternalStore(
    selection.subscribe,
    selection.get
  );
  const count = matching ? matching.count : servers.size;
  if (count !== null) {
    return count ? trans.__('%1 selected', count) : '';
  }
  const isHere =
    matching?.query === view.search && matching.state === view.state;
  return isHere && total !== null
    ? trans._n(
        'Servers of %1 user selected',
        'Servers of %1 users selected',
        total
      )
    : trans.__('All that match are selected');
}

/**
 * What can be done with the servers that are selected; it takes the place of the summary.
 */
export function SelectionBar(props: {
  users: IUsers;
  /** Select nothing any more. */
  onClear: () => void;
}): JSX.Element {
  const { command, offers } = useActions();
  const { away } = useHealth();
  const trans = useTrans();
  return (
    <div
      role="group"
      className="jp-HubAdmin-summary jp-mod-selection"
      aria-label={trans.__('Selection')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onClear();
        }
      }}
    >
      <span className="jp-HubAdmin-selectionText">
        {useSelectionText(props.users)}
      </span>
      {!away && offers('startSelected') && (
        <IconButton
          icon={runIcon}
          label={trans.__('Start selected')}
          onClick={() => command('startSelected')}
        />
      )}
      {!away && offers('restartSelected') && (
        <IconButton
          icon={refreshIcon}
          label={trans.__('Restart selected')}
          onClick={() => command('restartSelected')}
        />
      )}
      {!away && offers('stopSelected') && (
        <IconButton
          icon={stopIcon}
          label={trans.__('Stop selected')}
          onClick={() => command('stopSelected')}
        />
      )}
      <IconButton
        icon={closeIcon}
        label={trans.__('Clear selection')}
        onClick={props.onClear}
      />
    </div>
  );
}
