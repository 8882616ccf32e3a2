import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  BoolSetting,
  IdleSettings,
  IdleSettingsUpdate,
  SecondsSetting
} from '../../api/types';
import {
  describeDuration,
  formatDuration,
  parseDuration
} from '../../format/duration';

/**
 * The part of the server that a field is about; it may not be adjustable as a whole.
 */
export type IdlePart = 'kernels' | 'terminals' | 'server';

/**
 * A field that takes a time.
 */
export type DurationName =
  | 'kernels.idle_timeout'
  | 'kernels.interval'
  | 'terminals.idle_timeout'
  | 'terminals.interval'
  | 'server.idle_timeout';

/**
 * A field that is on or off.
 */
export type SwitchName =
  'kernels.cull_connected' | 'kernels.cull_busy' | 'protect_running_work';

/**
 * What the form holds while it is written in.
 */
export interface IIdleDraft {
  readonly durations: Readonly<Record<DurationName, string>>;
  readonly switches: Readonly<Record<SwitchName, boolean>>;
}

/**
 * The setting of a field that takes a time.
 */
export function durationOf(
  settings: IdleSettings,
  name: DurationName
): SecondsSetting {
  switch (name) {
    case 'kernels.idle_timeout':
      return settings.kernels.idle_timeout;
    case 'kernels.interval':
      return settings.kernels.interval;
    case 'terminals.idle_timeout':
      return settings.terminals.idle_timeout;
    case 'terminals.interval':
      return settings.terminals.interval;
    case 'server.idle_timeout':
      return settings.server.idle_timeout;
  }
}

/**
 * The setting of a field that is on or off.
 */
export function switchOf(
  settings: IdleSettings,
  name: SwitchName
): BoolSetting {
  switch (name) {
    case 'kernels.cull_connected':
      return settings.kernels.cull_connected;
    case 'kernels.cull_busy':
      return settings.kernels.cull_busy;
    case 'protect_running_work':
      return settings.protect_running_work;
  }
}

/**
 * The part that a field is about.
 */
export function partOf(name: DurationName | SwitchName): IdlePart | null {
  const [part] = name.split('.');
  return part === 'kernels' || part === 'terminals' || part === 'server'
    ? part
    : null;
}

/**
 * An interval has no off: what never checks is turned off by its time limit.
 */
export function mayBeOff(name: DurationName): boolean {
  return !name.endsWith('.interval');
}

/**
 * A draft with one value per field.
 *
 * @param which - the values in force, or those that the server was configured with
 */
export function draftOf(
  settings: IdleSettings,
  which: 'value' | 'default'
): IIdleDraft {
  const time = (name: DurationName) =>
    formatDuration(durationOf(settings, name)[which]);
  const on = (name: SwitchName) => switchOf(settings, name)[which];
  return {
    durations: {
      'kernels.idle_timeout': time('kernels.idle_timeout'),
      'kernels.interval': time('kernels.interval'),
      'terminals.idle_timeout': time('terminals.idle_timeout'),
      'terminals.interval': time('terminals.interval'),
      'server.idle_timeout': time('server.idle_timeout')
    },
    switches: {
      'kernels.cull_connected': on('kernels.cull_connected'),
      'kernels.cull_busy': on('kernels.cull_busy'),
      protect_running_work: on('protect_running_work')
    }
  };
}

/**
 * What is wrong with a time that was written; null if nothing.
 */
export function errorOf(
  name: DurationName,
  text: string,
  { min, max }: SecondsSetting,
  trans: TranslationBundle
): string | null {
  const seconds = parseDuration(text);
  if (seconds === undefined) {
    return mayBeOff(name)
      ? trans.__('Write a time such as 30 min or 2 h, or off.')
      : trans.__('Write a time such as 30 min or 2 h.');
  }
  if (seconds === null && !mayBeOff(name)) {
    return trans.__('Write a time such as 30 min or 2 h.');
  }
  const tooShort = min !== null && seconds !== null && seconds < min;
  const tooLong = max !== null && (seconds === null || seconds > max);
  if (!tooShort && !tooLong) {
    return null;
  }
  if (min !== null && max !== null) {
    return trans.__(
      'Your hub allows %1 to %2.',
      formatDuration(min),
      formatDuration(max)
    );
  }
  return tooShort
    ? trans.__('Your hub allows no less than %1.', formatDuration(min))
    : trans.__('Your hub allows no more than %1.', formatDuration(max));
}

/**
 * Where the value of a field comes from, if it is not the default; null if it is.
 *
 * @param value - what the form holds; undefined: nothing that can be understood
 */
export function originOf(
  setting: SecondsSetting | BoolSetting,
  value: number | boolean | null | undefined,
  onHub: boolean,
  trans: TranslationBundle
): string | null {
  if (setting.source === 'rules') {
    return trans.__('Set by a rule of your hub');
  }
  if (value === setting.default) {
    return null;
  }
  const words = valueText(setting.default, trans);
  return onHub
    ? trans.__('Hub default: %1', words)
    : trans.__('Default: %1', words);
}

function valueText(
  value: number | boolean | null,
  trans: TranslationBundle
): string {
  if (typeof value === 'boolean') {
    return value ? trans.__('on') : trans.__('off');
  }
  return value === null ? trans.__('off') : describeDuration(value, trans);
}

/**
 * Whether the owner of the server cannot change a field.
 */
export function isFixed(
  settings: IdleSettings,
  name: DurationName | SwitchName
): boolean {
  const part = partOf(name);
  if (part !== null && part in settings.not_adjustable) {
    return true;
  }
  if (name in FIXED_SWITCHES) {
    return false;
  }
  const { min, max } = durationOf(settings, name as DurationName);
  return min !== null && min === max;
}

/**
 * A switch has no bounds.
 */
const FIXED_SWITCHES: Readonly<Record<SwitchName, true>> = {
  'kernels.cull_connected': true,
  'kernels.cull_busy': true,
  protect_running_work: true
};

/**
 * What a draft changes; null if a field is wrong.
 */
export function updateOf(
  settings: IdleSettings,
  draft: IIdleDraft,
  trans: TranslationBundle
): IdleSettingsUpdate | null {
  const update: {
    kernels?: Record<string, unknown>;
    terminals?: Record<string, unknown>;
    server?: Record<string, unknown>;
    protect_running_work?: boolean;
  } = {};
  const put = (name: string, value: number | boolean | null) => {
    const [part, field] = name.split('.') as [IdlePart, string];
    update[part] = { ...update[part], [field]: value };
  };
  for (const [name, text] of entries(draft.durations)) {
    if (isFixed(settings, name)) {
      continue;
    }
    const setting = durationOf(settings, name);
    const seconds = parseDuration(text);
    if (seconds === setting.value) {
      continue;
    }
    if (seconds === undefined || errorOf(name, text, setting, trans) !== null) {
      return null;
    }
    put(name, seconds);
  }
  for (const [name, value] of entries(draft.switches)) {
    if (isFixed(settings, name) || value === switchOf(settings, name).value) {
      continue;
    }
    if (name === 'protect_running_work') {
      update.protect_running_work = value;
    } else {
      put(name, value);
    }
  }
  return update;
}

/**
 * Whether an update changes anything.
 */
export function isEmpty(update: IdleSettingsUpdate): boolean {
  return Object.keys(update).length === 0;
}

/**
 * Whether any field was set by hand, so that there is a default to go back to.
 */
export function isSaved(settings: IdleSettings): boolean {
  const { durations, switches } = draftOf(settings, 'value');
  return (
    entries(durations).some(
      ([name]) => durationOf(settings, name).source === 'saved'
    ) ||
    entries(switches).some(
      ([name]) => switchOf(settings, name).source === 'saved'
    )
  );
}

/**
 * Whether two drafts say the same, however it is written.
 */
export function sameDraft(a: IIdleDraft, b: IIdleDraft): boolean {
  return (
    entries(a.durations).every(
      ([name, text]) =>
        text === b.durations[name] ||
        (parseDuration(text) !== undefined &&
          parseDuration(text) === parseDuration(b.durations[name]))
    ) &&
    entries(a.switches).every(([name, value]) => value === b.switches[name])
  );
}

function entries<K extends string, V>(
  record: Readonly<Record<K, V>>
): [K, V][] {
  return Object.entries(record) as [K, V][];
}
