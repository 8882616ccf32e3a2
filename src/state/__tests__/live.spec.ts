import { ApiError, ConnectionError } from '../../api/errors';
import { fakeHub } from '../../testing/hub';
import { connect, fakeStreams } from '../../testing/live';
import { info, server } from '../../testing/samples';

const STALE = {
  message: 'Connection refused',
  as_of: '2026-11-23T14:02:00Z',
  retry_at: '2026-11-23T14:02:08Z'
};

const last = <T>(items: readonly T[]) => items[items.length - 1];
const settle = () => jest.advanceTimersByTimeAsync(200);

async function open() {
  const fake = fakeHub();
  const streams = fakeStreams(fake);
  fake.client.info.mockResolvedValue(info());
  await fake.hub.info.load();
  const widget = {};
  fake.hub.visibility.set(widget, true);
  return { ...fake, streams, widget };
}

describe('Live', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-11-23T14:02:00Z') });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('opens no stream while nothing is shown', async () => {
    const { hub, client } = fakeHub();
    client.info.mockResolvedValue(info());
    await hub.info.load();
    hub.live.setView({}, { users: ['alice'], windows: [] });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(client.events).not.toHaveBeenCalled();
    hub.dispose();
  });

  it('opens no stream for who has no hub to look at', async () => {
    const { hub, client } = fakeHub();
    client.info.mockResolvedValue(info({ setup: 'none' }));
    await hub.info.load();
    hub.visibility.set({}, true);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(client.events).not.toHaveBeenCalled();
    hub.dispose();
  });

  it('tells what is in view in all lists, once it has settled', async () => {
    const fake = fakeHub();
    const { hub, client } = fake;
    await connect(fake);
    await settle();
    client.setLiveView.mockClear();
    const window = { state: 'running' as const, offset: 0, limit: 50 };
    const sidebar = {};
    hub.live.setView(sidebar, { users: ['bob'], windows: [] });
    hub.live.setView(sidebar, { users: ['alice', 'bob'], windows: [window] });
    hub.live.setView({}, { users: ['bob', 'zoe'], windows: [window] });
    await settle();
    expect(client.setLiveView.mock.calls).toEqual([
      ['stream-1', { users: ['alice', 'bob', 'zoe'], windows: [window] }]
    ]);
    hub.live.setView(sidebar, { users: ['alice'], windows: [window] });
    await settle();
    expect(client.setLiveView).toHaveBeenLastCalledWith('stream-1', {
      users: ['alice', 'bob', 'zoe'],
      windows: [window]
    });
    expect(client.setLiveView).toHaveBeenCalledTimes(1);
    hub.live.setView(sidebar, null);
    await settle();
    expect(client.setLiveView).toHaveBeenLastCalledWith('stream-1', {
      users: ['bob', 'zoe'],
      windows: [window]
    });
    hub.dispose();
  });

  it('tells one view at a time, the newest last', async () => {
    const fake = fakeHub();
    const { hub, client } = fake;
    await connect(fake);
    await settle();
    client.setLiveView.mockClear();
    let answer: () => void = () => undefined;
    client.setLiveView.mockImplementationOnce(
      () =>
        new Promise(resolve => {
          answer = () => resolve(undefined);
        })
    );
    const list = {};
    for (const name of ['a', 'b', 'c']) {
      hub.live.setView(list, { users: [name], windows: [] });
      await settle();
    }
    expect(client.setLiveView).toHaveBeenCalledTimes(1);
    answer();
    await settle();
    expect(client.setLiveView.mock.calls.map(([, { users }]) => users)).toEqual(
      [['a'], ['c']]
    );
    hub.dispose();
  });

  it('never asks for more than a stream may look at', async () => {
    const fake = fakeHub();
    const { hub, client } = fake;
    await connect(fake);
    hub.live.setView(
      {},
      {
        users: Array.from({ length: 500 }, (_, index) => `u${index}`),
        windows: Array.from({ length: 20 }, (_, index) => ({ offset: index }))
      }
    );
    await settle();
    const [, view] = client.setLiveView.mock.lastCall ?? [];
    expect(view?.users).toHaveLength(400);
    expect(view?.windows).toHaveLength(16);
    hub.dispose();
  });

  it('has nothing in view when hidden, and ends soon after', async () => {
    const { hub, client, streams, widget } = await open();
    streams[0]?.hello();
    hub.live.setView({}, { users: ['alice'], windows: [] });
    await settle();
    hub.visibility.set(widget, false);
    expect(hub.live.isConnected).toBe(false);
    await settle();
    expect(client.setLiveView).toHaveBeenLastCalledWith('stream-1', {
      users: [],
      windows: []
    });
    await jest.advanceTimersByTimeAsync(5000);
    hub.visibility.set(widget, true);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(streams).toHaveLength(1);
    expect(streams[0]?.isRead).toBe(true);
    expect(hub.live.isConnected).toBe(true);
    expect(client.setLiveView).toHaveBeenLastCalledWith('stream-1', {
      users: ['alice'],
      windows: []
    });
    hub.visibility.set(widget, false);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(streams[0]?.isRead).toBe(false);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(streams).toHaveLength(1);
    hub.dispose();
  });

  it('opens the stream again, later each time, and tells the view again', async () => {
    const { hub, client, streams } = await open();
    streams[0]?.hello();
    hub.live.setView({}, { users: ['alice'], windows: [] });
    await settle();
    streams[0]?.end();
    const opened: number[] = [];
    for (let second = 1; second <= 60; second++) {
      await jest.advanceTimersByTimeAsync(1000);
      if (streams.length > opened.length + 1) {
        opened.push(second);
        last(streams)?.fail(new ConnectionError('Refused'));
      }
    }
    expect(opened).toEqual([1, 3, 8, 18, 48]);
    expect(hub.live.isConnected).toBe(false);
    await jest.advanceTimersByTimeAsync(30_000);
    last(streams)?.hello();
    expect(hub.live.isConnected).toBe(true);
    await settle();
    expect(client.setLiveView).toHaveBeenLastCalledWith(last(streams)?.name, {
      users: ['alice'],
      windows: []
    });
    await jest.advanceTimersByTimeAsync(15_000);
    last(streams)?.beat();
    const before = streams.length;
    last(streams)?.end();
    await jest.advanceTimersByTimeAsync(1000);
    expect(streams).toHaveLength(before + 1);
    hub.dispose();
  });

  it('begins anew where an event was lost', async () => {
    const { hub, streams } = await open();
    const told = jest.fn();
    hub.live.server.connect((_, { user }) => void told(user));
    streams[0]?.hello();
    streams[0]?.send('server', server('zoe', 'running'), 3);
    expect(told).not.toHaveBeenCalled();
    expect(streams[0]?.isRead).toBe(false);
    await jest.advanceTimersByTimeAsync(1000);
    streams[1]?.hello();
    streams[1]?.send('server', server('zoe', 'running'));
    expect(told).toHaveBeenCalledWith('zoe');
    hub.dispose();
  });

  it('takes a silent stream for dead, but not one whose heart beats', async () => {
    const { hub, streams } = await open();
    streams[0]?.hello();
    for (let beat = 0; beat < 5; beat++) {
      await jest.advanceTimersByTimeAsync(20_000);
      streams[0]?.beat();
    }
    expect(streams[0]?.isRead).toBe(true);
    await jest.advanceTimersByTimeAsync(52_000);
    expect(streams[0]?.isRead).toBe(false);
    expect(streams.length).toBeGreaterThan(1);
    hub.dispose();
  });

  it.each([403, 404])(
    'gives up where there is no stream (%s), until more is known',
    async status => {
      const { hub, streams } = await open();
      streams[0]?.fail(new ApiError(status, 'no', 'No.'));
      await jest.advanceTimersByTimeAsync(120_000);
      expect(streams).toHaveLength(1);
      expect(hub.health.get().away).toBe(false);
      await hub.info.load();
      expect(streams).toHaveLength(2);
      hub.dispose();
    }
  );

  it('goes on trying where the proxy knows no way to this server yet', async () => {
    const { hub, streams } = await open();
    streams[0]?.fail(new ApiError(404, 'unknown', '404 Not Found'));
    await jest.advanceTimersByTimeAsync(5000);
    expect(streams).toHaveLength(2);
    hub.dispose();
  });

  it('begins anew where its view is not taken', async () => {
    const { hub, client, streams } = await open();
    client.setLiveView.mockRejectedValueOnce(
      new ApiError(404, 'not_found', 'No such stream.')
    );
    streams[0]?.hello();
    await jest.advanceTimersByTimeAsync(1000);
    expect(streams).toHaveLength(2);
    expect(streams[0]?.isRead).toBe(false);
    hub.dispose();
  });

  it('knows from the stream that the Hub is away, since when, and that it is back', async () => {
    const fake = fakeHub();
    const { hub, client } = fake;
    const stream = await connect(fake);
    stream.send('stale', STALE);
    expect(hub.health.get()).toEqual({
      away: true,
      reason: 'Connection refused',
      asOf: Date.parse(STALE.as_of),
      nextTry: Date.parse(STALE.retry_at)
    });
    // It is the server extension that tries again.
    await jest.advanceTimersByTimeAsync(8000);
    expect(client.events).toHaveBeenCalledTimes(1);
    stream.send('fresh', { as_of: '2026-11-23T14:02:09Z' });
    expect(hub.health.get()).toMatchObject({
      away: false,
      asOf: Date.parse('2026-11-23T14:02:09Z')
    });
    hub.dispose();
  });

  it('does not believe a clock that is far ahead', async () => {
    const fake = fakeHub();
    const stream = await connect(fake);
    const retry_at = '2026-11-23T20:00:00Z';
    stream.send('stale', { ...STALE, retry_at });
    expect(fake.hub.health.get().nextTry).toBe(Date.now() + 60_000);
    fake.hub.dispose();
  });

  it('tells that the way to the Hub is away, and since when', async () => {
    const { hub, streams } = await open();
    streams[0]?.hello();
    await jest.advanceTimersByTimeAsync(20_000);
    streams[0]?.beat();
    const asOf = Date.now();
    streams[0]?.end();
    await jest.advanceTimersByTimeAsync(1000);
    expect(hub.health.get().away).toBe(false);
    streams[1]?.fail(new ConnectionError('Failed to fetch'));
    await jest.advanceTimersByTimeAsync(0);
    expect(hub.health.get()).toMatchObject({
      away: true,
      reason: 'Failed to fetch',
      asOf
    });
    await jest.advanceTimersByTimeAsync(5000);
    streams[2]?.hello();
    expect(hub.health.get().away).toBe(false);
    hub.dispose();
  });

  it('has everything in view looked at when it is to be tried now', async () => {
    const fake = fakeHub();
    const { hub, client } = fake;
    const stream = await connect(fake);
    hub.live.setView({}, { users: ['alice'], windows: [] });
    await settle();
    stream.send('stale', STALE);
    client.setLiveView.mockClear();
    hub.health.tryNow();
    expect(client.setLiveView.mock.calls).toEqual([
      ['stream-1', { users: ['alice'], windows: [] }]
    ]);
    hub.dispose();
  });

  it('opens a broken stream at once when it is to be tried now', async () => {
    const { hub, streams } = await open();
    streams[0]?.fail(new ConnectionError('Refused'));
    await jest.advanceTimersByTimeAsync(0);
    expect(streams).toHaveLength(1);
    hub.health.tryNow();
    expect(streams).toHaveLength(2);
    hub.dispose();
  });
});
