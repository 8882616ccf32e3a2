import type { DecisionView, ServiceServer } from '../../../api/types';
import { formatClock, formatMoment } from '../../../format/time';
import { trans } from '../../../testing/hub';
import {
  decision,
  effective,
  NOW,
  serviceServer
} from '../../../testing/service';
import { keepChoices, fromLocalInput, toLocalInput } from '../choices';
import { isBusy, soonText, stopsText, verdictText } from '../verdict';

const now = Date.parse(NOW);
const MINUTE = 60_000;

function ahead(minutes: number): string {
  return new Date(now + minutes * MINUTE).toISOString();
}

function decided(
  more: Partial<DecisionView>,
  rest: Partial<ServiceServer> = {}
): ServiceServer {
  return serviceServer('bob', { decision: decision(more), ...rest });
}

/** What is said of a server: in its details, in the column, in its row. */
function said(server: ServiceServer): (string | null)[] {
  return [
    verdictText(server, now, trans),
    stopsText(server, now, trans),
    soonText(server, now, trans)
  ];
}

describe('the verdict', () => {
  it('is counted down within the hour, and told in the row within the warning', () => {
    const deadline = ahead(9);
    const clock = formatClock(deadline);
    expect(said(decided({ deadline, warn_at: ahead(-1) }))).toEqual([
      `Stops in 9 min., at ${clock}, unless it is used.`,
      'in 9 min.',
      'Stops in 9 min.'
    ]);
    expect(said(decided({ deadline, warn_at: null }))).toEqual([
      `Stops in 9 min., at ${clock}, unless it is used.`,
      clock,
      null
    ]);
  });

  it('is a time where that is far ahead', () => {
    const deadline = ahead(3 * 1440);
    const moment = formatMoment(deadline, now);
    expect(said(decided({ deadline, warn_at: ahead(2 * 1440) }))).toEqual([
      `Stops at ${moment} unless it is used.`,
      moment,
      null
    ]);
  });

  it('does not say that use helps where it does not', () => {
    const deadline = ahead(5);
    const [age] = said(decided({ reason_code: 'age', deadline }));
    expect(age).toContain('even while it is used');
    const [far] = said(decided({ reason_code: 'age', deadline: ahead(90) }));
    expect(far).toContain('even while it is used');
    const [due] = said(
      decided({ verdict: 'cull', reason_code: 'max_age', deadline: ahead(-1) })
    );
    expect(due).toBe('Stops at the next check, even while it is used.');
  });

  it('is now once the deadline is over, whatever the last answer was', () => {
    for (const verdict of ['cull', 'keep'] as const) {
      expect(
        said(decided({ verdict, deadline: ahead(-1), warn_at: ahead(-11) }))
      ).toEqual([
        'Stops at the next check unless it is used.',
        'now',
        'Stops now'
      ]);
    }
  });

  it('says why a server stays', () => {
    const until = ahead(60);
    const exempt = {
      reason: 'Exam',
      until,
      origin: { level: 'user' as const, name: 'bob' }
    };
    const server = decided(
      { reason_code: 'exempt', deadline: until },
      { rules: effective({ exempt }) }
    );
    expect(said(server).slice(0, 2)).toEqual([
      `Stays: exempt until ${formatClock(until)}.`,
      'exempt'
    ]);
    const kept = { until, by: 'x'.repeat(300), at: NOW };
    const [text, column] = said(
      decided({ reason_code: 'kept', deadline: until }, { kept })
    );
    expect(text).toMatch(/^Stays: kept until .* by x{59}…\.$/);
    expect(column).toBe(formatClock(until));
    const none = { deadline: null, warn_at: null };
    const columns: Record<string, string> = {
      busy: 'stays: busy',
      never: 'never',
      busy_reports_stopped: 'stays',
      settling: 'stays',
      no_activity_known: 'stays',
      clock_skew: 'stays',
      pending: 'stays',
      not_ready: 'stays',
      exempt: 'exempt',
      kept: 'stays',
      unheard_of: 'stays'
    };
    for (const [reason_code, expected] of Object.entries(columns)) {
      const [verdict, shown] = said(decided({ reason_code, ...none }));
      expect(verdict).toMatch(/^Stays/);
      expect([reason_code, shown]).toEqual([reason_code, expected]);
    }
  });

  it('is nothing but the state of a server on its way', () => {
    expect(said(decided({}, { state: 'starting' }))).toEqual([
      'Stays: it is starting.',
      '',
      null
    ]);
    expect(said(decided({}, { state: 'stopping' }))[0]).toBe('It is stopping.');
  });

  it('knows which servers run code now', () => {
    const sources = [{ kind: 'busy_kernel' as const, name: 'a', at: NOW }];
    expect(isBusy(decided({ reason_code: 'busy', sources }))).toBe(true);
    expect(isBusy(decided({}))).toBe(false);
    expect(
      isBusy(decided({ reason_code: 'busy_reports_stopped', sources }))
    ).toBe(false);
  });
});

describe('the times that are offered', () => {
  const at = (hours: number) => new Date(2026, 10, 23, hours, 30).getTime();
  const labels = (hours: number) =>
    keepChoices(at(hours), trans).map(({ label }) => label);

  it('leave out the end of a day that is over', () => {
    expect(labels(14)).toEqual([
      'In 1 h',
      'In 4 h',
      'Until 18:00',
      'Tomorrow 9:00'
    ]);
    expect(labels(19)).not.toContain('Until 18:00');
  });

  it('are what their labels say, by the clock of the browser', () => {
    const [hour, four, evening, morning] = keepChoices(at(14), trans);
    expect((hour?.until ?? 0) - at(14)).toBe(60 * MINUTE);
    expect((four?.until ?? 0) - at(14)).toBe(240 * MINUTE);
    expect(evening?.until).toBe(new Date(2026, 10, 23, 18).getTime());
    expect(morning?.until).toBe(new Date(2026, 10, 24, 9).getTime());
  });

  it('are read from a field as they are written into it', () => {
    const text = toLocalInput(at(9));
    expect(text).toBe('2026-11-23T09:30');
    expect(fromLocalInput(text, at(8))).toBe(at(9));
    expect(fromLocalInput(text, at(10))).toBeNull();
    expect(fromLocalInput('', at(8))).toBeNull();
    expect(fromLocalInput('soon', at(8))).toBeNull();
  });
});
