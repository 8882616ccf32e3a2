import { ApiError } from '../../api/errors';
import { fakeHub } from '../../testing/hub';
import { connect } from '../../testing/live';
import { details, page, server, user } from '../../testing/samples';
import type { IListView } from '../keys';
import { keys } from '../keys';
import { liveViewOf } from '../liveView';
import { findServer } from '../listed';
import type { UserPages } from '../users';

const VIEW: IListView = {
  search: '',
  state: 'all',
  sort: 'name',
  pageSize: 50,
  epoch: 0
};
const ZOE = { user: 'zoe', server: '' };
const STALE = {
  message: 'Connection refused',
  as_of: '2026-11-23T14:02:00Z',
  retry_at: '2026-11-23T14:02:08Z'
};

function setup() {
  const fake = fakeHub();
  fake.hub.queryClient.setQueryData<UserPages>(keys.list(VIEW), {
    pages: [page([user('alice', server('alice', 'running')), user('zoe')])],
    pageParams: [{ state: 'running', offset: 0 }]
  });
  const state = () => findServer(fake.hub.queryClient, ZOE)?.state;
  return { ...fake, state };
}

describe('The rows', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('change with the events, wherever they are', async () => {
    const fake = setup();
    const stream = await connect(fake);
    stream.send('server', server('zoe', 'running'));
    expect(fake.state()).toBe('running');
    stream.send('users', { changed: [user('zoe')] });
    expect(fake.state()).toBe('stopped');
    expect(fake.client.listUsers).not.toHaveBeenCalled();
    fake.hub.dispose();
  });

  it('show how far it is with what others have started', async () => {
    const fake = setup();
    const { hub, client, state } = fake;
    const arrived = jest.fn();
    hub.arrived.connect((_, { who, mine }) => void arrived(who, mine));
    const stream = await connect(fake);
    stream.send('server', server('zoe', 'starting'));
    stream.send('server', server('nobody', 'starting'));
    stream.send('progress', {
      user: 'zoe',
      server: '',
      progress: 30,
      message: 'Pulling image'
    });
    expect(hub.activity.get('zoe')).toMatchObject({
      doing: null,
      percent: 30,
      message: 'Pulling image'
    });
    stream.send('users', { changed: [user('zoe', server('zoe', 'running'))] });
    expect(state()).toBe('running');
    expect(hub.activity.get('zoe').percent).toBeNull();
    expect(arrived.mock.calls).toEqual([[ZOE, false]]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(client.getUser).not.toHaveBeenCalled();
    hub.dispose();
  });

  it('keep what is asked for here until that is answered', async () => {
    const fake = setup();
    const { hub, client, state } = fake;
    const stream = await connect(fake);
    let answer: (error: Error) => void = () => undefined;
    client.startServer.mockImplementation(
      () =>
        new Promise((_, reject) => {
          answer = reject;
        })
    );
    client.getUser.mockResolvedValue(details('zoe'));
    void hub.actions.start(ZOE);
    stream.send('server', server('zoe', 'stopped'));
    stream.send('users', { changed: [user('zoe')] });
    expect(state()).toBe('starting');
    answer(new ApiError(403, 'hub_forbidden', 'Not yours.'));
    await jest.advanceTimersByTimeAsync(0);
    expect(state()).toBe('stopped');
    hub.dispose();
  });

  it('come by themselves once the Hub answers again', async () => {
    const fake = setup();
    const { hub, client } = fake;
    const stream = await connect(fake);
    stream.send('stale', STALE);
    const away = new ApiError(502, 'hub_unreachable', 'Connection refused');
    client.listUsers.mockRejectedValue(away);
    const queryKey = keys.list({ ...VIEW, search: 'a' });
    const queryFn = () => client.listUsers({});
    await hub.queryClient
      .fetchQuery({ queryKey, queryFn })
      .catch(() => undefined);
    client.listUsers.mockClear();
    client.listUsers.mockResolvedValue(page([]));
    stream.send('fresh', { as_of: '2026-11-23T14:02:09Z' });
    expect(client.listUsers).toHaveBeenCalledTimes(1);
    hub.dispose();
  });

  it('are looked at where and as they were listed', () => {
    const data: UserPages = {
      pages: [
        page([user('alice')]),
        page([user('bob')], { limit: 200 }),
        page([user('zoe')])
      ],
      pageParams: [
        { state: 'running', offset: 0 },
        { state: 'running', offset: 50 },
        { state: 'stopped', offset: 0 }
      ]
    };
    const view: IListView = { ...VIEW, search: ' o ' };
    const common = { query: 'o', sort: 'name' };
    expect(liveViewOf(view, data, ['bob', 'zoe', 'bob'])).toEqual({
      users: ['bob', 'zoe'],
      windows: [
        { ...common, state: 'running', offset: 50, limit: 200 },
        { ...common, state: 'stopped', offset: 0, limit: 50 }
      ]
    });
    for (const search of ['idle:>2h', 'Running', '"o"', 'a b']) {
      const { windows } = liveViewOf({ ...VIEW, search }, data, ['bob']);
      expect(windows).toMatchObject([{ query: search, offset: 50 }]);
    }
  });
});
