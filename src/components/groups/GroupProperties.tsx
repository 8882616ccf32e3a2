import { closeIcon } from '@jupyterlab/ui-components';
import React, { useId, useState } from 'react';

import { useTrans } from '../context';
import { IconButton } from '../IconButton';

interface ILine {
  readonly key: string;
  readonly value: string;
}

/**
 * The properties of a group as a table to write in.
 *
 * A value that is JSON is taken as JSON (`3`, `true`, `["a"]`), anything else as text.
 */
export function GroupProperties(props: {
  properties: Readonly<Record<string, unknown>>;
  isOff: boolean;
  onSave: (properties: Record<string, unknown>) => Promise<boolean>;
}): JSX.Element {
  const { properties, isOff, onSave } = props;
  const trans = useTrans();
  const [lines, setLines] = useState(() => linesOf(properties));
  const id = useId();
  const isChanged =
    JSON.stringify(lines) !== JSON.stringify(linesOf(properties));
  const names = lines.map(({ key }) => key.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const problem =
    twice !== undefined && twice !== ''
      ? trans.__('%1 is there twice.', twice)
      : names.includes('')
        ? trans.__('A property needs a name.')
        : null;
  const set = (index: number, change: Partial<ILine>) =>
    setLines(old =>
      old.map((line, at) => (at === index ? { ...line, ...change } : line))
    );
  return (
    <form
      aria-label={trans.__('Properties')}
      onSubmit={event => {
        event.preventDefault();
        if (isChanged && !problem && !isOff) {
          void onSave(propertiesOf(lines));
        }
      }}
    >
      <h3>{trans.__('Properties')}</h3>
      {lines.map((line, index) => (
        <div key={index} className="jp-HubAdmin-property">
          <input
            className="jp-mod-styled"
            aria-label={trans.__('Name of property %1', index + 1)}
            aria-describedby={problem ? id : undefined}
            value={line.key}
            onChange={event => set(index, { key: event.target.value })}
          />
          <input
            className="jp-mod-styled"
            aria-label={trans.__('Value of property %1', index + 1)}
            value={line.value}
            onChange={event => set(index, { value: event.target.value })}
          />
          <IconButton
            icon={closeIcon}
            label={trans.__('Remove property %1', line.key || index + 1)}
            title={trans.__('Remove')}
            onClick={() => setLines(old => old.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div id={id} role="alert" className="jp-HubAdmin-fieldError">
        {isChanged ? problem : null}
      </div>
      <button
        type="button"
        className="jp-HubAdmin-link"
        onClick={() => setLines(old => [...old, { key: '', value: '' }])}
      >
        {trans.__('Add a property')}
      </button>
      {isChanged && (
        <div className="jp-HubAdmin-buttons">
          <button
            type="button"
            className="jp-mod-styled"
            onClick={() => setLines(linesOf(properties))}
          >
            {trans.__('Discard')}
          </button>
          <button
            type="submit"
            className="jp-mod-styled jp-mod-accept"
            disabled={problem !== null || isOff}
          >
            {trans.__('Save')}
          </button>
        </div>
      )}
    </form>
  );
}

function linesOf(properties: Readonly<Record<string, unknown>>): ILine[] {
  return Object.entries(properties).map(([key, value]) => ({
    key,
    // Text that would be read as something else keeps its quotes.
    value:
      typeof value === 'string' && valueOf(value) === value
        ? value
        : JSON.stringify(value)
  }));
}

function propertiesOf(lines: readonly ILine[]): Record<string, unknown> {
  return Object.fromEntries(
    lines.map(({ key, value }) => [key.trim(), valueOf(value)])
  );
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
