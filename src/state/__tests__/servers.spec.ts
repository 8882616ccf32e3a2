import { ApiError } from '../../api/errors';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { connect } from '../../testing/live';
import { details, info, page, server, user } from '../../testing/samples';
import type { IArrival } from '../follower';
import type { IListView } from '../keys';
import { keys } from '../keys';
import type { UserPages } from '../users';
import { findServer, listedUsers } from '../listed';

const CAROL = { user: 'carol', server: '' };
const VIEW: IListView = {
  search: '',
  state: 'all',
  sort: 'name',
  pageSize: 50,
  epoch: 0
};

function setup(...users: ReturnType<typeof user>[]) {
  const fake = fakeHub();
  fake.hub.queryClient.setQueryData<UserPages>(keys.list(VIEW), {
    pages: [page(users)],
    pageParams: [{ state: 'running', offset: 0 }]
  });
  const arrivals: IArrival[] = [];
  fake.hub.arrived.connect((_, arrival) => arrivals.push(arrival));
  const state = () => findServer(fake.hub.queryClient, CAROL)?.state;
  return { ...fake, arrivals, state };
}

async function mayStop({ hub, client }: IFakeHub): Promise<void> {
  client.info.mockResolvedValue(info());
  await hub.info.load();
}

const flush = () => jest.advanceTimersByTimeAsync(0);

describe('ServerActions', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('shows a start before the Hub has answered', async () => {
    const fake = setup(user('carol'));
    await mayStop(fake);
    const { hub, state } = fake;
    void hub.actions.start(CAROL);
    expect(state()).toBe('starting');
    expect(findServer(hub.queryClient, CAROL)?.can.stop).toBe(true);
    expect(hub.activity.get('carol').doing).toBe('start');
    hub.dispose();
  });

  it('asks the Hub only once however often it is clicked', () => {
    const { hub, client } = setup(user('carol'));
    void hub.actions.start(CAROL);
    void hub.actions.start(CAROL);
    expect(client.startServer).toHaveBeenCalledTimes(1);
    hub.dispose();
  });

  it('takes a refusal back and keeps its reason', async () => {
    const { hub, client, state, arrivals } = setup(user('carol'));
    client.startServer.mockRejectedValue(
      new ApiError(403, 'hub_forbidden', 'Not yours.')
    );
    client.getUser.mockResolvedValue(details('carol'));
    const error = await hub.actions.start(CAROL);
    expect(error?.message).toBe('Not yours.');
    expect(state()).toBe('stopped');
    expect(hub.activity.get('carol').problem).toEqual({
      kind: 'refused',
      action: 'start',
      message: 'Not yours.'
    });
    expect(arrivals).toMatchObject([{ failure: 'Not yours.', mine: true }]);
    hub.dispose();
  });

  it('takes all of a user it looks at but the servers', async () => {
    const { hub, client, state } = setup(user('carol'));
    client.getUser.mockResolvedValue({
      ...details('carol', server('carol', 'running')),
      user: {
        ...user('carol', server('carol', 'running')),
        last_activity: '2026-11-23T14:00:00Z',
        may_start: false
      }
    });
    expect((await hub.actions.look(CAROL))?.state).toBe('running');
    expect(state()).toBe('stopped');
    expect(listedUsers(hub.queryClient)[0]).toMatchObject({
      last_activity: '2026-11-23T14:00:00Z',
      may_start: false
    });
    hub.dispose();
  });

  it('tells a start that failed from one that was refused', async () => {
    const { hub, client } = setup(user('carol'));
    client.startServer.mockRejectedValue(
      new ApiError(500, 'hub_failed', 'No node is free.')
    );
    client.getUser.mockResolvedValue(details('carol'));
    await hub.actions.start(CAROL);
    expect(hub.activity.get('carol').problem?.kind).toBe('failed');
    hub.dispose();
  });

  it('follows what is told until the server is ready', async () => {
    const fake = setup(user('carol'));
    const { hub, client, state, arrivals } = fake;
    const stream = await connect(fake);
    client.startServer.mockResolvedValue(server('carol', 'starting'));
    await hub.actions.start(CAROL);
    stream.send('progress', {
      user: 'carol',
      server: '',
      progress: 40,
      message: 'Pulling image'
    });
    expect(hub.activity.get('carol')).toMatchObject({
      percent: 40,
      message: 'Pulling image'
    });
    stream.send('progress', {
      user: 'carol',
      server: '',
      progress: 100,
      ready: true
    });
    expect(state()).toBe('starting');
    stream.send('server', server('carol', 'running'));
    expect(state()).toBe('running');
    expect(hub.activity.get('carol').doing).toBeNull();
    expect(arrivals).toMatchObject([{ action: 'start', failure: null }]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(client.getUser).not.toHaveBeenCalled();
    hub.dispose();
  });

  it('asks once for a server that is ready if nothing more is told', async () => {
    const fake = setup(user('carol'));
    const { hub, client, state } = fake;
    const stream = await connect(fake);
    client.startServer.mockResolvedValue(server('carol', 'starting'));
    client.getUser.mockResolvedValue(
      details('carol', server('carol', 'running'))
    );
    await hub.actions.start(CAROL);
    stream.send('progress', { user: 'carol', server: '', ready: true });
    await jest.advanceTimersByTimeAsync(300);
    expect(state()).toBe('running');
    expect(client.getUser).toHaveBeenCalledTimes(1);
    hub.dispose();
  });

  it('has what was begun here in view, wherever its row is', async () => {
    const fake = setup();
    const { hub, client } = fake;
    await connect(fake);
    client.startServer.mockResolvedValue(server('carol', 'starting'));
    await hub.actions.start(CAROL);
    await jest.advanceTimersByTimeAsync(200);
    expect(client.setLiveView).toHaveBeenLastCalledWith('stream-1', {
      users: ['carol'],
      windows: []
    });
    hub.dispose();
  });

  it('asks for the server where nothing is told', async () => {
    const { hub, client, state } = setup(user('carol'));
    client.startServer.mockResolvedValue(server('carol', 'starting'));
    client.getUser.mockResolvedValue(
      details('carol', server('carol', 'starting'))
    );
    await hub.actions.start(CAROL);
    await jest.advanceTimersByTimeAsync(3000);
    expect(state()).toBe('starting');
    expect(client.getUser).toHaveBeenCalledTimes(1);
    client.getUser.mockResolvedValue(
      details('carol', server('carol', 'running'))
    );
    await jest.advanceTimersByTimeAsync(3000);
    expect(state()).toBe('running');
    hub.dispose();
  });

  it('asks for a server of which nothing was heard for a while', async () => {
    const fake = setup(user('carol'));
    const { hub, client, state } = fake;
    await connect(fake);
    client.startServer.mockResolvedValue(server('carol', 'starting'));
    client.getUser.mockResolvedValue(
      details('carol', server('carol', 'running'))
    );
    await hub.actions.start(CAROL);
    await jest.advanceTimersByTimeAsync(4000);
    expect(client.getUser).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(4000);
    expect(state()).toBe('running');
    hub.dispose();
  });

  it('asks for a few of many at a time, in turn', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `u${index}`);
    const { hub, client } = setup(...names.map(name => user(name)));
    client.startServer.mockImplementation(name =>
      Promise.resolve(server(name, 'starting'))
    );
    client.getUser.mockImplementation(name =>
      Promise.resolve(details(name, server(name, 'starting')))
    );
    for (const name of names) {
      void hub.actions.start({ user: name, server: '' });
    }
    await jest.advanceTimersByTimeAsync(2100);
    expect(client.getUser).toHaveBeenCalledTimes(5);
    await jest.advanceTimersByTimeAsync(4000);
    const looked = client.getUser.mock.calls.map(([name]) => name);
    expect(new Set(looked).size).toBe(12);
    hub.dispose();
  });

  it('shows what the Hub says of a start that failed', async () => {
    const fake = setup(user('carol'));
    const { hub, client, state, arrivals } = fake;
    const stream = await connect(fake);
    const failure = { message: 'No free GPU.', at: '2026-11-23T14:00:00Z' };
    client.startServer.mockResolvedValue(server('carol', 'starting'));
    client.getUser.mockResolvedValue(
      details('carol', server('carol', 'stopped', { failure }))
    );
    await hub.actions.start(CAROL);
    stream.send('progress', {
      user: 'carol',
      server: '',
      failed: true,
      message: 'No free GPU.'
    });
    await jest.advanceTimersByTimeAsync(1000);
    expect(arrivals).toMatchObject([{ failure: 'No free GPU.' }]);
    expect(hub.activity.get('carol').problem?.message).toBe('No free GPU.');
    expect(state()).toBe('stopped');
    hub.dispose();
  });

  it('does not take what was seen before a stop for its failure', async () => {
    const running = server('carol', 'running');
    const fake = setup(user('carol', running));
    const { hub, client, state, arrivals } = fake;
    const stream = await connect(fake);
    client.stopServer.mockResolvedValue(server('carol', 'stopping'));
    client.getUser.mockResolvedValue(
      details('carol', server('carol', 'stopping'))
    );
    await hub.actions.stop(CAROL);
    stream.send('server', running);
    await flush();
    expect(state()).toBe('stopping');
    expect(arrivals).toEqual([]);
    stream.send('server', server('carol', 'stopped'));
    expect(state()).toBe('stopped');
    expect(arrivals).toMatchObject([{ action: 'stop', failure: null }]);
    hub.dispose();
  });

  it('follows a restart through its stop', async () => {
    const before = server('carol', 'running');
    const { hub, client, state, arrivals } = setup(user('carol', before));
    client.restartServer.mockResolvedValue(server('carol', 'stopping'));
    const seen: unknown[] = [];
    for (const next of ['running', 'stopped', 'starting', 'running'] as const) {
      client.getUser.mockResolvedValue(
        details(
          'carol',
          server('carol', next, {
            started: seen.length < 1 ? before.started : '2026-11-23T15:00:00Z'
          })
        )
      );
      if (!seen.length) {
        await hub.actions.restart(CAROL);
      }
      await jest.advanceTimersByTimeAsync(2200);
      seen.push(state());
    }
    expect(seen).toEqual(['stopping', 'starting', 'starting', 'running']);
    expect(arrivals).toMatchObject([{ action: 'restart', failure: null }]);
    hub.dispose();
  });

  it('waits for the start of a restart, however often its stop is told', async () => {
    const fake = setup(user('carol', server('carol', 'running')));
    const { hub, client, state, arrivals } = fake;
    const stream = await connect(fake);
    client.restartServer.mockResolvedValue(server('carol', 'stopping'));
    client.getUser.mockResolvedValue(
      details('carol', server('carol', 'stopped'))
    );
    await hub.actions.restart(CAROL);
    for (let told = 0; told < 20; told++) {
      stream.send('server', server('carol', 'stopped'));
    }
    expect(state()).toBe('starting');
    expect(arrivals).toEqual([]);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(state()).toBe('stopped');
    expect(arrivals).toMatchObject([{ action: 'restart', failure: '' }]);
    hub.dispose();
  });

  it('shows the start of a restart as soon as the stream tells of it', async () => {
    const fake = setup(user('carol', server('carol', 'running')));
    const { hub, client, state } = fake;
    const stream = await connect(fake);
    const tell = (progress: number | null, message: string) =>
      stream.send('progress', { user: 'carol', server: '', progress, message });
    client.restartServer.mockResolvedValue(server('carol', 'stopping'));
    await hub.actions.restart(CAROL);
    tell(null, 'Stopping');
    await flush();
    expect(state()).toBe('stopping');
    client.getUser.mockResolvedValue(
      details('carol', server('carol', 'starting'))
    );
    tell(0, 'Server requested');
    await flush();
    expect(state()).toBe('starting');
    hub.dispose();
  });

  it('forgets a server whose user is gone', async () => {
    const fake = setup(user('carol', server('carol', 'running')));
    const { hub, client } = fake;
    const stream = await connect(fake);
    client.stopServer.mockResolvedValue(server('carol', 'stopping'));
    await hub.actions.stop(CAROL);
    stream.send('users', { removed: ['carol'] });
    expect(hub.activity.get('carol').doing).toBeNull();
    expect(findServer(hub.queryClient, CAROL)).toBeUndefined();
    hub.dispose();
  });

  it('ignores the power button right after its meaning has changed', async () => {
    const { hub } = setup(user('carol'));
    hub.activity.meaningChanged('carol');
    expect(hub.activity.mayAct('carol')).toBe(false);
    await jest.advanceTimersByTimeAsync(500);
    expect(hub.activity.mayAct('carol')).toBe(true);
    hub.dispose();
  });
});
