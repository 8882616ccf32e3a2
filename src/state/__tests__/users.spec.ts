import type { UserPages } from '../users';
import {
  findServer,
  nextPage,
  patchPage,
  patchServer,
  usersOf
} from '../users';
import type { IListView } from '../keys';
import { keys } from '../keys';
import { createQueryClient } from '../queryClient';
import { page, server, user } from '../../testing/samples';

const VIEW: IListView = { search: '', state: 'all', pageSize: 50, epoch: 0 };
const running = user('alice', server('alice', 'running'));
const stopped = user('zoe');

function lists(data: UserPages, view = VIEW) {
  const queryClient = createQueryClient();
  queryClient.setQueryData(keys.list(view), data);
  const names = () =>
    usersOf(queryClient.getQueryData<UserPages>(keys.list(view))).map(
      ({ name }) => name
    );
  return { queryClient, names };
}

const both = (): UserPages => ({
  pages: [page([running]), page([stopped])],
  pageParams: [
    { state: 'running', offset: 0 },
    { state: 'stopped', offset: 0 }
  ]
});

describe('nextPage', () => {
  it('goes through the active users, then through the others', () => {
    const first = page([running], { next: 50 });
    expect(nextPage(VIEW, [first], [{ state: 'running', offset: 0 }])).toEqual({
      state: 'running',
      offset: 50
    });
    const last = page([running]);
    expect(nextPage(VIEW, [last], [{ state: 'running', offset: 50 }])).toEqual({
      state: 'stopped',
      offset: 0
    });
    expect(
      nextPage(VIEW, [last], [{ state: 'stopped', offset: 0 }])
    ).toBeUndefined();
  });

  it('stays with one state if only one is asked for', () => {
    const view: IListView = { ...VIEW, state: 'running' };
    expect(
      nextPage(view, [page([running])], [{ state: 'running', offset: 0 }])
    ).toBeUndefined();
  });

  it('goes back by those who have left the state meanwhile, but always on', () => {
    const started = page([user('bob', server('bob', 'running')), stopped], {
      next: 50
    });
    expect(
      nextPage(VIEW, [started], [{ state: 'stopped', offset: 0 }])
    ).toEqual({ state: 'stopped', offset: 49 });
    const all = page(
      Array.from({ length: 60 }, (_, index) =>
        user(`u${index}`, server(`u${index}`, 'running'))
      ),
      { next: 50 }
    );
    expect(nextPage(VIEW, [all], [{ state: 'stopped', offset: 0 }])).toEqual({
      state: 'stopped',
      offset: 1
    });
  });
});

describe('the lists', () => {
  it('show each user once, where it came first', () => {
    const data = both();
    data.pages.push(page([running, stopped]));
    expect(usersOf(data).map(({ name }) => name)).toEqual(['alice', 'zoe']);
  });

  it('change a row where it is and count it', () => {
    const { queryClient, names } = lists(both());
    patchServer(queryClient, server('zoe', 'running'));
    expect(names()).toEqual(['alice', 'zoe']);
    expect(findServer(queryClient, { user: 'zoe', server: '' })?.state).toBe(
      'running'
    );
    const data = queryClient.getQueryData<UserPages>(keys.list(VIEW));
    expect(data?.pages[0]?.counts.active).toBe(24);
  });

  it('keep the identity of what did not change', () => {
    const { queryClient } = lists(both());
    const before = queryClient.getQueryData<UserPages>(keys.list(VIEW));
    patchServer(queryClient, server('zoe', 'starting'));
    const after = queryClient.getQueryData<UserPages>(keys.list(VIEW));
    expect(after?.pages[0]?.items[0]).toBe(before?.pages[0]?.items[0]);
    expect(after?.pages[1]?.items[0]).not.toBe(before?.pages[1]?.items[0]);
  });

  it('take a poll without moving a row; who is new comes last', () => {
    const { queryClient, names } = lists(both());
    patchPage(
      queryClient,
      page([
        user('aaron', server('aaron', 'running')),
        user('alice', server('alice', 'stopping'))
      ]),
      () => false
    );
    expect(names()).toEqual(['alice', 'zoe', 'aaron']);
    expect(findServer(queryClient, { user: 'alice', server: '' })?.state).toBe(
      'stopping'
    );
  });

  it('believe what is known here rather than a poll', () => {
    const { queryClient } = lists(both());
    patchServer(queryClient, server('alice', 'stopping'));
    patchPage(queryClient, page([running]), who => who.user === 'alice');
    expect(findServer(queryClient, { user: 'alice', server: '' })?.state).toBe(
      'stopping'
    );
  });

  it('add nobody who does not match', () => {
    const searched = lists(both(), { ...VIEW, search: 'li' });
    const added = page([
      user('charlie', server('charlie', 'running')),
      user('bob', server('bob', 'running'))
    ]);
    patchPage(searched.queryClient, added, () => false);
    expect(searched.names()).toEqual(['alice', 'zoe', 'charlie']);
    const atRest = lists(both(), { ...VIEW, state: 'stopped' });
    patchPage(atRest.queryClient, added, () => false);
    expect(atRest.names()).toEqual(['alice', 'zoe']);
  });
});
