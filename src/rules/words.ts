import type { TranslationBundle } from '@jupyterlab/translation';

import { formatList } from '../format/list';
import type { Value } from './fields';
import { CEILINGS } from './fields';
import { writtenOf } from './draft';
import type { IHolding, IRuleKey } from './levels';
import { shortName } from './levels';

/**
 * What a field is called; a ceiling is called as its field.
 */
export function labelOf(path: string, trans: TranslationBundle): string {
  switch (CEILINGS[path] ?? path) {
    case 'server.idle_timeout':
      return trans.__('Stop idle servers after');
    case 'server.warn_before':
      return trans.__('Warn before');
    case 'server.max_age':
      return trans.__('Stop at age');
    case 'kernels.idle_timeout':
      return trans.__('Stop idle kernels after');
    case 'kernels.interval':
      return trans.__('Check kernels every');
    case 'kernels.cull_connected':
      return trans.__('Also kernels with open notebooks');
    case 'kernels.cull_busy':
      return trans.__('Also busy kernels');
    case 'terminals.idle_timeout':
      return trans.__('Stop idle terminals after');
    case 'terminals.interval':
      return trans.__('Check terminals every');
    case 'bounds.min':
      return trans.__('Owners may set at least');
    case 'bounds.max':
      return trans.__('Owners may set at most');
    case 'ceilings.exempt':
      return trans.__('End of an exemption ahead by');
    case 'exempt.reason':
      return trans.__('Reason');
    case 'exempt.until':
      return trans.__('End');
    default:
      return trans.__('Never stop');
  }
}

/**
 * What a rule is for, as the heading of its form.
 */
export function titleOf(key: IRuleKey, trans: TranslationBundle): string {
  switch (key.level) {
    case 'hub':
      return trans.__('Hub');
    case 'group':
      return trans.__('Group %1', key.name);
    case 'user':
      return trans.__('User %1', key.name);
    case 'server':
      return trans.__('Server %1', shortName(key));
  }
}

/**
 * A value in words; a bound that is not set is none.
 */
export function valueText(
  value: Value | null,
  trans: TranslationBundle
): string {
  if (typeof value === 'boolean') {
    return value ? trans.__('yes') : trans.__('no');
  }
  if (value === null) {
    return trans.__('no bound');
  }
  return value === 'never' ? trans.__('never') : writtenOf(value);
}

/**
 * Where an inherited value comes from: `from hub`.
 */
export function fromText(
  { origin, isCapped, beats }: IHolding,
  trans: TranslationBundle
): string {
  if (!origin) {
    return trans.__('by default');
  }
  const name = originName(origin, trans);
  if (isCapped) {
    return trans.__('from %1, as much as the hub allows', name);
  }
  return beats.length > 0
    ? trans.__('from %1 (more lenient than %2)', name, formatList(beats))
    : trans.__('from %1', name);
}

/**
 * What would hold without the value that is set here: `hub: 1 h`.
 */
export function insteadText(
  { origin, value }: IHolding,
  trans: TranslationBundle
): string {
  const text = valueText(value, trans);
  return origin
    ? trans.__('%1: %2', originName(origin, trans), text)
    : trans.__('default: %1', text);
}

function originName(key: IRuleKey, trans: TranslationBundle): string {
  return key.level === 'hub' ? trans.__('hub') : shortName(key);
}
