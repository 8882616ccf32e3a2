import React, { useEffect, useId, useState } from 'react';

import { isAborted, messageOf } from '../api/errors';
import { SwitchField } from '../components/idle/DurationField';
import type { ICommandContext, IDialogHandle, IQuestion } from './dialog';
import { ask } from './dialog';

/**
 * What was filled in, by the names of the fields; check boxes are true or false.
 */
export type FormValues<N extends string> = Readonly<
  Record<N, string | boolean>
>;

/**
 * One field of a form; a check box if its value is true or false.
 */
export interface IFormField<N extends string> {
  readonly name: N;
  readonly label: string;
  readonly value: string | boolean;
  /** Many lines. */
  readonly isLong?: boolean;
  /** A date and a time, as the browser asks for them. */
  readonly isTime?: boolean;
  /** One of these. */
  readonly options?: readonly { value: string; label: string }[];
  readonly note?: string;
}

/**
 * A form in a dialog.
 */
export interface IForm<N extends string> extends Pick<
  IQuestion,
  'title' | 'row' | 'isDestructive'
> {
  readonly accept: string;
  /** The first sentence. */
  readonly lead: string;
  readonly fields: readonly IFormField<N>[];
  /**
   * What keeps the form from being sent; null: nothing. A sentence is shown once something was
   * filled in, an empty one is not.
   */
  readonly problemOf: (values: FormValues<N>) => string | null;
  /** Do it; what it throws is shown, with all that was filled in. */
  readonly send: (values: FormValues<N>) => Promise<void>;
}

/**
 * What has the focus at first.
 */
const FIELDS = ['input', 'select', 'textarea']
  .map(name => `.jp-HubAdmin-dialogBody ${name}`)
  .join(', ');

/**
 * Ask for the fields of a form until it was sent, or given up.
 *
 * @returns whether it was sent
 */
export async function askForm<N extends string>(
  context: ICommandContext,
  form: IForm<N>
): Promise<boolean> {
  let values = Object.fromEntries(
    form.fields.map(({ name, value }) => [name, value])
  ) as FormValues<N>;
  let refusal: string | null = null;
  for (;;) {
    let dialog: IDialogHandle | null = null;
    const onValues = (next: FormValues<N>) => {
      values = next;
      dialog?.setAccept(form.accept, form.problemOf(next) === null);
    };
    const { button } = await ask(context, {
      title: form.title,
      summary: form.lead,
      accept: form.accept,
      isDestructive: form.isDestructive,
      isCautious: form.isDestructive,
      row: form.row,
      focus: FIELDS,
      onOpen: handle => {
        dialog = handle;
        handle.setAccept(form.accept, form.problemOf(values) === null);
      },
      onEnter: handle => {
        if (form.problemOf(values) === null && !form.isDestructive) {
          handle.accept();
        }
      },
      body: (
        <FormBody
          form={form}
          initial={values}
          refusal={refusal}
          onValues={onValues}
        />
      )
    });
    if (button !== 'accept') {
      return false;
    }
    try {
      await form.send(values);
      return true;
    } catch (error) {
      if (isAborted(error)) {
        return false;
      }
      context.hub.refused(error);
      refusal = messageOf(error);
    }
  }
}

function FormBody<N extends string>(props: {
  form: IForm<N>;
  initial: FormValues<N>;
  /** What the hub said to the last try. */
  refusal: string | null;
  onValues: (values: FormValues<N>) => void;
}): JSX.Element {
  const { form, initial, refusal, onValues } = props;
  const [values, setValues] = useState(initial);
  const [isTouched, setTouched] = useState(false);
  useEffect(() => onValues(values), [onValues, values]);
  const set = (name: N, value: string | boolean) => {
    setTouched(true);
    setValues(old => ({ ...old, [name]: value }));
  };
  const problem = isTouched ? form.problemOf(values) || null : refusal;
  const id = useId();
  return (
    <>
      <p>{form.lead}</p>
      {form.fields.map(field => {
        const value = values[field.name];
        return typeof value === 'boolean' ? (
          <SwitchField
            key={field.name}
            label={field.label}
            value={value}
            note={field.note ?? null}
            isFixed={false}
            onChange={next => set(field.name, next)}
          />
        ) : (
          <TextField
            key={field.name}
            field={field}
            value={value}
            problemId={problem ? id : undefined}
            onChange={next => set(field.name, next)}
          />
        );
      })}
      <div id={id} role="alert" className="jp-HubAdmin-fieldError">
        {problem}
      </div>
    </>
  );
}

function TextField<N extends string>(props: {
  field: IFormField<N>;
  value: string;
  problemId: string | undefined;
  onChange: (value: string) => void;
}): JSX.Element {
  const { field, value, problemId, onChange } = props;
  const id = useId();
  const shared = {
    id,
    className: 'jp-mod-styled',
    value,
    spellCheck: false,
    autoComplete: 'off',
    'aria-describedby': problemId,
    onChange: (
      event: React.ChangeEvent<
        HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
      >
    ) => onChange(event.target.value)
  };
  return (
    <div className="jp-HubAdmin-formField">
      <label htmlFor={id}>{field.label}</label>
      {field.isLong ? (
        <textarea {...shared} rows={8} />
      ) : field.options ? (
        <select {...shared}>
          {field.options.map(option => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          type={field.isTime ? 'datetime-local' : 'text'}
          maxLength={255}
        />
      )}
      {field.note && <small>{field.note}</small>}
    </div>
  );
}
