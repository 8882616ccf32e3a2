import { ApiError } from '../../api/errors';
import type { Rule } from '../../api/types';
import { trans } from '../../testing/hub';
import { NOW, rulesView, ruleView } from '../../testing/service';
import type { IRuleDraft } from '../draft';
import {
  changedPaths,
  differs,
  draftOf,
  isNothing,
  REMOVED,
  ruleOf
} from '../draft';
import type { IRuleKey } from '../levels';
import { bookOf, HUB } from '../levels';
import { problemsIn, problemsOf } from '../problems';

const GROUP: IRuleKey = { level: 'group', name: 'class-a' };
const FULL: Rule = {
  server: { idle_timeout: 1800, max_age: 'never' },
  kernels: { cull_connected: false, interval: 60 },
  bounds: { min: 900 },
  exempt: { reason: 'exam', until: '2026-11-30T10:20:30Z' },
  ceilings: { server: { idle_timeout: 7200 }, exempt: 'never' }
};
const write = (changes: IRuleDraft, rule: Rule = {}): IRuleDraft => ({
  ...draftOf(rule),
  ...changes
});

describe('a draft', () => {
  it('says the rule that it was made of, to the second', () => {
    expect(ruleOf(draftOf(FULL), FULL)).toEqual(FULL);
    expect(differs(draftOf(FULL), FULL)).toBe(false);
  });

  it('takes never for a value, and nothing for nothing', () => {
    const draft = write({
      'server.idle_timeout': ' Never ',
      'server.max_age': ' '
    });
    expect(ruleOf(draft, {})).toEqual({ server: { idle_timeout: 'never' } });
  });

  it('is no rule while a field is nonsense', () => {
    expect(ruleOf(write({ 'server.max_age': '2 x' }), {})).toBeNull();
    expect(ruleOf(write({ 'kernels.interval': 'never' }), {})).toBeNull();
    expect(ruleOf(write({ exempt: 'yes', 'exempt.until': '' }), {})).toBeNull();
  });

  it('is no change if it says the same in other words', () => {
    const rule: Rule = { server: { idle_timeout: 3600 } };
    expect(differs(write({ 'server.idle_timeout': '60' }, rule), rule)).toBe(
      false
    );
    expect(differs(write({ 'server.idle_timeout': '61' }, rule), rule)).toBe(
      true
    );
  });

  it('can take away a rule that sets nothing', () => {
    expect(isNothing(REMOVED)).toBe(true);
    expect(differs(REMOVED, {})).toBe(true);
    expect(isNothing(draftOf(FULL))).toBe(false);
  });

  it('tells what differs', () => {
    expect(
      changedPaths(FULL, { ...FULL, bounds: {}, kernels: FULL.kernels })
    ).toEqual(['bounds.min']);
  });
});

describe('what is wrong with a draft', () => {
  const now = Date.parse(NOW);
  const check = (
    changes: IRuleDraft,
    { key = GROUP, hub = {} }: { key?: IRuleKey; hub?: Rule } = {}
  ) =>
    problemsOf(
      write(changes),
      key,
      bookOf(rulesView(ruleView('hub', '', hub))),
      now,
      trans
    );

  it('is nothing for a plain one', () => {
    expect(check({ 'server.idle_timeout': '30 min' })).toEqual({});
  });

  it('is a time that cannot be read', () => {
    expect(
      check({ 'server.max_age': 'x', 'kernels.interval': 'never' })
    ).toEqual({
      'server.max_age': 'Write a time such as 30 min or 2 h, or never.',
      'kernels.interval': 'Write a time such as 30 min or 2 h.'
    });
  });

  it.each([
    [{ 'bounds.min': '2 h', 'bounds.max': '1 h' }, 'bounds.min'],
    [
      { 'server.warn_before': '30 min', 'server.idle_timeout': '30 min' },
      'server.warn_before'
    ],
    [
      { 'kernels.interval': '2 h', 'kernels.idle_timeout': '1 h' },
      'kernels.interval'
    ],
    [
      { 'terminals.interval': '2 h', 'terminals.idle_timeout': '1 h' },
      'terminals.interval'
    ]
  ])('is a pair that does not go together: %j', (changes, field) => {
    expect(Object.keys(check(changes as IRuleDraft))).toEqual([field]);
  });

  it('weighs against what the hub sets, not against a default', () => {
    // The default warning is 10 min ahead.
    expect(check({ 'server.idle_timeout': '5 min' })).toEqual({});
    expect(
      check(
        { 'server.idle_timeout': '5 min' },
        { hub: { server: { warn_before: 600 } } }
      )
    ).toEqual({
      'server.idle_timeout':
        'A warning 10 min ahead needs a limit that is longer than that; here it is 5 min.'
    });
  });

  it('is what is beyond a ceiling, but not at the hub itself', () => {
    const hub: Rule = {
      server: { idle_timeout: 3600, warn_before: 60 },
      ceilings: {
        server: { idle_timeout: 7200 },
        kernels: { cull_connected: true }
      }
    };
    const changes = {
      'server.idle_timeout': 'never',
      'kernels.cull_connected': 'no'
    };
    expect(check(changes, { hub })).toEqual({
      'server.idle_timeout': 'Your hub allows at most 2 h here.',
      'kernels.cull_connected':
        'Your hub does not allow this to be switched off.'
    });
    expect(check(changes, { hub, key: HUB })).toEqual({});
  });

  it('is an exemption without reason, end or measure', () => {
    const exempt = (until: string, reason = 'exam') => ({
      exempt: 'yes',
      'exempt.until': until,
      'exempt.reason': reason
    });
    const hub: Rule = { ceilings: { exempt: 86_400 } };
    expect(check(exempt('', ' '))).toEqual({
      'exempt.reason': 'An exemption needs a reason.',
      'exempt.until': 'An exemption needs an end.'
    });
    expect(check(exempt('2020-01-01T00:00'))['exempt.until']).toBe(
      'An exemption has to end in the future.'
    );
    expect(check(exempt('2026-12-24T00:00'), { hub })['exempt.until']).toBe(
      'Your hub allows exemptions for at most 1 d.'
    );
    expect(check(exempt('2126-12-24T00:00'))['exempt.until']).toBe(
      'An exemption has to end within ten years.'
    );
    expect(check(exempt('2026-12-24T00:00'))).toEqual({});
  });

  it('is not an exemption that stays as it is', () => {
    const rule: Rule = {
      exempt: { reason: 'exam', until: '2020-01-01T00:00:30Z' }
    };
    const book = bookOf(rulesView(ruleView('group', 'class-a', rule)));
    expect(problemsOf(draftOf(rule), GROUP, book, now, trans)).toEqual({});
  });

  it('is what the service says of the fields', () => {
    const error = new ApiError(400, 'invalid_request', 'No.', [
      { field: 'drafts.0.rule.server.max_age', message: 'Too long.' },
      { field: 'drafts.0.name', message: 'Which?' },
      null
    ] as unknown as Record<string, unknown>);
    expect(problemsIn(error, 'drafts.0.rule')).toEqual({
      'server.max_age': 'Too long.'
    });
    expect(problemsIn(new Error('x'), 'rule')).toEqual({});
  });
});
