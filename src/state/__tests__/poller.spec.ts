import { ApiError } from '../../api/errors';
import { fakeHub } from '../../testing/hub';
import { info, page, server, user } from '../../testing/samples';
import { keys } from '../keys';
import type { UserPages } from '../users';
import { findServer } from '../users';

const VIEW = { search: '', state: 'all' as const, pageSize: 50, epoch: 0 };
const ALICE = { user: 'alice', server: '' };

async function setup() {
  const fake = fakeHub();
  const { hub, client } = fake;
  hub.queryClient.setQueryData<UserPages>(keys.list(VIEW), {
    pages: [page([user('alice', server('alice', 'running')), user('zoe')])],
    pageParams: [{ state: 'running', offset: 0 }]
  });
  client.info.mockResolvedValue(info());
  await hub.info.load();
  return fake;
}

describe('Poller', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('asks nothing while nothing is shown', async () => {
    const { hub, client } = await setup();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(client.listUsers).not.toHaveBeenCalled();
    const widget = {};
    hub.visibility.set(widget, true);
    client.listUsers.mockResolvedValue(page([]));
    client.getUser.mockResolvedValue(null);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(client.listUsers).toHaveBeenCalledTimes(1);
    hub.visibility.set(widget, false);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(client.listUsers).toHaveBeenCalledTimes(1);
    hub.dispose();
  });

  it('asks for one page of active users, never for the list', async () => {
    const { hub, client } = await setup();
    hub.visibility.set({}, true);
    client.listUsers.mockResolvedValue(
      page([user('alice', server('alice', 'running'))])
    );
    await jest.advanceTimersByTimeAsync(10_000);
    expect(client.listUsers.mock.calls.map(([query]) => query)).toEqual([
      { state: 'running', offset: 0, limit: 200 }
    ]);
    hub.dispose();
  });

  it('asks for whoever is not among the active ones any more', async () => {
    const { hub, client } = await setup();
    hub.visibility.set({}, true);
    client.listUsers.mockResolvedValue(page([]));
    client.getUser.mockResolvedValue(user('alice'));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(client.getUser.mock.calls.map(([name]) => name)).toEqual(['alice']);
    expect(findServer(hub.queryClient, ALICE)?.state).toBe('stopped');
    hub.dispose();
  });

  it('follows what others have started', async () => {
    const { hub, client } = await setup();
    hub.visibility.set({}, true);
    client.listUsers.mockResolvedValue(
      page([
        user('alice', server('alice', 'running')),
        user('zoe', server('zoe', 'starting'))
      ])
    );
    await jest.advanceTimersByTimeAsync(10_500);
    expect(client.progress.mock.calls[0]?.slice(0, 2)).toEqual(['zoe', '']);
    hub.dispose();
  });

  it('says when the Hub is away, tries again, and says when it is back', async () => {
    const { hub, client } = await setup();
    hub.visibility.set({}, true);
    client.listUsers.mockRejectedValue(
      new ApiError(502, 'hub_unreachable', 'Connection refused')
    );
    await jest.advanceTimersByTimeAsync(10_000);
    expect(hub.health.get()).toMatchObject({
      away: true,
      reason: 'Connection refused'
    });
    client.listUsers.mockResolvedValue(
      page([user('alice', server('alice', 'running'))])
    );
    await jest.advanceTimersByTimeAsync(5000);
    expect(hub.health.get().away).toBe(false);
    hub.dispose();
  });

  it('does not take a refusal for an absence', async () => {
    const { hub, client } = await setup();
    hub.visibility.set({}, true);
    client.listUsers.mockRejectedValue(
      new ApiError(403, 'hub_forbidden', 'You may not.')
    );
    await jest.advanceTimersByTimeAsync(10_000);
    expect(hub.health.get().away).toBe(false);
    hub.dispose();
  });
});
