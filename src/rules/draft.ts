import type { Rule } from '../api/types';
import { isoOf, toLocalInput } from '../components/why/choices';
import { formatDuration, parseDuration } from '../format/duration';
import type { Value } from './fields';
import { CEILINGS, FIELDS, kindOf, valueAt } from './fields';

/**
 * What the form of a rule holds: texts by the paths of the fields, empty for what is not set.
 *
 * `exempt` is `yes` or empty; its end is written as a field for date and time has it. `remove` is
 * `yes` once the person said so: a rule that sets nothing can be taken away too.
 */
export type IRuleDraft = Readonly<Record<string, string>>;

/**
 * All paths that hold a value.
 */
export const PATHS: readonly string[] = [...FIELDS, ...Object.keys(CEILINGS)];

/**
 * The rule is to be taken away.
 */
export const REMOVED: IRuleDraft = { ...draftOf({}), remove: 'yes' };

/**
 * A rule as it is written into the form.
 */
export function draftOf(rule: Rule): IRuleDraft {
  const { exempt } = rule;
  return {
    ...Object.fromEntries(
      PATHS.map(path => [path, writtenOf(valueAt(rule, path))])
    ),
    exempt: exempt ? 'yes' : '',
    'exempt.reason': exempt?.reason ?? '',
    'exempt.until': exempt ? toLocalInput(Date.parse(exempt.until)) : ''
  };
}

/**
 * A value as one would type it.
 */
export function writtenOf(value: Value | null): string {
  if (value === null) {
    return '';
  }
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  return value === 'never' ? 'never' : formatDuration(value);
}

/**
 * What was typed: null for nothing, undefined for nonsense.
 */
export function readValue(
  path: string,
  text: string
): Value | null | undefined {
  if (text.trim() === '') {
    return null;
  }
  const kind = kindOf(path);
  if (kind === 'switch') {
    return text === 'yes';
  }
  const seconds = parseDuration(text);
  if (seconds === null) {
    return kind === 'duration' ? 'never' : undefined;
  }
  return seconds;
}

/**
 * The rule that a draft says, without what it does not set; null: some field is nonsense.
 *
 * @param base - the rule as it is; an end that is not touched stays as it is to the second
 */
export function ruleOf(draft: IRuleDraft, base: Rule): Rule | null {
  const rule: Record<string, unknown> = {};
  for (const path of PATHS) {
    const value = readValue(path, draft[path] ?? '');
    if (value === undefined) {
      return null;
    }
    if (value !== null) {
      put(rule, path.split('.'), value);
    }
  }
  if (draft.exempt) {
    const until = untilOf(draft, base);
    if (until === null) {
      return null;
    }
    rule.exempt = { reason: draft['exempt.reason']?.trim() ?? '', until };
  }
  return rule;
}

/**
 * The end of the exemption that a draft says, as it is sent; null: none.
 */
export function untilOf(draft: IRuleDraft, base: Rule): string | null {
  const text = draft['exempt.until'] ?? '';
  const before = base.exempt?.until;
  if (before !== undefined && toLocalInput(Date.parse(before)) === text) {
    return before;
  }
  const time = new Date(text).getTime();
  return text === '' || Number.isNaN(time) ? null : isoOf(time);
}

/**
 * Whether a draft says something else than a rule, however it is written.
 */
export function differs(draft: IRuleDraft, base: Rule): boolean {
  return (
    draft.remove === 'yes' ||
    JSON.stringify(ruleOf(draft, base)) !==
      JSON.stringify(ruleOf(draftOf(base), base))
  );
}

/**
 * The paths at which two rules differ.
 */
export function changedPaths(a: Rule, b: Rule): string[] {
  const [one, other] = [draftOf(a), draftOf(b)];
  return Object.keys(one).filter(path => one[path] !== other[path]);
}

/**
 * Whether a draft sets nothing at all.
 */
export function isNothing(draft: IRuleDraft): boolean {
  return (
    !draft.exempt && PATHS.every(path => (draft[path] ?? '').trim() === '')
  );
}

function put(
  target: Record<string, unknown>,
  [first = '', ...rest]: string[],
  value: Value
): void {
  if (rest.length === 0) {
    target[first] = value;
  } else {
    const inner = (target[first] ?? {}) as Record<string, unknown>;
    put(inner, rest, value);
    target[first] = inner;
  }
}
