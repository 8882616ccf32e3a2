import React from 'react';

import { bounded } from '../api/errors';
import { useTrans } from '../components/context';
import { formatExact } from '../format/time';

/**
 * What is shown of a value at most; what the Hub sends is of any size.
 */
const MAX_TEXT = 300;
const MAX_ENTRIES = 100;
const MAX_DEPTH = 8;

/**
 * A time as the Hub writes it.
 */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * What the Hub sent, field by field, under the Hub's own names.
 */
export function Sent(props: {
  value: object;
  /** How deep it lies in what was sent. */
  depth?: number;
}): JSX.Element {
  const { value, depth = 0 } = props;
  const trans = useTrans();
  const entries = Object.entries(value);
  const left = entries.length - MAX_ENTRIES;
  return (
    <dl>
      {entries.slice(0, MAX_ENTRIES).map(([name, item]) => (
        <React.Fragment key={name}>
          <dt>{nameOf(name, trans)}</dt>
          <dd>
            {isNested(item) && depth < MAX_DEPTH ? (
              <Sent value={item} depth={depth + 1} />
            ) : (
              textOf(item, trans)
            )}
          </dd>
        </React.Fragment>
      ))}
      {left > 0 && (
        <>
          <dt>{trans.__('More')}</dt>
          <dd>{trans._n('%1 more field', '%1 more fields', left)}</dd>
        </>
      )}
    </dl>
  );
}

/**
 * `last_activity` as it is read; the default server has no name.
 */
function nameOf(name: string, trans: ReturnType<typeof useTrans>): string {
  return name === ''
    ? trans.__('default')
    : bounded(name.replace(/_/g, ' '), MAX_TEXT);
}

/**
 * Whether a value has fields of its own; a list of words is a text.
 */
function isNested(value: unknown): value is object {
  if (Array.isArray(value)) {
    return value.some(isNested);
  }
  return (
    typeof value === 'object' && value !== null && Object.keys(value).length > 0
  );
}

function isTime(text: string): boolean {
  return TIME.test(text) && !Number.isNaN(Date.parse(text));
}

function textOf(value: unknown, trans: ReturnType<typeof useTrans>): string {
  if (value === null || value === '') {
    return trans.__('none');
  }
  if (typeof value === 'boolean') {
    return value ? trans.__('yes') : trans.__('no');
  }
  if (typeof value === 'string') {
    return isTime(value) ? formatExact(value) : bounded(value, MAX_TEXT);
  }
  if (Array.isArray(value)) {
    const words = value
      .slice(0, MAX_ENTRIES)
      .map((item: unknown) => textOf(item, trans));
    return words.length
      ? bounded(words.join(', '), MAX_TEXT)
      : trans.__('none');
  }
  const json = JSON.stringify(value) ?? '';
  return json === '{}' ? trans.__('none') : bounded(json, MAX_TEXT);
}
