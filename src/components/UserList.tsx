import React, { useEffect, useState } from 'react';

import { formatAgo, formatExact } from '../format/time';
import { useTrans } from './context';
import { useNow, useStable } from './hooks';
import { later } from './later';
import type { IRow } from './rows';
import { ServerRow } from './ServerRow';
import type { IServerList } from './useServerList';
import type { IFates } from './why/useFate';
import { useFates } from './why/useFate';
import { isBusy, soonText } from './why/verdict';

/**
 * How often `2 min. ago` is written anew, in milliseconds.
 */
const REFRESH_TIMES = 30_000;

const DetailsPopover = later(
  async () => (await import('./DetailsPopover')).DetailsPopover
);

/**
 * The users and their servers as one tree grid with one tab stop.
 */
export function UserList(props: {
  list: IServerList;
  /** Shows the details of a row that is in the page. */
  details: React.MutableRefObject<((key: string) => void) | undefined>;
}): JSX.Element {
  const { details } = props;
  const { users, rows, selecting, scroller } = props.list;
  const trans = useTrans();
  const now = useNow(REFRESH_TIMES);
  const fates = useFates();
  const [open, setOpen] = useState<IOpen | null>(null);
  const openDetails = useStable((row: IRow, anchor: HTMLElement) => {
    setOpen(open?.key === row.key ? null : { key: row.key, anchor });
  });
  const closeDetails = useStable((restoreFocus: boolean) => {
    setOpen(null);
    if (restoreFocus) {
      open?.anchor.focus();
    }
  });
  useEffect(() => {
    details.current = key => {
      const row = users.rows.find(candidate => candidate.key === key);
      const anchor = scroller.ref.current?.querySelector<HTMLElement>(
        `[data-key="${CSS.escape(key)}"] [data-name="details"]`
      );
      if (row && anchor) {
        openDetails(row, anchor);
      }
    };
  });

  const shown = open && users.rows.find(row => row.key === open.key);
  return (
    <>
      <div
        role="treegrid"
        className="jp-HubAdmin-list"
        aria-label={trans.__('Users and servers')}
        style={{ paddingBottom: rows.after }}
        {...rows.grid}
      >
        {rows.shown.map(({ row, ...place }) => (
          <ServerRow
            key={row.key}
            row={row}
            {...place}
            now={now}
            {...endOf(row, fates, now, trans)}
            lastActivityTitle={
              row.lastActivity === null
                ? trans.__('Never used')
                : trans.__('Last activity: %1', formatExact(row.lastActivity))
            }
            measure={rows.measure}
            onSelect={selecting.toggle}
            onDetails={openDetails}
            onDrawn={rows.onDrawn}
          />
        ))}
      </div>
      {shown && (
        <DetailsPopover
          row={shown}
          anchor={open.anchor}
          onClose={closeDetails}
        />
      )}
    </>
  );
}

/**
 * What stands at the end of a row: when it stops if that is soon, that it runs code, or else when
 * it was last used.
 */
function endOf(
  row: IRow,
  fates: IFates | null,
  now: number,
  trans: ReturnType<typeof useTrans>
): { soon: string | null; lastActivity: string } {
  const isRunning = row.server?.state === 'running';
  const known = isRunning ? fates?.byWho.get(row.key) : undefined;
  return {
    soon: known ? soonText(known, now + (fates?.ahead ?? 0), trans) : null,
    lastActivity:
      known && isBusy(known)
        ? trans.__('busy')
        : row.lastActivity === null
          ? trans.__('never')
          : formatAgo(row.lastActivity, now, trans)
  };
}

interface IOpen {
  readonly key: string;
  readonly anchor: HTMLElement;
}
