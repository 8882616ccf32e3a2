import React, { memo, useLayoutEffect, useRef } from 'react';

import { useTrans } from '../components/context';
import { useActivity, useHealth } from '../components/hooks';
import { RowActions } from '../components/RowActions';
import type { IRow } from '../components/rows';
import { problemOf, rowName } from '../components/rows';
import { useFirstAction } from '../components/useFirstAction';
import type { ColumnId } from './columns';
import { cellOf } from './columns';
import { StateCell } from './StateCell';
import { StopsCell } from './StopsCell';

/**
 * What a row of the table takes.
 */
export interface IGridRowProps {
  row: IRow;
  /** Counted from zero, without the headings. */
  index: number;
  columns: readonly ColumnId[];
  /** When it stops, in a word or two; empty: not known. */
  stops: string;
  /** The same in a sentence, and why. */
  stopsTitle: string;
  /** `Stops in 9 min.`, where that is soon. */
  soon: string | null;
  /** The tab stop of the table. */
  isCurrent: boolean;
  /** Null: nothing is selected anywhere. */
  isSelected: boolean | null;
  /** Whether its details are shown. */
  isShown: boolean;
  now: number;
  measure: (node: Element | null) => void;
  onSelect: (row: IRow, isRange: boolean) => void;
  onDetails: (row: IRow) => void;
  /** The row was drawn; what had the focus in it may be gone. */
  onDrawn: (node: HTMLElement) => void;
}

/**
 * One server in one line.
 */
export const GridRow = memo(function GridRow(
  props: IGridRowProps
): JSX.Element {
  const { row, index, columns, isCurrent, isSelected, now } = props;
  const { measure, onDrawn } = props;
  const { key, server, user } = row;
  const trans = useTrans();
  const firstAction = useFirstAction(row);
  const { away } = useHealth();
  const activity = useActivity(key);
  const problem = problemOf(server, activity);
  const state = server?.state ?? 'stopped';
  const tabIndex = isCurrent ? 0 : -1;
  const node = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => {
    measure(node.current);
    return () => measure(null);
  }, [measure]);
  useLayoutEffect(() => {
    if (node.current) {
      onDrawn(node.current);
    }
  });

  return (
    <tr
      ref={node}
      role="row"
      className={
        props.isShown ? 'jp-HubAdmin-row jp-mod-shown' : 'jp-HubAdmin-row'
      }
      aria-label={rowName(
        row,
        problem?.failed ?? false,
        now,
        trans,
        props.soon
      )}
      aria-rowindex={index + 2}
      aria-selected={isSelected ?? undefined}
      aria-busy={state === 'starting' || state === 'stopping' || undefined}
      tabIndex={tabIndex}
      data-key={key}
      data-index={index}
      {...firstAction}
    >
      <td role="gridcell" className="jp-mod-check">
        <input
          type="checkbox"
          aria-label={trans.__('Select %1', key)}
          checked={isSelected ?? false}
          tabIndex={tabIndex}
          onChange={event => {
            const { shiftKey } = event.nativeEvent as MouseEvent;
            props.onSelect(row, shiftKey);
          }}
        />
      </td>
      <td role="gridcell" className="jp-mod-user" title={user.name}>
        {user.admin ? trans.__('%1 (admin)', user.name) : user.name}
      </td>
      {columns.includes('server') && <Cell {...props} id="server" />}
      <td role="gridcell" className="jp-mod-state">
        <StateCell
          row={row}
          activity={activity}
          problem={problem}
          tabIndex={tabIndex}
          onDetails={props.onDetails}
        />
      </td>
      {columns
        .filter(id => id !== 'server')
        .map(id =>
          id === 'stops' ? (
            <StopsCell key={id} {...props} tabIndex={tabIndex} />
          ) : (
            <Cell key={id} {...props} id={id} />
          )
        )}
      <td role="gridcell" className="jp-mod-actions">
        {!away && (
          <div className="jp-HubAdmin-rowButtons">
            <RowActions row={row} tabIndex={tabIndex} />
          </div>
        )}
      </td>
    </tr>
  );
});

function Cell(
  props: IGridRowProps & { id: Exclude<ColumnId, 'stops'> }
): JSX.Element {
  const { id, row, now } = props;
  const { text, title } = cellOf(id, row, now, useTrans());
  const isPlain =
    id === 'last_activity' || (id === 'server' && row.who.server !== '');
  return (
    <td
      role="gridcell"
      className={isPlain ? `jp-mod-${id}` : `jp-mod-${id} jp-mod-second`}
      title={title}
    >
      {text}
    </td>
  );
}
