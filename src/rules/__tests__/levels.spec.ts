import { rulesView, ruleView } from '../../testing/service';
import type { IRuleKey } from '../levels';
import {
  above,
  bookOf,
  exemptAbove,
  holding,
  HUB,
  mostLenient,
  serverKey
} from '../levels';

const TIMEOUT = 'server.idle_timeout';
const hub = (seconds: number | 'never') =>
  ruleView('hub', '', { server: { idle_timeout: seconds } });
const group = (name: string, seconds: number | 'never') =>
  ruleView('group', name, { server: { idle_timeout: seconds } });
const GPU = serverKey({ user: 'bob', server: 'gpu' });

describe('what holds', () => {
  const from = (
    key: IRuleKey,
    groups: string[],
    ...rules: ReturnType<typeof ruleView>[]
  ) => holding(bookOf(rulesView(...rules)), TIMEOUT, above(key, groups));

  it('is the default where no level sets it', () => {
    expect(from(HUB, [], hub(60))).toMatchObject({ value: 3600, origin: null });
    expect(from(GPU, ['a'])).toMatchObject({ value: 3600, origin: null });
  });

  it('is no bound where there is no default either', () => {
    const holds = holding(bookOf(rulesView()), 'bounds.max', []);
    expect(holds).toMatchObject({ value: null, origin: null });
  });

  it('is that of the most specific level', () => {
    const user = ruleView('user', 'bob', { server: { idle_timeout: 120 } });
    expect(from(GPU, ['a'], hub(60), group('a', 90), user)).toMatchObject({
      value: 120,
      origin: { level: 'user', name: 'bob' }
    });
    expect(from(GPU, ['a'], hub(60), group('a', 90))).toMatchObject({
      value: 90,
      origin: { level: 'group', name: 'a' }
    });
    expect(
      from({ level: 'group', name: 'a' }, [], hub(60), group('a', 90))
    ).toMatchObject({ value: 60, origin: HUB });
  });

  it('is the more lenient one of two groups', () => {
    const rules = [group('a', 90), group('b', 'never'), group('c', 100)];
    for (const order of [rules, [...rules].reverse()]) {
      expect(from(GPU, ['c', 'b', 'a'], ...order)).toMatchObject({
        value: 'never',
        origin: { level: 'group', name: 'b' },
        beats: ['a', 'c']
      });
    }
  });

  it('is the group that comes first by name of equal ones', () => {
    expect(
      from(GPU, ['b', 'a'], group('b', 90), group('a', 90)).origin
    ).toEqual({ level: 'group', name: 'a' });
  });

  it('is at most what the ceiling of the hub allows', () => {
    const capped = ruleView('hub', '', {
      server: { idle_timeout: 60 },
      ceilings: { server: { idle_timeout: 100 } }
    });
    expect(from(GPU, ['a'], capped, group('a', 'never'))).toMatchObject({
      value: 100,
      isCapped: true
    });
    expect(from(GPU, ['a'], capped, group('a', 80))).toMatchObject({
      value: 80,
      isCapped: false
    });
  });

  it('may be as lenient as the hub itself, whatever its ceiling', () => {
    const book = bookOf(
      rulesView(
        ruleView('hub', '', {
          server: { idle_timeout: 200, warn_before: 50 },
          ceilings: { server: { idle_timeout: 100, warn_before: 'never' } }
        })
      )
    );
    expect(mostLenient(book, TIMEOUT)).toBe(200);
    // Never to warn is the least lenient of all.
    expect(mostLenient(book, 'server.warn_before')).toBe(50);
    expect(mostLenient(book, 'server.max_age')).toBeNull();
  });

  it('has the exemption above that ends last', () => {
    const exempt = (until: string) => ({ exempt: { reason: 'why', until } });
    const book = bookOf(
      rulesView(
        ruleView('hub', '', exempt('2026-11-24T00:00:00Z')),
        ruleView('group', 'a', exempt('2026-11-26T00:00:00Z')),
        ruleView('user', 'bob', exempt('2026-11-25T00:00:00Z'))
      )
    );
    const at = (time: string) =>
      exemptAbove(book, above(GPU, ['a']), Date.parse(time))?.key ?? null;
    expect(at('2026-11-23T00:00:00Z')).toEqual({ level: 'group', name: 'a' });
    expect(at('2026-11-27T00:00:00Z')).toBeNull();
  });
});
