import { errorIcon } from '@jupyterlab/ui-components';
import React, { Fragment, memo, useLayoutEffect, useRef } from 'react';

import { bounded } from '../../api/errors';
import type { AuditEntry } from '../../api/types';
import { useTrans } from '../../components/context';
import { useNow } from '../../components/hooks';
import type { IVirtualRows } from '../../components/useVirtualRows';
import { formatExact, formatMoment } from '../../format/time';
import { reasonText } from './reason';
import { actionText, actorText, outcomeText, targetText } from './words';

/**
 * Characters that are drawn of a text, and of its tooltip; reasons and messages are of any length.
 */
const MAX_TEXT = 300;
const MAX_TITLE = 2000;

/**
 * How often it is looked whether an entry is of another day by now, in milliseconds.
 */
const REFRESH = 60_000;

/**
 * The columns, in their order.
 */
const COLUMNS = ['time', 'who', 'did', 'whom', 'why', 'outcome'] as const;

type LogColumn = (typeof COLUMNS)[number];

/**
 * Entries of the log, of which only those near the view are in the page.
 */
export function LogTable(props: {
  entries: readonly AuditEntry[];
  virtual: IVirtualRows;
}): JSX.Element {
  const { entries, virtual } = props;
  const trans = useTrans();
  const now = useNow(REFRESH);
  const gap = (key: string, height: number) => (
    <tr key={key} className="jp-HubAdmin-gap" aria-hidden="true">
      <td colSpan={COLUMNS.length} style={{ height }} />
    </tr>
  );
  return (
    <table
      className="jp-HubAdmin-table jp-HubAdmin-logTable"
      aria-label={trans.__('Log')}
      aria-rowcount={entries.length + 1}
    >
      <thead>
        <tr aria-rowindex={1}>
          {COLUMNS.map(id => (
            <th key={id} scope="col" className={`jp-mod-${id}`}>
              {headingOf(id, trans)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {virtual.rows.map(({ index, gap: height }) => {
          const entry = entries[index];
          return (
            entry && (
              <Fragment key={entry.id}>
                {height > 0 && gap('gap', height)}
                <LogRow
                  entry={entry}
                  index={index}
                  now={now}
                  measure={virtual.measure}
                />
              </Fragment>
            )
          );
        })}
        {virtual.after > 0 && gap('after', virtual.after)}
      </tbody>
    </table>
  );
}

function headingOf(id: LogColumn, trans: ReturnType<typeof useTrans>): string {
  switch (id) {
    case 'time':
      return trans.__('Time');
    case 'who':
      return trans.__('Who');
    case 'did':
      return trans.__('Did');
    case 'whom':
      return trans.__('To whom');
    case 'why':
      return trans.__('Why');
    case 'outcome':
      return trans.__('Outcome');
  }
}

const LogRow = memo(function LogRow(props: {
  entry: AuditEntry;
  /** Counted from zero. */
  index: number;
  now: number;
  measure: (node: Element | null) => void;
}): JSX.Element {
  const { entry, index, now, measure } = props;
  const { actor, rule, outcome, message, told } = entry;
  const trans = useTrans();
  const node = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => {
    measure(node.current);
    return () => measure(null);
  }, [measure]);
  const end = message
    ? trans.__('%1: %2', outcomeText(outcome, trans), message)
    : outcomeText(outcome, trans);
  return (
    <tr
      ref={node}
      aria-rowindex={index + 2}
      data-key={entry.id}
      data-index={index}
    >
      <td className="jp-mod-time" title={formatExact(entry.at)}>
        {formatMoment(entry.at, now)}
      </td>
      <Text
        name="who"
        text={actorText(actor, trans)}
        mark={told ? trans.__('told by the panel') : undefined}
      />
      <Text name="did" text={actionText(entry.action, trans)} />
      <Text name="whom" text={targetText(entry, trans)} />
      <Text
        name="why"
        text={reasonText(entry, trans)}
        // Which the reason mostly says in its own words.
        title={rule ? trans.__('Rule: %1', rule) : undefined}
      />
      <Text name="outcome" text={end}>
        {outcome === 'failed' && (
          <errorIcon.react tag="span" className="jp-HubAdmin-icon" />
        )}
      </Text>
    </tr>
  );
});

function Text(props: {
  name: LogColumn;
  text: string;
  title?: string;
  /** What is said of the text, below it. */
  mark?: string;
  children?: React.ReactNode;
}): JSX.Element {
  const { name, text, title, mark, children } = props;
  const isCut = text.length > MAX_TEXT;
  return (
    <td
      className={`jp-mod-${name}`}
      title={isCut ? bounded(text, MAX_TITLE) : title}
    >
      {children}
      {bounded(text, MAX_TEXT)}
      {mark && (
        <>
          {' '}
          <span className="jp-HubAdmin-logMark">{mark}</span>
        </>
      )}
    </td>
  );
}
