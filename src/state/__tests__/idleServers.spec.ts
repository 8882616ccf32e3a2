import { server } from '../../testing/samples';
import { forEachLimited, idleServers } from '../idleServers';

const NOW = Date.parse('2026-11-23T14:00:00Z');
const used = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();
const nobody = () => false;

describe('idleServers', () => {
  it('takes those idle for longer, the longest first', () => {
    const servers = [
      server('a', 'running', { last_activity: used(3) }),
      server('b', 'running', { last_activity: used(1) }),
      server('c', 'running', { last_activity: used(5), name: 'gpu' })
    ];
    expect(idleServers(servers, 7200, NOW, nobody)).toEqual([
      { who: { user: 'c', server: 'gpu' }, idle: 18_000 },
      { who: { user: 'a', server: '' }, idle: 10_800 }
    ]);
  });

  it('leaves alone what is not known to be idle, and its own server', () => {
    const servers = [
      server('never', 'running', { last_activity: null }),
      server('ahead', 'running', { last_activity: used(-5) }),
      server('pending', 'starting', { last_activity: used(5) }),
      server('forbidden', 'running', {
        last_activity: used(5),
        can: { start: false, stop: false, access: true, delete: false }
      }),
      server('admin', 'running', { last_activity: used(5) })
    ];
    expect(
      idleServers(servers, 60, NOW, ({ user }) => user === 'admin')
    ).toEqual([]);
  });
});

describe('forEachLimited', () => {
  it('has at most ten in flight', async () => {
    let flying = 0;
    let most = 0;
    await forEachLimited(
      Array.from({ length: 35 }, (_, index) => index),
      async () => {
        flying += 1;
        most = Math.max(most, flying);
        await Promise.resolve();
        flying -= 1;
      },
      new AbortController().signal
    );
    expect(most).toBe(10);
  });

  it('begins nothing after it was stopped', async () => {
    const rest = new AbortController();
    const done: number[] = [];
    await forEachLimited(
      Array.from({ length: 35 }, (_, index) => index),
      item => {
        done.push(item);
        rest.abort();
        return Promise.resolve();
      },
      rest.signal
    );
    expect(done.length).toBeLessThanOrEqual(10);
  });
});
