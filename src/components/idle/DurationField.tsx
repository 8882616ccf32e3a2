import { lockIcon } from '@jupyterlab/ui-components';
import React, { useId } from 'react';

import { formatDuration, parseDuration } from '../../format/duration';
import { useTrans } from '../context';

/**
 * Times that are offered, in seconds; null: off.
 */
const OFFERS = [null, 900, 1800, 3600, 7200, 14_400, 28_800] as const;

/**
 * One text field for a time, written as people write it.
 */
export function DurationField(props: {
  label: string;
  value: string;
  error: string | null;
  /** Where the value comes from, or what it means. */
  note: string | null;
  mayBeOff: boolean;
  isFixed: boolean;
  onChange: (value: string) => void;
}): JSX.Element {
  const { label, value, error, note, mayBeOff, isFixed, onChange } = props;
  const trans = useTrans();
  const id = useId();
  const describedBy = [
    error ? `${id}-error` : '',
    note || isFixed ? `${id}-note` : ''
  ]
    .filter(Boolean)
    .join(' ');
  return (
    <div className="jp-HubAdmin-field">
      <label htmlFor={id}>{label}</label>
      <span className="jp-HubAdmin-fieldInput">
        {isFixed && <lockIcon.react tag="span" className="jp-HubAdmin-icon" />}
        <input
          id={id}
          type="text"
          className={error ? 'jp-mod-styled jp-mod-error' : 'jp-mod-styled'}
          value={value}
          maxLength={40}
          autoComplete="off"
          spellCheck={false}
          list={`${id}-offers`}
          readOnly={isFixed}
          aria-invalid={error !== null || undefined}
          aria-describedby={describedBy || undefined}
          onChange={event => onChange(event.target.value)}
          onBlur={() => {
            const seconds = parseDuration(value);
            if (seconds !== undefined && !isFixed) {
              onChange(formatDuration(seconds));
            }
          }}
        />
      </span>
      <datalist id={`${id}-offers`}>
        {OFFERS.filter(offer => mayBeOff || offer !== null).map(offer => (
          <option key={offer} value={formatDuration(offer)} />
        ))}
      </datalist>
      {error && (
        <small id={`${id}-error`} className="jp-HubAdmin-fieldError">
          {error}
        </small>
      )}
      {(note || isFixed) && (
        <small id={`${id}-note`}>{note ?? trans.__('Fixed by your hub')}</small>
      )}
    </div>
  );
}

/**
 * A check box with its label behind it.
 */
export function SwitchField(props: {
  label: string;
  value: boolean;
  note: string | null;
  isFixed: boolean;
  onChange: (value: boolean) => void;
}): JSX.Element {
  const { label, value, note, isFixed, onChange } = props;
  const id = useId();
  return (
    <div className="jp-HubAdmin-switch">
      <input
        id={id}
        type="checkbox"
        checked={value}
        disabled={isFixed}
        aria-describedby={note ? `${id}-note` : undefined}
        onChange={event => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {note && <small id={`${id}-note`}>{note}</small>}
    </div>
  );
}
