import React, { memo, useLayoutEffect, useRef } from 'react';

import { formatElapsed } from '../format/duration';
import type { IActivity } from '../state/activity';
import { useHubAdmin } from '../state/context';
import { useActions, useTrans } from './context';
import { useActivity, useHealth, useNow } from './hooks';
import { ProblemLine } from './ProblemLine';
import { RowActions } from './RowActions';
import type { IRow } from './rows';
import { powerOf, problemOf, rowName } from './rows';
import { StateDot } from './StateDot';

/**
 * What a row takes.
 */
export interface IServerRowProps {
  row: IRow;
  /** Counted from one. */
  index: number;
  /** The tab stop of the list. */
  isCurrent: boolean;
  /** `2 min. ago`. */
  lastActivity: string;
  /** The exact time; null: never. */
  lastActivityTitle: string;
  /** The time by which the accessible name is made. */
  now: number;
  onDetails: (row: IRow, anchor: HTMLElement) => void;
  /** The row was drawn; what had the focus in it may be gone. */
  onDrawn: (node: HTMLElement) => void;
}

/**
 * How long a start takes before its time is shown, in seconds.
 */
const LONG = 60;

/**
 * One server: its state, its name, when it was last used, and what can be done with it.
 */
export const ServerRow = memo(function ServerRow(
  props: IServerRowProps
): JSX.Element {
  const {
    row,
    index,
    isCurrent,
    lastActivity,
    lastActivityTitle,
    now,
    onDrawn
  } = props;
  const { key, level, label, server } = row;
  const trans = useTrans();
  const activity = useActivity(key);
  const { away } = useHealth();
  const { run } = useActions();
  const state = server?.state ?? 'stopped';
  const problem = problemOf(server, activity);
  const failed = problem?.failed ?? false;
  const pending = state === 'starting' || state === 'stopping';
  // What stands at the end makes room for the buttons, unless these are always shown.
  const hasActions =
    !away && !pending && (server?.can.access || powerOf(server) !== null);
  const classes = ['jp-HubAdmin-row'];
  if (level === 2) {
    classes.push('jp-mod-named');
  }
  if (state === 'stopped' && !failed) {
    classes.push('jp-mod-stopped');
  }
  if (state === 'starting') {
    classes.push('jp-mod-starting');
  }
  const tabIndex = isCurrent ? 0 : -1;
  const node = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (node.current) {
      onDrawn(node.current);
    }
  });

  const runFirst = () => {
    if (away) {
      return;
    }
    if (state === 'running' && server?.can.access) {
      run('open', row.who);
    } else if (state === 'stopped' && server?.can.start) {
      run('start', row.who);
    }
  };

  return (
    <div
      ref={node}
      role="row"
      className={classes.join(' ')}
      aria-label={rowName(row, failed, now, trans)}
      aria-level={level}
      aria-rowindex={index}
      aria-busy={pending || undefined}
      tabIndex={tabIndex}
      data-key={key}
      onDoubleClick={event => {
        if (!(event.target as Element).closest('button, a')) {
          runFirst();
        }
      }}
      onKeyDown={event => {
        if (event.key === 'Enter' && event.target === event.currentTarget) {
          event.preventDefault();
          runFirst();
        }
      }}
    >
      <div className="jp-HubAdmin-rowLine" role="presentation">
        <span role="gridcell" className="jp-HubAdmin-stateCell">
          <DetailsButton {...props} tabIndex={tabIndex}>
            <StateDot state={state} failed={failed} still={away} />
          </DetailsButton>
        </span>
        <span role="gridcell" className="jp-HubAdmin-name" title={key}>
          {label}
        </span>
        <span
          role="gridcell"
          className={
            hasActions ? 'jp-HubAdmin-end jp-mod-swap' : 'jp-HubAdmin-end'
          }
          title={pending || failed ? undefined : lastActivityTitle}
        >
          {failed ? (
            trans.__('Failed')
          ) : state === 'stopping' ? (
            trans.__('Stopping…')
          ) : state === 'starting' ? (
            <StartingText activity={activity} />
          ) : (
            lastActivity
          )}
        </span>
        {!away && (
          <span
            role="gridcell"
            className={
              state === 'starting'
                ? 'jp-HubAdmin-actions jp-mod-always'
                : 'jp-HubAdmin-actions'
            }
          >
            <RowActions row={row} tabIndex={tabIndex} />
          </span>
        )}
      </div>
      {state === 'starting' && <Progress rowKey={key} activity={activity} />}
      {problem && (
        <ProblemLine row={row} problem={problem} tabIndex={tabIndex} />
      )}
      {activity.blockedUrl !== null && (
        <BlockedLine
          url={activity.blockedUrl}
          rowKey={key}
          tabIndex={tabIndex}
        />
      )}
    </div>
  );
});

function DetailsButton(
  props: IServerRowProps & { children: React.ReactNode; tabIndex: number }
): JSX.Element {
  const { row, onDetails, tabIndex, children } = props;
  const trans = useTrans();
  return (
    <button
      type="button"
      className="jp-HubAdmin-dot"
      aria-label={trans.__('Details of %1', row.key)}
      aria-haspopup="dialog"
      tabIndex={tabIndex}
      data-name="details"
      onClick={event => onDetails(row, event.currentTarget)}
    >
      {children}
    </button>
  );
}

/**
 * `40 %`, after a while with the time that it took so far.
 */
function StartingText({ activity }: { activity: IActivity }): JSX.Element {
  const trans = useTrans();
  const { percent, since, doing } = activity;
  const now = useNow(doing ? 1000 : 0);
  const elapsed = doing ? (now - since) / 1000 : 0;
  const time = elapsed >= LONG ? formatElapsed(elapsed) : null;
  if (percent === null) {
    return (
      <>
        {time === null
          ? trans.__('Starting…')
          : trans.__('Starting… · %1', time)}
      </>
    );
  }
  return (
    <>
      {time === null
        ? trans.__('%1 %', percent)
        : trans.__('%1 % · %2', percent, time)}
    </>
  );
}

/**
 * The second line of a start: the Hub's last message and a bar.
 */
function Progress(props: { rowKey: string; activity: IActivity }): JSX.Element {
  const { rowKey, activity } = props;
  const { percent, message } = activity;
  const { away } = useHealth();
  const trans = useTrans();
  const text = message || trans.__('Waiting for the hub…');
  const known = percent !== null;
  return (
    <div role="gridcell" className="jp-HubAdmin-progress">
      <div className="jp-HubAdmin-progressText" title={text}>
        {text}
      </div>
      <div
        role="progressbar"
        className={
          known || away
            ? 'jp-HubAdmin-bar'
            : 'jp-HubAdmin-bar jp-mod-indeterminate'
        }
        aria-label={trans.__('Starting %1', rowKey)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={known ? percent : undefined}
        aria-valuetext={known ? trans.__('%1 %, %2', percent, text) : text}
      >
        <div style={known ? { width: `${percent}%` } : undefined} />
      </div>
    </div>
  );
}

/**
 * The browser kept the new tab back: a link opens it.
 */
function BlockedLine(props: {
  url: string;
  rowKey: string;
  tabIndex: number;
}): JSX.Element {
  const { url, rowKey, tabIndex } = props;
  const { activity } = useHubAdmin();
  const trans = useTrans();
  return (
    <div role="gridcell" className="jp-HubAdmin-problem">
      <span>{trans.__('The browser blocked the new tab.')}</span>{' '}
      <a
        className="jp-HubAdmin-link"
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        tabIndex={tabIndex}
        onClick={() => activity.blocked(rowKey, null)}
      >
        {trans.__('Open')}
      </a>
    </div>
  );
}
