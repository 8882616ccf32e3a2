import type { TranslationBundle } from '@jupyterlab/translation';

import { ApiError } from '../api/errors';
import type { Rule } from '../api/types';
import { formatDuration } from '../format/duration';
import type { IRuleDraft } from './draft';
import { PATHS, readValue, untilOf, writtenOf } from './draft';
import type { FieldName, Value } from './fields';
import { FIELDS, kindOf, leniency } from './fields';
import type { IRuleBook, IRuleKey } from './levels';
import { above, holding, HUB, mostLenient, ruleAt } from './levels';

/**
 * What is wrong with a draft: sentences by the paths of the fields.
 */
export type Problems = Readonly<Record<string, string>>;

/**
 * Pairs of which the first is to be shorter than the second.
 */
const PAIRS = [
  ['bounds.min', 'bounds.max'],
  ['server.warn_before', 'server.idle_timeout'],
  ['kernels.interval', 'kernels.idle_timeout'],
  ['terminals.interval', 'terminals.idle_timeout']
] as const;

/**
 * Ten years, the longest exemption where the hub has no ceiling for them, in seconds.
 */
const FOREVER = 10 * 365 * 86_400;

/**
 * What is wrong with a draft, as far as it can be told without asking.
 *
 * The service judges alike and has the last word: see hub_admin_lab/idle/problems.py.
 */
export function problemsOf(
  draft: IRuleDraft,
  key: IRuleKey,
  book: IRuleBook,
  now: number,
  trans: TranslationBundle
): Problems {
  const found: Record<string, string> = {};
  const values = new Map<string, Value>();
  for (const path of PATHS) {
    const value = readValue(path, draft[path] ?? '');
    if (value === undefined) {
      found[path] =
        kindOf(path) === 'duration'
          ? trans.__('Write a time such as 30 min or 2 h, or never.')
          : trans.__('Write a time such as 30 min or 2 h.');
    } else if (value !== null) {
      values.set(path, value);
    }
  }
  if (key.level !== 'hub') {
    for (const field of FIELDS) {
      const [value, most] = [values.get(field), mostLenient(book, field)];
      if (
        value !== undefined &&
        most !== null &&
        leniency(field, value) > leniency(field, most)
      ) {
        found[field] = beyondText(most, trans);
      }
    }
  }
  contradictions(values, key, book, found, trans);
  exemptionProblems(draft, key, book, now, found, trans);
  return found;
}

/**
 * What the service found wrong with a draft; none if the error is about something else.
 *
 * @param at - where the rule was in the request
 */
export function problemsIn(error: unknown, at: string): Problems {
  const detail: unknown = error instanceof ApiError ? error.detail : null;
  if (!Array.isArray(detail)) {
    return {};
  }
  const found: [string, string][] = [];
  for (const item of detail as unknown[]) {
    const { field, message } = (item ?? {}) as Record<string, unknown>;
    if (typeof field === 'string' && typeof message === 'string') {
      if (field.startsWith(`${at}.`)) {
        found.push([field.slice(at.length + 1), message]);
      }
    }
  }
  return Object.fromEntries(found);
}

function beyondText(most: Value, trans: TranslationBundle): string {
  if (typeof most === 'boolean') {
    return trans.__('Your hub does not allow this to be switched off.');
  }
  return most === 'never'
    ? trans.__('Your hub allows no warning here.')
    : trans.__('Your hub allows at most %1 here.', formatDuration(most));
}

/**
 * Values are weighed as they hold here and at the levels above that surely hold as well, which
 * those of groups do not; what is only a default is no mistake.
 */
function contradictions(
  values: ReadonlyMap<string, Value>,
  key: IRuleKey,
  book: IRuleBook,
  found: Record<string, string>,
  trans: TranslationBundle
): void {
  const steps = above(key, []);
  const holds = (field: FieldName): Value | null => {
    const own = values.get(field);
    if (own !== undefined) {
      return own;
    }
    const { value, origin } = holding(book, field, steps);
    return origin ? value : null;
  };
  for (const [short, long] of PAIRS) {
    const field = [short, long].find(name => values.has(name));
    const [least, most] = [holds(short), holds(long)];
    if (
      field === undefined ||
      field in found ||
      typeof least !== 'number' ||
      typeof most !== 'number'
    ) {
      continue;
    }
    const isWrong =
      short === 'server.warn_before' ? least >= most : least > most;
    if (isWrong) {
      found[field] = pairText(
        short,
        formatDuration(least),
        formatDuration(most),
        trans
      );
    }
  }
}

function pairText(
  short: (typeof PAIRS)[number][0],
  least: string,
  most: string,
  trans: TranslationBundle
): string {
  switch (short) {
    case 'bounds.min':
      return trans.__(
        'Owners may set %1 at least and %2 at most: that leaves nothing.',
        least,
        most
      );
    case 'server.warn_before':
      return trans.__(
        'A warning %1 ahead needs a limit that is longer than that; here it is %2.',
        least,
        most
      );
    case 'kernels.interval':
    case 'terminals.interval':
      return trans.__(
        'To check every %1 is too seldom for a limit of %2.',
        least,
        most
      );
  }
}

function exemptionProblems(
  draft: IRuleDraft,
  key: IRuleKey,
  book: IRuleBook,
  now: number,
  found: Record<string, string>,
  trans: TranslationBundle
): void {
  if (!draft.exempt) {
    return;
  }
  const base: Rule = ruleAt(book, key)?.rule ?? {};
  const reason = draft['exempt.reason']?.trim() ?? '';
  const until = untilOf(draft, base);
  if (reason === base.exempt?.reason && until === base.exempt?.until) {
    // As it is: it may have ended meanwhile, or the ceiling been lowered.
    return;
  }
  if (reason === '') {
    found['exempt.reason'] = trans.__('An exemption needs a reason.');
  }
  const end = until === null ? NaN : Date.parse(until);
  const ceiling = exemptCeiling(key, book);
  if (Number.isNaN(end)) {
    found['exempt.until'] = trans.__('An exemption needs an end.');
  } else if (end <= now) {
    found['exempt.until'] = trans.__('An exemption has to end in the future.');
  } else if (ceiling !== null && end > now + ceiling * 1000) {
    found['exempt.until'] = trans.__(
      'Your hub allows exemptions for at most %1.',
      writtenOf(ceiling)
    );
  } else if (end > now + FOREVER * 1000) {
    found['exempt.until'] = trans.__(
      'An exemption has to end within ten years.'
    );
  }
}

function exemptCeiling(key: IRuleKey, book: IRuleBook): number | null {
  const ceiling =
    key.level === 'hub' ? null : ruleAt(book, HUB)?.rule.ceilings?.exempt;
  return typeof ceiling === 'number' ? ceiling : null;
}
