import type { ActivitySource, ServiceServer } from '../../../api/types';
import { formatClock } from '../../../format/time';
import { trans } from '../../../testing/hub';
import { decision, NOW, serviceServer } from '../../../testing/service';
import { sourceRows } from '../sources';

const now = Date.parse(NOW);
const AT = '2026-11-23T13:10:00Z';
const clock = formatClock(AT);

function rows(
  sources: ActivitySource[],
  more: Partial<ServiceServer> = {}
): [string, string][] {
  const server = serviceServer('bob', {
    decision: decision({ sources }),
    ...more
  });
  return sourceRows(server, now, trans).map(({ label, value }) => [
    label,
    value
  ]);
}

describe('what a decision rests on', () => {
  it('is told row by row, with times', () => {
    const kernel = {
      id: 'k1',
      name: 'python3',
      path: 'work/train.ipynb',
      state: 'busy',
      last_activity: AT,
      busy_since: '2026-11-23T13:50:00Z',
      connections: 1
    };
    const { report } = serviceServer('bob');
    expect(
      rows(
        [
          { kind: 'busy_kernel', name: 'work/train.ipynb', at: NOW },
          { kind: 'kernel', name: 'work/a.ipynb', at: AT },
          { kind: 'kernel', name: 'k3', at: null },
          { kind: 'busy_kernel', name: 'other', at: NOW },
          { kind: 'busy_kernel', at: NOW },
          { kind: 'terminal', name: '1', at: AT },
          { kind: 'terminal', name: '2', at: null },
          { kind: 'presence', at: AT },
          { kind: 'work', at: AT },
          { kind: 'tab', name: '1', at: NOW, counts: false },
          { kind: 'hub', at: AT, counts: false },
          { kind: 'report', at: '2026-11-23T14:01:40Z', counts: false },
          { kind: 'extension', name: 'admin', at: AT }
        ],
        { report: report && { ...report, kernels: [kernel] } }
      )
    ).toEqual([
      ['Kernel train.ipynb', 'running code for 12 min.'],
      ['Kernel a.ipynb', `idle, used ${clock}`],
      ['Kernel k3', 'idle'],
      ['Kernel other', 'running code'],
      ['Another kernel', 'running code'],
      ['Terminal 1', `used ${clock}`],
      ['Terminal 2', 'not known when it was used'],
      ['Somebody at the page', `last at ${clock}`],
      ['Other work', `last at ${clock}`],
      ['Open tab', '1, does not count'],
      ['Activity at the hub', `last at ${clock}, does not count`],
      ['Reported', '20 s ago'],
      ['Kept', `until ${clock}, by admin`],
      ['Rule', 'the default']
    ]);
  });

  it('counts what the report had no place for', () => {
    const { report } = serviceServer('bob');
    const more = (sources: Parameters<typeof rows>[0]) =>
      rows(sources, { report: report && { ...report, left_out: 7 } }).filter(
        ([label]) => label === 'More'
      );
    const kernel = { kind: 'kernel' as const, name: 'a', at: AT };
    expect(more([kernel])).toEqual([['More', '7 more are not listed']]);
    // One of the seven is told of.
    expect(more([kernel, { kind: 'busy_kernel', at: NOW }])).toEqual([
      ['More', '6 more are not listed']
    ]);
    expect(more(Array.from({ length: 25 }, () => kernel))).toEqual([
      ['More', '12 more are not listed']
    ]);
  });

  it('says what there is none of', () => {
    expect(
      rows([
        { kind: 'presence', at: null },
        { kind: 'tab', name: '0', at: NOW, counts: false }
      ])
    ).toEqual([
      ['Kernels', 'none'],
      ['Terminals', 'none'],
      ['Somebody at the page', 'not yet'],
      ['Open tab', 'none'],
      ['Rule', 'the default']
    ]);
  });

  it('is the word of the hub where a server never reported', () => {
    expect(
      rows(
        [
          { kind: 'hub', at: AT },
          { kind: 'report', at: null, counts: false }
        ],
        { report: null }
      )
    ).toEqual([
      ['Activity at the hub', `last at ${clock}`],
      ['Reported', 'never'],
      ['Rule', 'the default']
    ]);
  });

  it('is bounded, in number and in length', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({
      kind: 'kernel' as const,
      name: `${'x'.repeat(500)}${index}`,
      at: AT
    }));
    const shown = rows(many);
    expect(
      shown.filter(([label]) => label.startsWith('Kernel x'))
    ).toHaveLength(20);
    expect(shown).toContainEqual(['More', '30 more are not listed']);
    expect(Math.max(...shown.map(([label]) => label.length))).toBeLessThan(80);
  });
});
