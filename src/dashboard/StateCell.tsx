import { closeIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { bounded } from '../api/errors';
import { useActions, useTrans } from '../components/context';
import { useHealth } from '../components/hooks';
import { IconButton } from '../components/IconButton';
import type { IRow, IRowProblem } from '../components/rows';
import { problemText } from '../components/rows';
import {
  StartingBar,
  StartingText,
  useStartingText,
  useStartingTime
} from '../components/Starting';
import { StateDot } from '../components/StateDot';
import type { IActivity } from '../state/activity';
import { useHubAdmin } from '../state/context';

/**
 * Characters of a message that are drawn; its tooltip and Details have the rest.
 */
const MAX_TEXT = 110;

/**
 * The state of a server: a shape, a word, how a start goes on, and what went wrong, in one line.
 */
export function StateCell(props: {
  row: IRow;
  activity: IActivity;
  problem: IRowProblem | null;
  tabIndex: number;
  onDetails: (row: IRow) => void;
}): JSX.Element {
  const { row, activity, problem, tabIndex, onDetails } = props;
  const { key, server } = row;
  const trans = useTrans();
  const { away } = useHealth();
  const state = server?.state ?? 'stopped';
  return (
    <div className="jp-HubAdmin-state">
      <button
        type="button"
        className="jp-HubAdmin-dot"
        aria-label={trans.__('Details of %1', key)}
        tabIndex={tabIndex}
        data-name="details"
        onClick={() => onDetails(row)}
      >
        <StateDot
          state={state}
          failed={problem?.failed ?? false}
          still={away}
        />
      </button>
      {activity.blockedUrl !== null ? (
        <Blocked url={activity.blockedUrl} rowKey={key} tabIndex={tabIndex} />
      ) : problem ? (
        <Problem row={row} problem={problem} tabIndex={tabIndex} />
      ) : state === 'starting' ? (
        <Starting rowKey={key} activity={activity} />
      ) : (
        <span className="jp-HubAdmin-stateText">{wordOf(state, trans)}</span>
      )}
    </div>
  );
}

function wordOf(
  state: 'running' | 'stopping' | 'stopped',
  trans: TranslationBundle
): string {
  switch (state) {
    case 'running':
      return trans.__('Running');
    case 'stopping':
      return trans.__('Stopping…');
    case 'stopped':
      return trans.__('Stopped');
  }
}

/**
 * How far a start is, with the Hub's last message as its tooltip.
 */
function Starting(props: { rowKey: string; activity: IActivity }): JSX.Element {
  const { rowKey, activity } = props;
  const { percent } = activity;
  const time = useStartingTime(activity);
  const trans = useTrans();
  return (
    <>
      <span className="jp-HubAdmin-stateText" title={useStartingText(activity)}>
        {percent === null ? (
          <StartingText activity={activity} />
        ) : time === null ? (
          trans.__('Starting %1 %', percent)
        ) : (
          trans.__('Starting %1 % · %2', percent, time)
        )}
      </span>
      <StartingBar rowKey={rowKey} activity={activity} />
    </>
  );
}

function Problem(props: {
  row: IRow;
  problem: IRowProblem;
  tabIndex: number;
}): JSX.Element {
  const { row, problem, tabIndex } = props;
  const { activity } = useHubAdmin();
  const { showProblem } = useActions();
  const trans = useTrans();
  const reason = problemText(problem, trans);
  const text = problem.failed ? trans.__('Failed: %1', reason) : reason;
  return (
    <>
      <button
        type="button"
        className="jp-HubAdmin-stateText jp-HubAdmin-link"
        title={text}
        tabIndex={tabIndex}
        data-name="problem"
        onClick={() => showProblem(row.who, reason)}
      >
        {bounded(text, MAX_TEXT)}
      </button>
      <IconButton
        icon={closeIcon}
        label={trans.__('Dismiss the message of %1', row.key)}
        title={trans.__('Dismiss')}
        tabIndex={tabIndex}
        name="dismiss"
        onClick={() => activity.dismiss(row.key, problem.at)}
      />
    </>
  );
}

/**
 * The browser kept the new tab back: a link opens it.
 */
function Blocked(props: {
  url: string;
  rowKey: string;
  tabIndex: number;
}): JSX.Element {
  const { url, rowKey, tabIndex } = props;
  const { activity } = useHubAdmin();
  const trans = useTrans();
  return (
    <a
      className="jp-HubAdmin-stateText jp-HubAdmin-link"
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      title={trans.__('The browser blocked the new tab.')}
      tabIndex={tabIndex}
      onClick={() => activity.blocked(rowKey, null)}
    >
      {trans.__('The browser blocked the new tab. Open')}
    </a>
  );
}
