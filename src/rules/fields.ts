import type { Ceilings, Rule } from '../api/types';

/**
 * What a field holds: seconds, `never`, or a switch.
 */
export type Value = number | 'never' | boolean;

/**
 * A field of a rule, by its path; the service names it so too.
 */
export const FIELDS = [
  'server.idle_timeout',
  'server.warn_before',
  'server.max_age',
  'kernels.idle_timeout',
  'kernels.interval',
  'kernels.cull_connected',
  'kernels.cull_busy',
  'terminals.idle_timeout',
  'terminals.interval',
  'bounds.min',
  'bounds.max'
] as const;

/**
 * The path of a field.
 */
export type FieldName = (typeof FIELDS)[number];

/**
 * The ceilings by their paths, each with the field that it is the ceiling of; `ceilings.exempt` is
 * that of the end of exemptions.
 */
export const CEILINGS: Readonly<Record<string, FieldName | null>> = {
  'ceilings.server.idle_timeout': 'server.idle_timeout',
  'ceilings.server.warn_before': 'server.warn_before',
  'ceilings.server.max_age': 'server.max_age',
  'ceilings.kernels.idle_timeout': 'kernels.idle_timeout',
  'ceilings.kernels.interval': 'kernels.interval',
  'ceilings.kernels.cull_connected': 'kernels.cull_connected',
  'ceilings.kernels.cull_busy': 'kernels.cull_busy',
  'ceilings.terminals.idle_timeout': 'terminals.idle_timeout',
  'ceilings.terminals.interval': 'terminals.interval',
  'ceilings.bounds_max': 'bounds.max',
  'ceilings.exempt': null
};

/**
 * How a field is written: as a time, as a time that is never `never`, as yes or no.
 */
export type FieldKind = 'duration' | 'interval' | 'switch';

/**
 * How a field, or its ceiling, is written.
 */
export function kindOf(path: string): FieldKind {
  if (path.includes('.cull_')) {
    return 'switch';
  }
  return path.endsWith('.interval') || path === 'bounds.min'
    ? 'interval'
    : 'duration';
}

/**
 * What is found at a path of a rule; null: it is not set.
 */
export function valueAt(rule: Rule, path: string): Value | null {
  let found: unknown = rule;
  for (const part of path.split('.')) {
    found = (found as Record<string, unknown> | null | undefined)?.[part];
  }
  return (found as Value | null | undefined) ?? null;
}

/**
 * What holds for a field where no level sets it; null: there is no bound.
 */
export function defaultOf(defaults: Rule, field: FieldName): Value | null {
  return valueAt(defaults, field);
}

/**
 * The most lenient value that the ceilings allow for a field; null: any.
 */
export function ceilingOf(
  ceilings: Ceilings | null | undefined,
  field: FieldName
): Value | null {
  const path = Object.keys(CEILINGS).find(name => CEILINGS[name] === field);
  return ceilings && path ? valueAt({ ceilings }, path) : null;
}

/**
 * A number that is the greater the better a value is for the owner.
 *
 * @see hub_admin_lab/idle/leniency.py
 */
export function leniency(field: FieldName, value: Value): number {
  if (typeof value === 'boolean') {
    return value ? 0 : 1;
  }
  if (value === 'never') {
    // Never to warn is no warning at all: nobody is better off with it.
    return field === 'server.warn_before' ? 0 : Infinity;
  }
  return field === 'bounds.min' ? -value : value;
}
