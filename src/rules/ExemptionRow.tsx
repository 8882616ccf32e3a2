import React, { useId } from 'react';

import { bounded } from '../api/errors';
import { useTrans } from '../components/context';
import { toLocalInput } from '../components/why/choices';
import { formatMoment } from '../format/time';
import { Problem } from './RuleFields';
import type { IRuleForm } from './useRuleForm';
import { labelOf, titleOf } from './words';

/**
 * How long an exemption lasts that nobody says the end of, in milliseconds.
 */
const WEEK = 7 * 86_400_000;

/**
 * Characters of a reason.
 */
const MAX_REASON = 500;

/**
 * Never to stop what the rule is for, with the reason and the end that this needs.
 */
export function ExemptionRow({ form }: { form: IRuleForm }): JSX.Element {
  const trans = useTrans();
  const id = useId();
  const { draft, exemptAbove } = form;
  const isOn = draft.exempt === 'yes';
  const switchTo = (on: boolean) => {
    const until = draft['exempt.until'] || toLocalInput(Date.now() + WEEK);
    form.set(on ? { exempt: 'yes', 'exempt.until': until } : { exempt: '' });
  };
  return (
    <div className="jp-HubAdmin-exemption">
      <div className="jp-HubAdmin-ruleField">
        <label htmlFor={id}>{trans.__('Never stop')}</label>
        <span>
          <input
            id={id}
            type="checkbox"
            checked={isOn}
            aria-describedby={`${id}-note`}
            onChange={event => switchTo(event.target.checked)}
          />
        </span>
        <span id={`${id}-note`} className="jp-HubAdmin-ruleOrigin">
          {exemptAbove && !isOn
            ? trans.__(
                '%1: exempt until %2. %3',
                titleOf(exemptAbove.key, trans),
                formatMoment(exemptAbove.until, Date.now()),
                bounded(exemptAbove.reason, MAX_REASON)
              )
            : trans.__('needs a reason and an end')}
        </span>
      </div>
      {isOn && (
        <>
          <Line form={form} path="exempt.reason">
            {shared => (
              <input {...shared} type="text" maxLength={MAX_REASON} required />
            )}
          </Line>
          <Line form={form} path="exempt.until">
            {shared => <input {...shared} type="datetime-local" required />}
          </Line>
        </>
      )}
    </div>
  );
}

interface IShared {
  id: string;
  className: string;
  value: string;
  'aria-invalid'?: boolean;
  'aria-describedby'?: string;
  onChange: (event: React.ChangeEvent<HTMLInputElement>) => void;
}

function Line(props: {
  form: IRuleForm;
  path: string;
  children: (shared: IShared) => JSX.Element;
}): JSX.Element {
  const { form, path, children } = props;
  const trans = useTrans();
  const id = useId();
  const problem = form.problems[path];
  return (
    <div className="jp-HubAdmin-ruleField jp-mod-wide">
      <label htmlFor={id}>{labelOf(path, trans)}</label>
      {children({
        id,
        className: problem ? 'jp-mod-styled jp-mod-error' : 'jp-mod-styled',
        value: form.draft[path] ?? '',
        'aria-invalid': problem !== undefined || undefined,
        'aria-describedby': problem ? `${id}-problem` : undefined,
        onChange: event => form.set({ [path]: event.target.value })
      })}
      <Problem id={id} text={problem} />
    </div>
  );
}
