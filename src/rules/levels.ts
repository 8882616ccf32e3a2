import type { Level } from '../api/serviceClient';
import type { Rule, RulesView, RuleView } from '../api/types';
import type { IWho } from '../format/who';
import type { FieldName, Value } from './fields';
import { ceilingOf, defaultOf, leniency, valueAt } from './fields';

/**
 * Where a rule is set.
 */
export interface IRuleKey {
  readonly level: Level;
  /** Of the group, of the user, of the server as `user/server`; empty for the hub. */
  readonly name: string;
}

/**
 * The hub itself.
 */
export const HUB: IRuleKey = { level: 'hub', name: '' };

/**
 * The rule of a server; the default server of alice is called `alice/`.
 */
export function serverKey({ user, server }: IWho): IRuleKey {
  return { level: 'server', name: `${user}/${server}` };
}

/**
 * A rule's place as a text that is equal for equal ones.
 */
export function keyText({ level, name }: IRuleKey): string {
  return `${level}:${name}`;
}

/**
 * Whose servers a rule is for; null for the hub and for groups.
 */
export function userOf({ level, name }: IRuleKey): string | null {
  switch (level) {
    case 'user':
      return name;
    case 'server':
      return name.split('/')[0] ?? name;
    case 'hub':
    case 'group':
      return null;
  }
}

/**
 * How a rule's place is called where its level is said already: a server as everywhere.
 */
export function shortName({ level, name }: IRuleKey): string {
  return level === 'server' ? name.replace(/\/$/, '') : name;
}

/**
 * The rules that the visitor may see, by their places.
 */
export interface IRuleBook {
  readonly defaults: Rule;
  readonly rules: ReadonlyMap<string, RuleView>;
}

/**
 * Make a book of what the service answered.
 */
export function bookOf({ defaults, rules }: RulesView): IRuleBook {
  return {
    defaults,
    rules: new Map(rules.map(rule => [keyText(rule), rule]))
  };
}

/**
 * The rule that is set somewhere; undefined: none.
 */
export function ruleAt(book: IRuleBook, key: IRuleKey): RuleView | undefined {
  return book.rules.get(keyText(key));
}

/**
 * The levels above a rule, the most specific first; those of one step compete.
 *
 * @param groups - of the user whom the rule is about
 */
export function above(key: IRuleKey, groups: readonly string[]): IRuleKey[][] {
  const steps: IRuleKey[][] = [];
  const user = userOf(key);
  if (key.level === 'server' && user !== null) {
    steps.push([{ level: 'user', name: user }]);
  }
  if (user !== null) {
    steps.push(
      [...new Set(groups)].sort().map(name => ({ level: 'group', name }))
    );
  }
  if (key.level !== 'hub') {
    steps.push([HUB]);
  }
  return steps;
}

/**
 * A value that holds, and why.
 */
export interface IHolding {
  /** Null: there is no bound. */
  readonly value: Value | null;
  /** Null: no level sets it. */
  readonly origin: IRuleKey | null;
  /** It is the hub's ceiling: the level asks for more. */
  readonly isCapped: boolean;
  /** Groups that set something less lenient. */
  readonly beats: readonly string[];
}

/**
 * What holds for a field by some levels.
 *
 * @param steps - see `above`
 */
export function holding(
  book: IRuleBook,
  field: FieldName,
  steps: readonly (readonly IRuleKey[])[]
): IHolding {
  for (const step of steps) {
    let best: { key: IRuleKey; value: Value } | null = null;
    const names: string[] = [];
    for (const key of step) {
      const rule = ruleAt(book, key)?.rule;
      const value = rule ? valueAt(rule, field) : null;
      if (value === null) {
        continue;
      }
      names.push(key.name);
      if (!best || leniency(field, value) > leniency(field, best.value)) {
        best = { key, value };
      }
    }
    if (best) {
      const { key, value } = best;
      const beats = names.filter(name => name !== key.name);
      const most = key.level === 'hub' ? null : mostLenient(book, field);
      return most !== null && leniency(field, value) > leniency(field, most)
        ? { value: most, origin: key, isCapped: true, beats }
        : { value, origin: key, isCapped: false, beats };
    }
  }
  const value = defaultOf(book.defaults, field);
  return { value, origin: null, isCapped: false, beats: [] };
}

/**
 * The most lenient value that a level below the hub may have: the hub's ceiling, or what holds for
 * the hub itself where that is more lenient; null: any.
 */
export function mostLenient(book: IRuleBook, field: FieldName): Value | null {
  const hub = ruleAt(book, HUB)?.rule;
  const ceiling = hub ? ceilingOf(hub.ceilings, field) : null;
  if (!hub || ceiling === null) {
    return null;
  }
  const own = valueAt(hub, field) ?? defaultOf(book.defaults, field);
  return own === null || leniency(field, ceiling) >= leniency(field, own)
    ? ceiling
    : own;
}

/**
 * An exemption that a level above has, the one that ends last; null: none.
 */
export function exemptAbove(
  book: IRuleBook,
  steps: readonly (readonly IRuleKey[])[],
  now: number
): { key: IRuleKey; until: string; reason: string } | null {
  let found: ReturnType<typeof exemptAbove> = null;
  for (const key of steps.flat()) {
    const exempt = ruleAt(book, key)?.rule.exempt;
    const end = exempt ? Date.parse(exempt.until) : 0;
    if (exempt && end > now && (!found || end > Date.parse(found.until))) {
      found = { key, ...exempt };
    }
  }
  return found;
}
