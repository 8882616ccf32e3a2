import React, { useEffect, useId, useRef } from 'react';

import type { ServiceServer } from '../api/types';
import { useTrans } from '../components/context';
import { useHubAdmin } from '../state/context';
import { Conflict } from './Conflict';
import { serversOf } from './counting';
import type { RuleDrafts } from './drafts';
import { ExemptionRow } from './ExemptionRow';
import type { FieldName } from './fields';
import type { IRuleBook, IRuleKey } from './levels';
import type { IFieldsProps } from './RuleFields';
import { BoundsRow, CeilingRows, FieldRow } from './RuleFields';
import { RulePreview } from './RulePreview';
import type { IRuleForm } from './useRuleForm';
import { useRuleForm } from './useRuleForm';
import { labelOf, titleOf } from './words';

const ROWS: readonly FieldName[] = [
  'server.idle_timeout',
  'server.warn_before',
  'server.max_age',
  'kernels.idle_timeout',
  'kernels.interval',
  'kernels.cull_connected',
  'kernels.cull_busy',
  'terminals.idle_timeout',
  'terminals.interval'
];

/**
 * What the editor of a rule takes.
 */
export interface IRuleEditorProps extends Pick<IFieldsProps, 'opener'> {
  ruleKey: IRuleKey;
  book: IRuleBook;
  /** The groups of the user whom the rule is about. */
  groups: readonly string[];
  drafts: RuleDrafts;
  /** The active servers; null: not known. */
  servers: readonly ServiceServer[] | null;
  /** The first field takes the focus: somebody has just asked for this rule. */
  focuses: boolean;
}

/**
 * The rule of one level, and beside it what it would stop and keep.
 */
export function RuleEditor(props: IRuleEditorProps): JSX.Element {
  const { ruleKey, book, groups, drafts, servers, opener, focuses } = props;
  const trans = useTrans();
  const form = useRuleForm(ruleKey, book, groups, drafts);
  const id = useId();
  const fields = useRef<HTMLFormElement>(null);
  const running = servers && serversOf(ruleKey, servers).length;
  useEffect(() => {
    if (focuses) {
      fields.current?.querySelector('input')?.focus();
    }
  }, [focuses]);
  return (
    <>
      <form
        ref={fields}
        id={id}
        className="jp-HubAdmin-ruleForm"
        noValidate
        aria-labelledby={`${id}-title`}
        onSubmit={event => {
          event.preventDefault();
          void form.save();
        }}
      >
        <header>
          <h2 id={`${id}-title`}>{titleOf(ruleKey, trans)}</h2>
          <span>
            {running !== null &&
              trans._n(
                '%1 running server.',
                '%1 running servers.',
                running
              )}{' '}
            {ruleKey.level === 'hub'
              ? trans.__('Empty means: as by default.')
              : trans.__('Empty means: as in the level above.')}
          </span>
        </header>
        {form.conflict && (
          <Conflict
            conflict={form.conflict}
            canSave={form.canSave}
            onSave={() => {
              // The band goes with its buttons.
              document.getElementById(`${id}-save`)?.focus();
              void form.save();
            }}
          />
        )}
        {ROWS.map(field => (
          <FieldRow key={field} form={form} field={field} opener={opener} />
        ))}
        <BoundsRow form={form} opener={opener} />
        <ExemptionRow form={form} />
        {ruleKey.level === 'hub' && <CeilingRows form={form} />}
        {form.isSet && !(form.isRemoval && form.isDirty) && (
          <button
            type="button"
            className="jp-mod-styled"
            onClick={() => {
              document.getElementById(`${id}-save`)?.focus();
              form.clear();
            }}
          >
            {trans.__('Delete rule…')}
          </button>
        )}
      </form>
      <div className="jp-HubAdmin-ruleSide">
        <RulePreview form={form} />
        <Outcome form={form} running={running} />
        <Buttons form={form} id={id} />
      </div>
    </>
  );
}

/**
 * How saving ended; screen readers are told.
 */
function Outcome(props: {
  form: IRuleForm;
  running: number | null;
}): JSX.Element {
  const { saveError, justSaved } = props.form;
  const { announcer } = useHubAdmin();
  const trans = useTrans();
  const running = props.running ?? 0;
  const text = saveError
    ? trans.__('Not saved: %1', saveError)
    : justSaved
      ? trans._n(
          'Saved. Holds now in %1 running server.',
          'Saved. Holds now in %1 running servers.',
          running
        )
      : '';
  useEffect(() => {
    if (saveError) {
      announcer.interrupt(text);
    } else if (justSaved) {
      announcer.say(text);
    }
    // The number of servers that is known later is not said again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [announcer, saveError, justSaved]);
  return <div className="jp-HubAdmin-ruleOutcome">{text}</div>;
}

/**
 * They keep their places and the focus, whether there is anything to save or not.
 */
function Buttons(props: { form: IRuleForm; id: string }): JSX.Element {
  const { form, id } = props;
  const trans = useTrans();
  const [wrong] = Object.keys(form.problems);
  const problem =
    wrong === undefined
      ? null
      : trans.__('%1: %2', labelOf(wrong, trans), form.problems[wrong] ?? '');
  return (
    <div className="jp-HubAdmin-buttons">
      {problem !== null && (
        <div id={`${id}-problem`} className="jp-HubAdmin-fieldError">
          {problem}
        </div>
      )}
      <button
        type="button"
        className="jp-mod-styled"
        aria-disabled={!form.isDirty || form.isSaving || undefined}
        onClick={() => form.isDirty && !form.isSaving && form.discard()}
      >
        {trans.__('Discard')}
      </button>
      <button
        type="submit"
        id={`${id}-save`}
        form={id}
        className="jp-mod-styled jp-mod-accept"
        // It waits for the preview: nobody stops what they did not see.
        aria-disabled={!form.canSave || undefined}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
      >
        {saveLabel(form, trans)}
      </button>
    </div>
  );
}

/**
 * What the button says: a save that stops something names how many.
 */
function saveLabel(
  { preview, isDirty, isAsking, isRemoval, isSet }: IRuleForm,
  trans: ReturnType<typeof useTrans>
): string {
  const stops = isDirty && !isAsking ? (preview?.stops_total ?? 0) : 0;
  if (isRemoval && isSet && isDirty) {
    return stops > 0
      ? trans.__('Delete rule and stop %1', stops)
      : trans.__('Delete rule');
  }
  return stops > 0 ? trans.__('Save and stop %1', stops) : trans.__('Save');
}
