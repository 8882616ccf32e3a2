import { fakeHub } from '../../testing/hub';
import type { IFakeHub } from '../../testing/hub';
import type { FakeStream } from '../../testing/live';
import { FakeChannel, fakeStreams } from '../../testing/live';
import { info, page, server, user } from '../../testing/samples';
import type { IListView } from '../keys';
import { keys } from '../keys';
import { findServer } from '../listed';
import type { UserPages } from '../users';

const VIEW: IListView = {
  search: '',
  state: 'all',
  sort: 'name',
  pageSize: 50,
  epoch: 0
};

interface ITab extends IFakeHub {
  readonly streams: FakeStream[];
  readonly list: object;
  /** As the switcher of tabs does. */
  show: (shown: boolean) => void;
  state: () => string | undefined;
}

async function tab(baseUrl = 'http://lab/user/admin/'): Promise<ITab> {
  const fake = fakeHub({ baseUrl });
  const { hub, client } = fake;
  hub.queryClient.setQueryData<UserPages>(keys.list(VIEW), {
    pages: [page([user('zoe')])],
    pageParams: [{ state: 'running', offset: 0 }]
  });
  const streams = fakeStreams(fake);
  client.info.mockResolvedValue(info());
  await hub.info.load();
  const list = {};
  const show = (shown: boolean) => hub.visibility.set(list, shown);
  const state = () =>
    findServer(hub.queryClient, { user: 'zoe', server: '' })?.state;
  return { ...fake, streams, list, show, state };
}

/** Tabs in this order, of which the first leads. */
async function two(): Promise<[ITab, ITab]> {
  const first = await tab();
  const second = await tab();
  first.show(true);
  await settle();
  first.streams[0]?.hello();
  second.show(true);
  await settle();
  return [first, second];
}

const look = ({ hub, list }: ITab, ...users: string[]) =>
  hub.live.setView(list, { users, windows: [] });

const settle = () => jest.advanceTimersByTimeAsync(400);

const read = (...tabs: ITab[]) =>
  tabs.map(({ streams }) => streams.filter(({ isRead }) => isRead).length);

const channelOf = (index: number) => [...FakeChannel.all][index];

describe('Tabs of one browser', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Object.assign(window, { BroadcastChannel: FakeChannel });
  });

  afterEach(() => {
    FakeChannel.all.clear();
    Reflect.deleteProperty(window, 'BroadcastChannel');
    jest.useRealTimers();
  });

  it('share one stream, and all hear it', async () => {
    const [first, second] = await two();
    expect(read(first, second)).toEqual([1, 0]);
    expect(second.hub.live.isConnected).toBe(true);
    first.streams[0]?.send('server', server('zoe', 'running'));
    await settle();
    expect([first.state(), second.state()]).toEqual(['running', 'running']);
    first.streams[0]?.end();
    await settle();
    expect(second.hub.live.isConnected).toBe(false);
    first.hub.dispose();
    second.hub.dispose();
  });

  it('have all that is in view in any of them looked at', async () => {
    const [first, second] = await two();
    look(first, 'alice', 'bob');
    look(second, 'bob', 'zoe');
    await settle();
    expect(first.client.setLiveView).toHaveBeenLastCalledWith('stream-1', {
      users: ['alice', 'bob', 'zoe'],
      windows: []
    });
    second.show(false);
    await settle();
    expect(first.client.setLiveView).toHaveBeenLastCalledWith('stream-1', {
      users: ['alice', 'bob'],
      windows: []
    });
    expect(second.client.setLiveView).not.toHaveBeenCalled();
    first.hub.dispose();
    second.hub.dispose();
  });

  it('have one stream even if they are shown at the same moment', async () => {
    const first = await tab();
    const second = await tab();
    second.show(true);
    first.show(true);
    await settle();
    expect(read(first, second).sort()).toEqual([0, 1]);
    first.hub.dispose();
    second.hub.dispose();
  });

  it('go on when the leader is closed', async () => {
    const [first, second] = await two();
    look(first, 'alice');
    look(second, 'zoe');
    await settle();
    first.hub.dispose();
    await settle();
    expect(read(first, second)).toEqual([0, 1]);
    second.streams[0]?.hello();
    await settle();
    expect(second.client.setLiveView).toHaveBeenLastCalledWith('stream-1', {
      users: ['zoe'],
      windows: []
    });
    second.hub.dispose();
  });

  it('go on when the leader is left for another page', async () => {
    const first = await tab();
    first.show(true);
    await settle();
    const channel = channelOf(0);
    window.dispatchEvent(new Event('pagehide'));
    expect(read(first)).toEqual([0]);
    expect(channel?.sent[channel.sent.length - 1]).toMatchObject({
      kind: 'bye'
    });
    first.hub.dispose();
  });

  it('go on without a leader that says nothing, and agree when it is back', async () => {
    const [first, second] = await two();
    const channel = channelOf(0);
    if (channel) {
      channel.isFrozen = true;
    }
    await jest.advanceTimersByTimeAsync(5000);
    expect(second.hub.live.isConnected).toBe(true);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(read(second)).toEqual([1]);
    if (channel) {
      channel.isFrozen = false;
    }
    await jest.advanceTimersByTimeAsync(5000);
    expect(read(first, second).sort()).toEqual([0, 1]);
    first.hub.dispose();
    second.hub.dispose();
  });

  it('are led by one that is seen, whose timers are not slow', async () => {
    const first = await tab();
    const second = await tab();
    first.show(true);
    await settle();
    first.show(false);
    second.show(true);
    await settle();
    expect(read(first, second)).toEqual([0, 1]);
    first.show(true);
    await settle();
    expect(read(first, second)).toEqual([0, 1]);
    second.show(false);
    await settle();
    expect(read(first, second)).toEqual([1, 0]);
    first.hub.dispose();
    second.hub.dispose();
  });

  it('close the stream when nothing is seen in any of them', async () => {
    const [first, second] = await two();
    first.show(false);
    second.show(false);
    await jest.advanceTimersByTimeAsync(11_000);
    expect(read(first, second)).toEqual([0, 0]);
    expect(first.hub.live.isConnected).toBe(false);
    const said = channelOf(0)?.sent.length;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(channelOf(0)?.sent).toHaveLength(said ?? 0);
    first.hub.dispose();
    second.hub.dispose();
  });

  it('tell a new one that the Hub is away; any of them may have it tried', async () => {
    const first = await tab();
    const second = await tab();
    first.show(true);
    await settle();
    first.streams[0]?.hello({
      message: 'Connection refused',
      as_of: null,
      retry_at: new Date(Date.now() + 30_000).toISOString()
    });
    second.show(true);
    await settle();
    expect(second.hub.health.get()).toMatchObject({
      away: true,
      reason: 'Connection refused'
    });
    first.client.setLiveView.mockClear();
    second.hub.health.tryNow();
    await settle();
    expect(first.client.setLiveView).toHaveBeenCalledTimes(1);
    first.streams[0]?.send('fresh', { as_of: new Date().toISOString() });
    await settle();
    expect(second.hub.health.get().away).toBe(false);
    first.hub.dispose();
    second.hub.dispose();
  });

  it('of different servers have nothing to do with each other', async () => {
    const first = await tab();
    const other = await tab('http://lab/user/admin/gpu/');
    first.show(true);
    other.show(true);
    await settle();
    expect(read(first, other)).toEqual([1, 1]);
    first.hub.dispose();
    other.hub.dispose();
  });

  it('have a stream each where they cannot talk', async () => {
    Reflect.deleteProperty(window, 'BroadcastChannel');
    const first = await tab();
    const second = await tab();
    first.show(true);
    second.show(true);
    expect(read(first, second)).toEqual([1, 1]);
    first.hub.dispose();
    second.hub.dispose();
  });

  it('do not stumble over what others put into their channel', async () => {
    const first = await tab();
    first.show(true);
    await settle();
    const stranger = new FakeChannel(channelOf(0)?.name ?? '');
    for (const message of [null, 'x', {}, { id: 1 }, { id: 'x', kind: 'y' }]) {
      stranger.postMessage(message);
    }
    await settle();
    expect(read(first)).toEqual([1]);
    first.hub.dispose();
  });
});
