import { ApiError } from '../../api/errors';
import type { ProgressEvent } from '../../api/types';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { info, page, server, user } from '../../testing/samples';
import type { IArrival } from '../follower';
import { keys } from '../keys';
import type { UserPages } from '../users';
import { findServer } from '../users';

const CAROL = { user: 'carol', server: '' };
const VIEW = { search: '', state: 'all' as const, pageSize: 50, epoch: 0 };

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
    client.getUser.mockResolvedValue(user('carol'));
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

  it('tells a start that failed from one that was refused', async () => {
    const { hub, client } = setup(user('carol'));
    client.startServer.mockRejectedValue(
      new ApiError(500, 'hub_failed', 'No node is free.')
    );
    client.getUser.mockResolvedValue(user('carol'));
    await hub.actions.start(CAROL);
    expect(hub.activity.get('carol').problem?.kind).toBe('failed');
    hub.dispose();
  });

  it('follows the event stream until the server is ready', async () => {
    const { hub, client, state, arrivals } = setup(user('carol'));
    let tell: (event: ProgressEvent) => void = () => undefined;
    client.startServer.mockResolvedValue(server('carol', 'starting'));
    client.getUser.mockResolvedValue(
      user('carol', server('carol', 'starting'))
    );
    client.progress.mockImplementation((_user, _server, onEvent) => {
      tell = onEvent;
      return new Promise(() => undefined);
    });
    await hub.actions.start(CAROL);
    await jest.advanceTimersByTimeAsync(500);
    expect(client.progress).toHaveBeenCalledTimes(1);
    tell({ progress: 40, message: 'Pulling image' });
    expect(hub.activity.get('carol')).toMatchObject({
      percent: 40,
      message: 'Pulling image'
    });
    client.getUser.mockResolvedValue(user('carol', server('carol', 'running')));
    tell({ progress: 100, ready: true });
    await flush();
    expect(state()).toBe('running');
    expect(hub.activity.get('carol').doing).toBeNull();
    expect(arrivals).toMatchObject([{ action: 'start', failure: null }]);
    hub.dispose();
  });

  it('asks for the server where there is no stream', async () => {
    const { hub, client, state } = setup(user('carol'));
    client.startServer.mockResolvedValue(server('carol', 'starting'));
    client.progress.mockRejectedValue(new ApiError(409, 'conflict', 'No.'));
    client.getUser.mockResolvedValue(
      user('carol', server('carol', 'starting'))
    );
    await hub.actions.start(CAROL);
    await jest.advanceTimersByTimeAsync(3000);
    expect(state()).toBe('starting');
    client.getUser.mockResolvedValue(user('carol', server('carol', 'running')));
    await jest.advanceTimersByTimeAsync(3000);
    expect(state()).toBe('running');
    hub.dispose();
  });

  it('reads at most two streams at a time', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const { hub, client } = setup(...names.map(name => user(name)));
    client.startServer.mockImplementation(name =>
      Promise.resolve(server(name, 'starting'))
    );
    client.getUser.mockImplementation(name =>
      Promise.resolve(user(name, server(name, 'starting')))
    );
    for (const name of names) {
      void hub.actions.start({ user: name, server: '' });
    }
    await jest.advanceTimersByTimeAsync(5000);
    expect(client.progress).toHaveBeenCalledTimes(2);
    const looked = new Set(client.getUser.mock.calls.map(([name]) => name));
    expect([...looked].sort()).toEqual(['c', 'd']);
    hub.dispose();
  });

  it('shows what the Hub says of a start that failed', async () => {
    const { hub, client, state, arrivals } = setup(user('carol'));
    const failure = { message: 'No free GPU.', at: '2026-11-23T14:00:00Z' };
    client.startServer.mockResolvedValue(server('carol', 'starting'));
    client.progress.mockImplementation((_user, _server, onEvent) => {
      onEvent({ failed: true, message: 'No free GPU.' });
      return Promise.resolve();
    });
    client.getUser.mockResolvedValue(
      user('carol', server('carol', 'stopped', { failure }))
    );
    await hub.actions.start(CAROL);
    await jest.advanceTimersByTimeAsync(1000);
    expect(arrivals).toMatchObject([{ failure: 'No free GPU.' }]);
    expect(hub.activity.get('carol').problem?.message).toBe('No free GPU.');
    expect(state()).toBe('stopped');
    hub.dispose();
  });

  it('follows a restart through its stop', async () => {
    const before = server('carol', 'running');
    const { hub, client, state, arrivals } = setup(user('carol', before));
    client.restartServer.mockResolvedValue(server('carol', 'stopping'));
    client.progress.mockRejectedValue(new ApiError(409, 'conflict', 'No.'));
    const seen: unknown[] = [];
    for (const next of ['running', 'stopped', 'starting', 'running'] as const) {
      client.getUser.mockResolvedValue(
        user(
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

  it('shows the start of a restart as soon as the stream tells of it', async () => {
    const { hub, client, state } = setup(
      user('carol', server('carol', 'running'))
    );
    let tell: (event: ProgressEvent) => void = () => undefined;
    client.restartServer.mockResolvedValue(server('carol', 'stopping'));
    client.progress.mockImplementation((_user, _server, onEvent) => {
      tell = onEvent;
      return new Promise(() => undefined);
    });
    await hub.actions.restart(CAROL);
    await jest.advanceTimersByTimeAsync(100);
    tell({ progress: null, message: 'Stopping' });
    await flush();
    expect(state()).toBe('stopping');
    client.getUser.mockResolvedValue(
      user('carol', server('carol', 'starting'))
    );
    tell({ progress: 0, message: 'Server requested' });
    await flush();
    expect(state()).toBe('starting');
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
