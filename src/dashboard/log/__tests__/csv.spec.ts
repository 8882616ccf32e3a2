import type { AuditEntry } from '../../../api/types';
import { fakeHub, trans } from '../../../testing/hub';
import { cell, toCsv } from '../csv';
import { allEntries, MAX_EXPORTED } from '../exportLog';
import { ACTIONS, actionText, actorOf, actorText, targetText } from '../words';

/** An entry as the service writes it. */
function entry(id: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id,
    at: '2026-11-23T14:02:00Z',
    actor: 'hub_admin_lab',
    action: 'stop-server',
    user: 'alice',
    server: '',
    target: 'alice',
    reason: 'Nothing used for 2 hours.',
    rule: 'group class-a',
    outcome: 'done',
    message: '',
    ended_at: '2026-11-23T14:02:05Z',
    told: false,
    ...more
  };
}

describe('the log as CSV', () => {
  it('has a line for each entry, for any spreadsheet', () => {
    const text = toCsv(
      [
        entry(1),
        entry(2, { actor: 'élodie', message: 'a "b",\nc', told: true })
      ],
      trans
    );
    expect(text).toBe(
      '\ufeffTime,Who,Did,To whom,Why,Rule,Outcome,Message,Ended,Source\r\n' +
        '2026-11-23T14:02:00Z,idle rules,stopped the server,alice,' +
        'Nothing used for 2 hours.,group class-a,done,,2026-11-23T14:02:05Z,service\r\n' +
        '2026-11-23T14:02:00Z,élodie,stopped the server,alice,' +
        'Nothing used for 2 hours.,group class-a,done,"a ""b"",\nc",' +
        '2026-11-23T14:02:05Z,panel\r\n'
    );
  });

  it.each([
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['a=b', 'a=b'],
    ['', '']
  ])('holds no formula: %j', (text, expected) => {
    expect(cell(text)).toBe(expected);
  });

  it('holds no formula in any column', () => {
    const evil = '=cmd()';
    const text = toCsv(
      [
        entry(1, {
          at: evil,
          actor: evil,
          action: evil,
          user: evil,
          server: null,
          target: evil,
          reason: evil,
          rule: evil,
          message: evil,
          ended_at: evil
        })
      ],
      trans
    );
    expect(
      text
        .split('\r\n')[1]
        ?.split(',')
        .map(part => part[0])
    ).toEqual([..."''''''", 'd', "'", "'", 's']);
  });

  it('is all pages that match, up to a bound', async () => {
    const { hub, service } = fakeHub();
    service.audit.mockImplementation(({ before = MAX_EXPORTED + 500 }) => {
      const items = Array.from({ length: 200 }, (_, index) =>
        entry(before - 1 - index)
      );
      return Promise.resolve({ items, next: before - 200 });
    });
    const counts: number[] = [];
    const { signal } = new AbortController();
    const { entries, isCut } = await allEntries(
      hub,
      { actor: 'admin' },
      signal,
      count => counts.push(count)
    );
    expect(entries).toHaveLength(MAX_EXPORTED);
    expect(isCut).toBe(true);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(MAX_EXPORTED);
    expect(counts.slice(0, 2)).toEqual([200, 400]);
    expect(service.audit).toHaveBeenLastCalledWith(
      { actor: 'admin', before: 700, limit: 200 },
      signal
    );
    service.audit.mockResolvedValue({ items: [entry(1)], next: null });
    const all = await allEntries(hub, {}, signal, jest.fn());
    expect(all).toEqual({ entries: [entry(1)], isCut: false });
    hub.dispose();
  });
});

describe('the words of the log', () => {
  it('say what was done, also what this version does not know', () => {
    for (const action of ACTIONS) {
      expect(actionText(action, trans)).not.toContain('-');
    }
    expect(actionText('warn-owner', trans)).toBe('warn owner');
  });

  it('name the service as it is shown, and find it by that', () => {
    expect(actorText('hub_admin_lab', trans)).toBe('idle rules');
    expect(actorOf(' Idle rules', trans)).toBe('hub_admin_lab');
    expect(actorOf(' admin ', trans)).toBe('admin');
  });

  it('name the server of a kernel', () => {
    const kernel = entry(1, { server: 'gpu', target: 'k1' });
    expect(targetText(kernel, trans)).toBe('alice/gpu: k1');
    expect(targetText(entry(1), trans)).toBe('alice');
    const rule = entry(1, { user: '', server: null, target: 'group a' });
    expect(targetText(rule, trans)).toBe('group a');
  });
});
