import schema from '../../api/schema.json';
import { trans } from '../../testing/hub';
import { pseudo, untranslatedOf } from '../../testing/pseudo';
import type { IReason } from '../reason';
import { kernelWhyText, whyText } from '../reason';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The service's own sentence, which is shown only where there is no other. */
const OWN = 'As the service says.';

/** All that any sentence needs; the Greek is a name. */
const ALL: IReason = {
  reason_code: '',
  reason: OWN,
  origin: { level: 'group', name: 'α' },
  facts: {
    seconds: 3000,
    reported: 4000,
    limit: HOUR,
    busy_max: DAY,
    words: 'ω',
    also: ['busy_too_long', 'busy_unprotected', 'busy_all_the_same', 'unclear']
  }
};

/** The codes of which one stands for several sentences. */
const SEVERAL: Readonly<Record<string, readonly string[]>> = {
  pending: ['spawn', 'stop', ''],
  clock_skew: ['start', 'activity'],
  settling: ['interrupted', 'late', 'unreadable']
};

const { DecisionView, KernelView } = schema.$defs;
const CODES = DecisionView.properties.reason_code.examples;
const KERNEL_CODES = KernelView.properties.reason_code.examples;

describe('why a server stays or stops', () => {
  it.each(CODES)('is told in the language of the page: %s', reason_code => {
    const texts = (SEVERAL[reason_code] ?? ['']).map(which =>
      whyText({ ...ALL, reason_code, facts: { ...ALL.facts, which } }, pseudo)
    );
    expect(new Set(texts).size).toBe(texts.length);
    expect(untranslatedOf(texts)).toEqual([]);
  });

  const level = (name: 'default' | 'hub') => ({ level: name, name: '' });
  const group = { level: 'group', name: 'a' } as const;

  it.each<[string, IReason['origin'], IReason['facts'], string]>([
    ['pending', null, { which: 'spawn' }, 'It is starting.'],
    ['pending', null, {}, 'The hub has something under way with it.'],
    ['not_ready', null, null, 'The hub does not say that it is ready.'],
    [
      'clock_skew',
      null,
      { which: 'start' },
      'It starts in the future: one of the clocks is wrong.'
    ],
    [
      'idle',
      group,
      { seconds: 3000, limit: HOUR },
      'Nothing used for 50 min; the limit is 1 h, set for group a.'
    ],
    [
      'due_never_reported',
      level('hub'),
      { seconds: 3000, limit: 90 },
      'It does not report what is in use; the hub saw no activity for 50 min; the limit is 90 s, set for the hub.'
    ],
    [
      'idle_reports_stopped',
      level('default'),
      { seconds: 3000, reported: 4000, limit: HOUR },
      'It last reported 1 h 6 min ago; nothing was used for 50 min by that or at the hub; the limit is 1 h, the default.'
    ],
    [
      'due',
      level('default'),
      {
        seconds: 600,
        limit: HOUR,
        busy_max: DAY,
        also: ['busy_too_long', 'unclear']
      },
      'Nothing used for 10 min; the limit is 1 h, the default. A kernel runs code, but for longer than the 1 d that keep it. A kernel does not say whether it runs code, which counts as use while it reports.'
    ],
    [
      'busy',
      null,
      { seconds: 720, busy_max: DAY },
      'A kernel has run code for 12 min, which keeps it for 1 d at most.'
    ],
    [
      'busy',
      null,
      { seconds: 720 },
      'A kernel has run code for 12 min, which keeps it.'
    ],
    [
      'busy_reports_stopped',
      null,
      { seconds: HOUR, reported: 600, busy_max: DAY },
      'It last reported 10 min ago, while a kernel ran code, which keeps it for 1 d at most.'
    ],
    [
      'busy_reports_stopped',
      null,
      { reported: 0 },
      'It last reported 0 s ago, while a kernel ran code, which keeps it.'
    ],
    [
      'max_age',
      group,
      { seconds: DAY + 60, limit: DAY },
      'It has run for 1 d; at an age of 1 d it stops even while it is in use, set for group a.'
    ],
    [
      'age',
      group,
      { limit: DAY, also: ['busy_all_the_same'] },
      'At an age of 1 d it stops even while it is in use, set for group a. A kernel that runs code does not change that.'
    ],
    [
      'exempt',
      group,
      { seconds: 90, words: 'Exam!' },
      'Exempt for another 90 s, set for group a: Exam!'
    ],
    [
      'kept',
      null,
      { seconds: 3 * HOUR, words: 'admin' },
      'Kept for another 3 h by admin.'
    ]
  ])(
    'reads as the service writes it: %s',
    (reason_code, origin, facts, text) => {
      expect(whyText({ reason_code, reason: OWN, origin, facts }, trans)).toBe(
        text
      );
    }
  );

  it('is told by the service where it knows more, or does not tell all', () => {
    const said = (more: Partial<IReason>) =>
      whyText({ ...ALL, reason_code: 'idle', ...more }, trans);
    expect(said({ reason_code: 'unheard_of' })).toBe(OWN);
    expect(said({ facts: { ...ALL.facts, also: ['unheard_of'] } })).toBe(OWN);
    for (const reason_code of ['clock_skew', 'settling']) {
      const facts = { ...ALL.facts, which: 'unheard_of' };
      expect(said({ reason_code, facts })).toBe(OWN);
    }
    // An older one tells no facts.
    const whole = ['not_ready', 'never', 'no_activity_known'];
    for (const reason_code of CODES) {
      const isWhole = [...whole, 'rules_not_readable'].includes(reason_code);
      const text = said({ reason_code, facts: undefined });
      expect([reason_code, text === OWN]).toEqual([reason_code, !isWhole]);
    }
  });
});

describe('why a kernel stays or stops', () => {
  it.each(KERNEL_CODES)('is told in the language of the page: %s', code => {
    const reason = { reason_code: code, reason: OWN };
    const text = kernelWhyText(reason, pseudo);
    // Only the server knows who stops idle kernels there.
    expect(untranslatedOf([text])).toEqual(
      code === 'not_adjustable' ? [OWN] : []
    );
  });

  it('is told by the server where that is newer', () => {
    const reason = { reason_code: 'unheard_of', reason: OWN };
    expect(kernelWhyText(reason, trans)).toBe(OWN);
  });
});
