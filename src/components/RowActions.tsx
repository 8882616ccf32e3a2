import type { LabIcon } from '@jupyterlab/ui-components';
import {
  closeIcon,
  launchIcon,
  refreshIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import React, { useLayoutEffect, useRef } from 'react';

import { useHubAdmin } from '../state/context';
import { useActions, useTrans } from './context';
import { IconButton } from './IconButton';
import type { PowerMeaning } from './power';
import type { IRow } from './rows';
import { canRestart, powerOf } from './power';

const POWER_ICONS: Readonly<Record<NonNullable<PowerMeaning>, LabIcon>> = {
  start: runIcon,
  stop: stopIcon,
  cancel: closeIcon
};

/**
 * The buttons of a row: Open, Restart, and the slot that is Start, Cancel or Stop.
 */
export function RowActions(props: {
  row: IRow;
  tabIndex: number;
}): JSX.Element | null {
  const { row, tabIndex } = props;
  const { key, server, who } = row;
  const { activity } = useHubAdmin();
  const { run } = useActions();
  const trans = useTrans();
  const power = powerOf(server);
  useGuard(key, power);

  const running = server?.state === 'running';
  const runPower = () => {
    if (power && activity.mayAct(key)) {
      run(power === 'start' ? 'start' : 'stop', who);
    }
  };

  return (
    <>
      {running && server.can.access && (
        <IconButton
          icon={launchIcon}
          label={trans.__('Open %1', key)}
          title={trans.__('Open in a new browser tab')}
          tabIndex={tabIndex}
          name="open"
          onClick={() => run('open', who)}
        />
      )}
      {canRestart(server, row.user) && (
        <IconButton
          icon={refreshIcon}
          label={trans.__('Restart %1', key)}
          title={trans.__('Restart')}
          tabIndex={tabIndex}
          name="restart"
          onClick={() => run('restart', who)}
        />
      )}
      {power && (
        <IconButton
          // One button for all its meanings: the focus stays on the slot.
          key="power"
          icon={POWER_ICONS[power]}
          label={
            power === 'start'
              ? trans.__('Start %1', key)
              : trans.__('Stop %1', key)
          }
          title={powerTitle(power, trans)}
          tabIndex={tabIndex}
          name="power"
          onClick={runPower}
        />
      )}
    </>
  );
}

function powerTitle(
  power: NonNullable<PowerMeaning>,
  trans: ReturnType<typeof useTrans>
): string {
  switch (power) {
    case 'start':
      return trans.__('Start');
    case 'cancel':
      return trans.__('Cancel start');
    case 'stop':
      return trans.__('Stop');
  }
}

/**
 * Tell when the slot changes its meaning, so that a double click does not do two things.
 */
function useGuard(key: string, power: PowerMeaning): void {
  const { activity } = useHubAdmin();
  const before = useRef(power);
  useLayoutEffect(() => {
    if (before.current !== power) {
      before.current = power;
      activity.meaningChanged(key);
    }
  }, [activity, key, power]);
}
