import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { bounded } from '../api/errors';
import { useTrans } from '../components/context';
import type { IRow } from '../components/rows';
import type { IFates } from '../components/why/useFate';
import {
  MAX_REASON,
  soonText,
  stopsText,
  verdictText
} from '../components/why/verdict';
import { whyText } from '../format/reason';

/**
 * What a row says of the end of its server.
 */
export interface IStops {
  /** When it stops, in a word or two; empty: not known. */
  readonly stops: string;
  /** The same in a sentence, and why. */
  readonly stopsTitle: string;
  /** `Stops in 9 min.`, where that is soon. */
  readonly soon: string | null;
}

const NOT_KNOWN: IStops = { stops: '', stopsTitle: '', soon: null };

/**
 * What a row says of the end of its server; nothing for one that does not run.
 */
export function stopsOf(
  row: IRow,
  fates: IFates | null,
  browserNow: number,
  trans: TranslationBundle
): IStops {
  const fate = fates?.byWho.get(row.key);
  if (!fates || !fate || row.server?.state !== 'running') {
    return NOT_KNOWN;
  }
  const now = browserNow + fates.ahead;
  return {
    stops: stopsText(fate, now, trans),
    stopsTitle: trans.__(
      '%1 %2',
      verdictText(fate, now, trans),
      bounded(whyText(fate.decision, trans), MAX_REASON)
    ),
    soon: soonText(fate, now, trans)
  };
}

/**
 * When a server stops; a click tells why.
 */
export function StopsCell(
  props: IStops & {
    row: IRow;
    tabIndex: number;
    onDetails: (row: IRow) => void;
  }
): JSX.Element {
  const { row, stops, stopsTitle, soon, tabIndex, onDetails } = props;
  const trans = useTrans();
  return (
    <td
      role="gridcell"
      className={soon === null ? 'jp-mod-stops' : 'jp-mod-stops jp-mod-soon'}
    >
      {stops && (
        <button
          type="button"
          className="jp-HubAdmin-link"
          aria-label={trans.__('Why %1 stops or stays: %2', row.key, stops)}
          title={stopsTitle}
          tabIndex={tabIndex}
          data-name="stops"
          onClick={() => onDetails(row)}
        >
          {stops}
        </button>
      )}
    </td>
  );
}
