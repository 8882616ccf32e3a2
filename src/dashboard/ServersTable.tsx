import { caretDownIcon, caretUpIcon } from '@jupyterlab/ui-components';
import React, {
  Fragment,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore
} from 'react';

import type { SortKey } from '../api/client';
import { useTrans } from '../components/context';
import { useNow, useStable } from '../components/hooks';
import type { IRow } from '../components/rows';
import type { IServerList } from '../components/useServerList';
import { useFates } from '../components/why/useFate';
import { useHubAdmin } from '../state/context';
import { useHasService } from '../state/service';
import type { ColumnId } from './columns';
import { columnLabel, columnsOf } from './columns';
import { GridRow } from './GridRow';
import { stopsOf } from './StopsCell';

/**
 * How often `2 min. ago` is written anew, in milliseconds.
 */
const REFRESH_TIMES = 30_000;

/**
 * The servers as a table with one tab stop for its rows.
 */
export function ServersTable(props: {
  list: IServerList;
  /** The key of the row whose details are shown. */
  detailsOf: string | null;
  onDetails: (row: IRow) => void;
}): JSX.Element {
  const { list, detailsOf, onDetails } = props;
  const { rows, selecting } = list;
  const { options } = useHubAdmin();
  const trans = useTrans();
  const now = useNow(REFRESH_TIMES);
  const { dashboardColumns } = useSyncExternalStore(
    options.subscribe,
    options.get
  );
  const hasService = useHasService();
  const fates = useFates();
  const columns = useMemo(
    () => columnsOf(hasService).filter(id => dashboardColumns.includes(id)),
    [dashboardColumns, hasService]
  );
  const width = columns.length + 4;
  const onSelect = useStable((row: IRow, isRange: boolean) =>
    isRange ? selecting.extendTo(row) : selecting.toggle(row)
  );
  const gap = (key: string, height: number) => (
    <tr key={key} className="jp-HubAdmin-gap" aria-hidden="true">
      <td colSpan={width} style={{ height }} />
    </tr>
  );
  return (
    <table
      {...rows.grid}
      // The headings are a row too.
      aria-rowcount={plusOne(rows.grid['aria-rowcount'])}
      role="grid"
      className="jp-HubAdmin-list jp-HubAdmin-table"
      aria-label={trans.__('Users and servers')}
    >
      <Headings list={list} columns={columns} />
      <tbody>
        {rows.shown.map(({ row, index, gap: height, ...state }) => (
          <Fragment key={row.key}>
            {height > 0 && gap('gap', height)}
            <GridRow
              {...state}
              row={row}
              index={index}
              columns={columns}
              {...stopsOf(row, fates, now, trans)}
              isShown={row.key === detailsOf}
              now={now}
              measure={rows.measure}
              onSelect={onSelect}
              onDetails={onDetails}
              onDrawn={rows.onDrawn}
            />
          </Fragment>
        ))}
        {rows.after > 0 && gap('after', rows.after)}
      </tbody>
    </table>
  );
}

function plusOne(count: number | undefined): number | undefined {
  return count === undefined || count < 0 ? count : count + 1;
}

/**
 * The headings; those by which the Hub can sort are buttons.
 */
function Headings(props: {
  list: IServerList;
  columns: readonly ColumnId[];
}): JSX.Element {
  const { list, columns } = props;
  const trans = useTrans();
  const hidable = (id: ColumnId) =>
    columns.includes(id) &&
    (id === 'last_activity' ? (
      <Sorted
        key={id}
        list={list}
        id="last_activity"
        label={columnLabel(id, trans)}
      />
    ) : (
      <th key={id} scope="col" className={`jp-mod-${id}`}>
        {columnLabel(id, trans)}
      </th>
    ));
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className="jp-mod-check">
          <SelectAll list={list} />
        </th>
        <Sorted list={list} id="name" label={trans.__('User')} />
        {hidable('server')}
        <th scope="col" className="jp-mod-state">
          {trans.__('State')}
        </th>
        {columns.filter(id => id !== 'server').map(hidable)}
        <th scope="col" className="jp-mod-actions">
          {trans.__('Actions')}
        </th>
      </tr>
    </thead>
  );
}

/**
 * A heading that sorts: names from A to Z first, times from the newest on.
 */
function Sorted(props: {
  list: IServerList;
  id: 'name' | 'last_activity';
  label: string;
}): JSX.Element {
  const { id, label } = props;
  const { sort, setSort } = props.list.state;
  const isUp = sort === id;
  const isDown = sort === `-${id}`;
  const next: SortKey =
    isUp || (!isDown && id === 'last_activity') ? `-${id}` : id;
  const Icon = isUp ? caretUpIcon : caretDownIcon;
  return (
    <th
      scope="col"
      className={id === 'name' ? 'jp-mod-user' : `jp-mod-${id}`}
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}
    >
      <button type="button" onClick={() => setSort(next)}>
        {label}
        {(isUp || isDown) && (
          <Icon.react tag="span" className="jp-HubAdmin-icon" />
        )}
      </button>
    </th>
  );
}

/**
 * Selects everything that matches, or nothing any more.
 */
function SelectAll({ list }: { list: IServerList }): JSX.Element {
  const { selecting } = list;
  const { isActive, isAll } = selecting;
  const trans = useTrans();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) {
      box.current.indeterminate = isActive && !isAll;
    }
  }, [isActive, isAll]);
  return (
    <input
      ref={box}
      type="checkbox"
      aria-label={trans.__('Select all that match')}
      checked={isAll}
      onChange={isAll ? selecting.clear : selecting.selectAll}
    />
  );
}
