import React, { useId, useState } from 'react';

import { useTrans } from '../components/context';
import { formatDuration } from '../format/duration';
import { readValue, writtenOf } from './draft';
import type { FieldName } from './fields';
import { CEILINGS, kindOf } from './fields';
import type { IRuleKey } from './levels';
import type { IRuleForm } from './useRuleForm';
import { fromText, insteadText, labelOf, valueText } from './words';

/**
 * Times that are offered, in seconds; null: never.
 */
const OFFERS = [null, 900, 1800, 3600, 7200, 14_400, 28_800] as const;

/**
 * What the rows of the form take.
 */
export interface IFieldsProps {
  form: IRuleForm;
  /** Show the rule of another level; undefined: the visitor may not. */
  opener: (key: IRuleKey) => (() => void) | undefined;
}

/**
 * One field of a rule: its label, what is set here, and what holds instead or comes from above.
 */
export function FieldRow(
  props: IFieldsProps & { field: FieldName }
): JSX.Element {
  const { form, field, opener } = props;
  const trans = useTrans();
  const id = useId();
  const label = labelOf(field, trans);
  return (
    <div className="jp-HubAdmin-ruleField">
      <label htmlFor={id}>{label}</label>
      <Control id={id} form={form} path={field} />
      <Origin id={id} form={form} field={field} opener={opener} />
      <Problem id={id} text={form.problems[field]} />
    </div>
  );
}

/**
 * What owners may set on their own: from this time to that.
 */
export function BoundsRow(props: IFieldsProps): JSX.Element {
  const { form, opener } = props;
  const trans = useTrans();
  const id = useId();
  const fields = ['bounds.min', 'bounds.max'] as const;
  return (
    <div
      className="jp-HubAdmin-ruleField jp-mod-pair"
      role="group"
      aria-labelledby={id}
    >
      <span id={id}>{trans.__('Owners may set')}</span>
      <span className="jp-HubAdmin-rulePair">
        <Control
          id={`${id}-${fields[0]}`}
          form={form}
          path={fields[0]}
          label={labelOf(fields[0], trans)}
        />
        <span aria-hidden="true">{trans.__('to')}</span>
        <Control
          id={`${id}-${fields[1]}`}
          form={form}
          path={fields[1]}
          label={labelOf(fields[1], trans)}
        />
      </span>
      {fields.map(field => (
        <Origin
          key={field}
          id={`${id}-${field}`}
          form={form}
          field={field}
          opener={opener}
        />
      ))}
      {fields.map(field => (
        <Problem
          key={field}
          id={`${id}-${field}`}
          text={form.problems[field]}
        />
      ))}
    </div>
  );
}

/**
 * The most lenient values that lower levels may set, which only the hub has.
 */
export function CeilingRows({ form }: { form: IRuleForm }): JSX.Element {
  const trans = useTrans();
  const id = useId();
  const paths = Object.keys(CEILINGS);
  const [isOpen, setOpen] = useState(() =>
    paths.some(path => form.draft[path])
  );
  return (
    <details
      className="jp-HubAdmin-ceilings"
      open={isOpen}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        {trans.__('Ceilings: the most that lower levels may set')}
      </summary>
      {isOpen &&
        paths.map(path => (
          <div key={path} className="jp-HubAdmin-ruleField">
            <label htmlFor={`${id}-${path}`}>{labelOf(path, trans)}</label>
            <Control
              id={`${id}-${path}`}
              form={form}
              path={path}
              // The fields above are called so already.
              label={trans.__('Ceiling: %1', labelOf(path, trans))}
            />
            <span />
            <Problem id={`${id}-${path}`} text={form.problems[path]} />
          </div>
        ))}
    </details>
  );
}

/**
 * The field itself; its description are the origin and the problem that stand beside it.
 */
function Control(props: {
  id: string;
  form: IRuleForm;
  path: string;
  /** Its name, where the label beside it does not say it. */
  label?: string;
}): JSX.Element {
  const { id, form, path, label } = props;
  const trans = useTrans();
  const text = form.draft[path] ?? '';
  const problem = form.problems[path];
  const isCeiling = path in CEILINGS;
  const shared = {
    id,
    'aria-label': label,
    'aria-invalid': problem !== undefined || undefined,
    'aria-describedby':
      [isCeiling ? '' : `${id}-from`, problem ? `${id}-problem` : '']
        .filter(Boolean)
        .join(' ') || undefined
  };
  if (kindOf(path) === 'switch') {
    return (
      <select
        {...shared}
        className="jp-mod-styled jp-HubAdmin-ruleSelect"
        value={isCeiling && text === 'no' ? '' : text}
        onChange={event => form.set({ [path]: event.target.value })}
      >
        {isCeiling ? (
          <>
            <option value="">{trans.__('may be switched off')}</option>
            <option value="yes">{trans.__('stays switched on')}</option>
          </>
        ) : (
          <>
            <option value="">{inheritedChoice(form, path, trans)}</option>
            <option value="yes">{trans.__('yes')}</option>
            <option value="no">{trans.__('no')}</option>
          </>
        )}
      </select>
    );
  }
  const isInterval = kindOf(path) === 'interval';
  return (
    <>
      <input
        {...shared}
        type="text"
        className={problem ? 'jp-mod-styled jp-mod-error' : 'jp-mod-styled'}
        value={text}
        placeholder={
          isCeiling
            ? trans.__('any')
            : valueText(form.inherited(path as FieldName).value, trans)
        }
        maxLength={40}
        autoComplete="off"
        spellCheck={false}
        list={`${id}-offers`}
        onChange={event => form.set({ [path]: event.target.value })}
        onBlur={() => {
          const value = readValue(path, text);
          if (value !== undefined && writtenOf(value) !== text) {
            form.set({ [path]: writtenOf(value) });
          }
        }}
      />
      <datalist id={`${id}-offers`}>
        {OFFERS.filter(offer => offer !== null || !isInterval).map(offer => (
          <option key={offer} value={offered(offer)} />
        ))}
      </datalist>
    </>
  );
}

/**
 * Where the value comes from, or what would hold without the one that is set here.
 */
function Origin(
  props: IFieldsProps & { id: string; field: FieldName }
): JSX.Element {
  const { id, form, field, opener } = props;
  const trans = useTrans();
  const holds = form.inherited(field);
  const isSet = (form.draft[field] ?? '').trim() !== '';
  const open = holds.origin ? opener(holds.origin) : undefined;
  const text = isSet ? insteadText(holds, trans) : fromText(holds, trans);
  return (
    <span className="jp-HubAdmin-ruleOrigin">
      <span id={`${id}-from`}>
        {isSet && <span>{trans.__('here')} · </span>}
        {open ? (
          <button type="button" className="jp-HubAdmin-link" onClick={open}>
            {text}
          </button>
        ) : (
          <span>{text}</span>
        )}
      </span>
      {isSet && (
        <button
          type="button"
          className="jp-HubAdmin-link"
          aria-label={trans.__('Clear %1', labelOf(field, trans))}
          onClick={() => {
            form.set({ [field]: '' });
            // The button goes.
            document.getElementById(id)?.focus();
          }}
        >
          {trans.__('clear')}
        </button>
      )}
    </span>
  );
}

/**
 * What is wrong with a field.
 */
export function Problem(props: {
  id: string;
  text: string | undefined;
}): JSX.Element | null {
  const { id, text } = props;
  return text === undefined ? null : (
    <small id={`${id}-problem`} className="jp-HubAdmin-fieldError">
      {text}
    </small>
  );
}

function inheritedChoice(
  form: IRuleForm,
  path: string,
  trans: ReturnType<typeof useTrans>
): string {
  const { value } = form.inherited(path as FieldName);
  const text = valueText(value, trans);
  return form.key.level === 'hub'
    ? trans.__('by default (%1)', text)
    : trans.__('as above (%1)', text);
}

function offered(seconds: number | null): string {
  return seconds === null ? 'never' : formatDuration(seconds);
}
