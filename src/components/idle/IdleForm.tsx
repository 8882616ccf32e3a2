import { Button } from '@jupyterlab/ui-components';
import React, { useEffect } from 'react';

import { messageOf } from '../../api/errors';
import type { IdleSettings } from '../../api/types';
import { parseDuration } from '../../format/duration';
import { useIdle } from '../../state/idle';
import { useInfo } from '../../state/info';
import { useKernels } from '../../state/kernels';
import { useTrans } from '../context';
import { DurationField, SwitchField } from './DurationField';
import type { DurationName, SwitchName } from './fields';
import {
  durationOf,
  errorOf,
  isFixed,
  mayBeOff,
  originOf,
  switchOf
} from './fields';
import { IdlePreview } from './IdlePreview';
import type { IIdleForm } from './useIdleForm';
import { useIdleForm } from './useIdleForm';

/**
 * The idle settings of this server.
 *
 * @param props.onForm - whoever has the buttons somewhere else; without it they are below the form
 */
export function IdleSettingsForm(props: {
  onForm?: (form: IIdleForm) => void;
}): JSX.Element | null {
  const idle = useIdle();
  const trans = useTrans();
  if (idle.data) {
    return <Form settings={idle.data} onForm={props.onForm} />;
  }
  return idle.error ? (
    <div className="jp-HubAdmin-note">
      {trans.__(
        'The idle settings could not be read: %1',
        messageOf(idle.error)
      )}
    </div>
  ) : null;
}

function Form(props: {
  settings: IdleSettings;
  onForm?: (form: IIdleForm) => void;
}): JSX.Element {
  const { settings, onForm } = props;
  const trans = useTrans();
  const info = useInfo();
  const kernels = useKernels();
  const form = useIdleForm(settings);
  const mayEdit = info?.capabilities.edit_this_server ?? false;
  const onHub = info !== null && info.hub !== null;
  useEffect(() => onForm?.(form));

  const duration = (name: DurationName, label: string) => {
    const setting = durationOf(settings, name);
    const text = form.draft.durations[name];
    const fixed = !mayEdit || isFixed(settings, name);
    return (
      <DurationField
        label={label}
        value={text}
        error={fixed ? null : errorOf(name, text, setting, trans)}
        note={originOf(setting, parseDuration(text), onHub, trans)}
        mayBeOff={mayBeOff(name)}
        isFixed={fixed}
        onChange={value => form.setDuration(name, value)}
      />
    );
  };
  const toggle = (name: SwitchName, label: string, help?: string) => (
    <SwitchField
      label={label}
      value={form.draft.switches[name]}
      note={
        help ??
        originOf(
          switchOf(settings, name),
          form.draft.switches[name],
          onHub,
          trans
        )
      }
      isFixed={!mayEdit || isFixed(settings, name)}
      onChange={value => form.setSwitch(name, value)}
    />
  );
  const notAdjustable = settings.not_adjustable;
  return (
    <form
      className="jp-HubAdmin-form"
      noValidate
      aria-label={trans.__('Idle settings')}
      onSubmit={event => {
        event.preventDefault();
        if (form.canApply) {
          void form.apply();
        }
      }}
    >
      {!mayEdit && (
        <p className="jp-HubAdmin-note">
          {trans.__('Only the owner of this server may change these settings.')}
        </p>
      )}
      <NotAdjustable reason={notAdjustable['kernels']} />
      {duration('kernels.idle_timeout', trans.__('Stop idle kernels after'))}
      {duration('kernels.interval', trans.__('Check every'))}
      {toggle(
        'kernels.cull_connected',
        trans.__('Also kernels with open notebooks')
      )}
      {toggle('kernels.cull_busy', trans.__('Also busy kernels'))}
      <details>
        <summary>{trans.__('Terminals and this server')}</summary>
        <NotAdjustable reason={notAdjustable['terminals']} />
        {duration(
          'terminals.idle_timeout',
          trans.__('Stop idle terminals after')
        )}
        {duration('terminals.interval', trans.__('Check terminals every'))}
        <NotAdjustable reason={notAdjustable['server']} />
        {duration('server.idle_timeout', trans.__('Stop this server after'))}
        {toggle(
          'protect_running_work',
          trans.__('Protect running work'),
          trans.__('A busy kernel counts as activity')
        )}
      </details>
      <IdlePreview form={form} kernels={kernels.data ?? []} />
      {!onForm && mayEdit && <Buttons form={form} />}
    </form>
  );
}

function NotAdjustable(props: {
  reason: string | undefined;
}): JSX.Element | null {
  return props.reason ? (
    <p className="jp-HubAdmin-note">{props.reason}</p>
  ) : null;
}

function Buttons({ form }: { form: IIdleForm }): JSX.Element | null {
  const trans = useTrans();
  if (!form.isDirty && !form.canReset) {
    return null;
  }
  return (
    <div className="jp-HubAdmin-formButtons">
      {form.canReset && (
        <Button minimal small type="button" onClick={form.toDefault}>
          {trans.__('Back to default')}
        </Button>
      )}
      {form.isDirty && (
        <Button
          small
          type="submit"
          className="jp-HubAdmin-accept"
          disabled={!form.canApply}
        >
          {applyLabel(form, trans)}
        </Button>
      )}
    </div>
  );
}

/**
 * What the button says: a save that stops something names how many.
 */
export function applyLabel(
  { wouldCull }: IIdleForm,
  trans: ReturnType<typeof useTrans>
): string {
  const count =
    (wouldCull?.kernels.length ?? 0) + (wouldCull?.terminals.length ?? 0);
  return count > 0 ? trans.__('Apply and stop %1', count) : trans.__('Apply');
}
