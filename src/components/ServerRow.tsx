import { historyIcon } from '@jupyterlab/ui-components';
import React, { memo, useCallback, useLayoutEffect, useRef } from 'react';

import { useHubAdmin } from '../state/context';
import { useTrans } from './context';
import { useActivity, useHealth } from './hooks';
import { ProblemLine } from './ProblemLine';
import { RowActions } from './RowActions';
import type { IRow } from './rows';
import { powerOf } from './power';
import { problemOf, rowName } from './rows';
import { Progress, StartingText } from './Starting';
import { StateDot } from './StateDot';
import { useFirstAction } from './useFirstAction';

/**
 * What a row takes.
 */
export interface IServerRowProps {
  row: IRow;
  /** Counted from zero. */
  index: number;
  /** Pixels that are left free before it. */
  gap: number;
  /** The tab stop of the list. */
  isCurrent: boolean;
  /** Null: nothing is selected anywhere. */
  isSelected: boolean | null;
  /** `2 min. ago`. */
  lastActivity: string;
  /** The exact time; null: never. */
  lastActivityTitle: string;
  /** `Stops in 9 min.`, where that is soon; in place of the last activity. */
  soon?: string | null;
  /** The time by which the accessible name is made. */
  now: number;
  /** Learns its height. */
  measure: (node: Element | null) => void;
  onSelect: (row: IRow) => void;
  onDetails: (row: IRow, anchor: HTMLElement) => void;
  /** The row was drawn; what had the focus in it may be gone. */
  onDrawn: (node: HTMLElement) => void;
}

/**
 * One server: its state, its name, when it was last used, and what can be done with it.
 */
export const ServerRow = memo(function ServerRow(
  props: IServerRowProps
): JSX.Element {
  const {
    row,
    index,
    gap,
    isCurrent,
    isSelected,
    lastActivity,
    lastActivityTitle,
    soon = null,
    now,
    measure,
    onDrawn
  } = props;
  const isSelecting = isSelected !== null;
  const { key, level, label, server } = row;
  const trans = useTrans();
  const activity = useActivity(key);
  const { away } = useHealth();
  const firstAction = useFirstAction(row);
  const state = server?.state ?? 'stopped';
  const problem = problemOf(server, activity);
  const failed = problem?.failed ?? false;
  const pending = state === 'starting' || state === 'stopping';
  // What stands at the end makes room for the buttons, unless these are always shown.
  const hasActions =
    !away &&
    !isSelecting &&
    !pending &&
    (server?.can.access || powerOf(server) !== null);
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
  if (isSelected) {
    classes.push('jp-mod-selected');
  }
  const tabIndex = isCurrent ? 0 : -1;
  const node = useRef<HTMLDivElement | null>(null);
  const setNode = useCallback(
    (element: HTMLDivElement | null) => {
      node.current = element;
      measure(element);
    },
    [measure]
  );
  useLayoutEffect(() => {
    if (node.current) {
      onDrawn(node.current);
    }
  });

  return (
    <div
      ref={setNode}
      role="row"
      className={classes.join(' ')}
      style={gap ? { marginTop: gap } : undefined}
      aria-label={rowName(row, failed, now, trans, soon)}
      aria-level={level}
      aria-rowindex={index + 1}
      aria-selected={isSelected ?? undefined}
      aria-busy={pending || undefined}
      tabIndex={tabIndex}
      data-key={key}
      data-index={index}
      {...firstAction}
    >
      <div className="jp-HubAdmin-rowLine" role="presentation">
        {isSelecting && (
          <span role="gridcell" className="jp-HubAdmin-checkCell">
            <input
              type="checkbox"
              aria-label={trans.__('Select %1', key)}
              checked={isSelected}
              tabIndex={tabIndex}
              data-name="select"
              onChange={() => props.onSelect(row)}
            />
          </span>
        )}
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
          ) : soon !== null ? (
            <span className="jp-HubAdmin-soon">
              <historyIcon.react tag="span" className="jp-HubAdmin-icon" />
              <strong>{soon}</strong>
            </span>
          ) : (
            lastActivity
          )}
        </span>
        {!away && !isSelecting && (
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
