import { QueryObserver } from '@tanstack/react-query';

import { ApiError } from '../../api/errors';
import type { UserPages } from '../users';
import { findServer } from '../listed';
import { patchPeople, patchServer } from '../patch';
import { usersOf } from '../listed';
import { firstPage, nextPage, wordProblem } from '../users';
import type { IListView } from '../keys';
import { keys } from '../keys';
import { createQueryClient } from '../queryClient';
import { page, server, user } from '../../testing/samples';

const VIEW: IListView = {
  search: '',
  state: 'all',
  sort: 'name',
  pageSize: 50,
  epoch: 0
};
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

  it('has one order for all by last activity, whoever is active', () => {
    const view: IListView = { ...VIEW, sort: '-last_activity' };
    expect(firstPage(view)).toEqual({ state: 'all', offset: 0 });
    expect(firstPage({ ...view, state: 'running' }).state).toBe('running');
    expect(firstPage({ ...VIEW, sort: '-name' }).state).toBe('running');
    const param = { state: 'all' as const, offset: 0 };
    expect(
      nextPage(view, [page([running, stopped], { next: 50 })], [param])
    ).toEqual({ state: 'all', offset: 50 });
    expect(nextPage(view, [page([running, stopped])], [param])).toBeUndefined();
  });

  it('goes back by those who were used and come last now', () => {
    const view: IListView = { ...VIEW, sort: 'last_activity' };
    const used = { ...stopped, last_activity: '2026-11-23T15:00:00Z' };
    const first = page([running, used, user('bob')], { next: 50 });
    expect(nextPage(view, [first], [{ state: 'all', offset: 0 }])).toEqual({
      state: 'all',
      offset: 49
    });
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

describe('wordProblem', () => {
  const error = (status: number, detail: unknown) =>
    new ApiError(
      status,
      'invalid_request',
      'Not understood.',
      detail as Record<string, unknown>
    );

  it('is only what the server says of a word of the search', () => {
    const entry = { field: 'query', word: 'idel:2h', hint: 'idle:2h' };
    expect(wordProblem(error(400, [null, entry]))).toEqual({
      message: 'Not understood.',
      word: 'idel:2h',
      hint: 'idle:2h'
    });
    expect(wordProblem(error(400, [{ field: 'query', word: 1 }]))).toEqual({
      message: 'Not understood.'
    });
    expect(wordProblem(error(400, [{ field: 'limit' }]))).toBeNull();
    expect(wordProblem(error(400, null))).toBeNull();
    expect(wordProblem(error(403, [{ field: 'query' }]))).toBeNull();
    expect(wordProblem(new Error('query'))).toBeNull();
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

  it('know a server as the newest of them does, and best as the one that is shown', () => {
    const { queryClient } = lists(both());
    const state = () =>
      findServer(queryClient, { user: 'zoe', server: '' })?.state;
    const stated = (name: 'running' | 'starting'): UserPages => ({
      pages: [page([user('zoe', server('zoe', name))])],
      pageParams: [{ state: 'all', offset: 0 }]
    });
    const add = (epoch: number, data: UserPages, updatedAt: number) => {
      const queryKey = keys.list({ ...VIEW, epoch });
      queryClient.setQueryData(queryKey, data, { updatedAt });
      return queryKey;
    };
    expect(state()).toBe('stopped');
    const queryKey = add(1, stated('running'), Date.now() + 1000);
    expect(state()).toBe('running');
    add(2, stated('starting'), Date.now() + 2000);
    expect(state()).toBe('starting');
    const leave = new QueryObserver(queryClient, {
      queryKey,
      staleTime: Infinity
    }).subscribe(() => undefined);
    expect(state()).toBe('running');
    leave();
  });

  it('keep the identity of what did not change', () => {
    const { queryClient } = lists(both());
    const before = queryClient.getQueryData<UserPages>(keys.list(VIEW));
    patchServer(queryClient, server('zoe', 'starting'));
    const after = queryClient.getQueryData<UserPages>(keys.list(VIEW));
    expect(after?.pages[0]?.items[0]).toBe(before?.pages[0]?.items[0]);
    expect(after?.pages[1]?.items[0]).not.toBe(before?.pages[1]?.items[0]);
  });

  const active = (name: string) => user(name, server(name, 'running'));

  it('take news without moving a row; who is new comes last', () => {
    const { queryClient, names } = lists(both());
    patchPeople(
      queryClient,
      {
        added: [active('aaron'), user('idler')],
        changed: [user('alice', server('alice', 'stopping'))],
        counts: { users: 400, active: 30 }
      },
      () => false
    );
    expect(names()).toEqual(['alice', 'zoe', 'aaron']);
    expect(findServer(queryClient, { user: 'alice', server: '' })?.state).toBe(
      'stopping'
    );
    const data = queryClient.getQueryData<UserPages>(keys.list(VIEW));
    expect(data?.pages[0]?.counts).toEqual({ users: 400, active: 30 });
  });

  it('believe what is known here rather than news', () => {
    const { queryClient } = lists(both());
    patchServer(queryClient, server('alice', 'stopping'));
    patchPeople(
      queryClient,
      { changed: [{ ...running, groups: ['a'] }] },
      who => who.user === 'alice'
    );
    expect(findServer(queryClient, { user: 'alice', server: '' })?.state).toBe(
      'stopping'
    );
    const data = queryClient.getQueryData<UserPages>(keys.list(VIEW));
    expect(data?.pages[0]?.items[0]?.groups).toEqual(['a']);
  });

  it.each([
    ['li', ['alice', 'zoe', 'charlie']],
    ['group:li', ['alice', 'zoe']],
    ['running', ['alice', 'zoe']],
    ['li b', ['alice', 'zoe']]
  ])('add nobody who may not match %s', (search, expected) => {
    const { queryClient, names } = lists(both(), { ...VIEW, search });
    const added = [active('charlie'), active('bob'), active('running')];
    patchPeople(queryClient, { added }, () => false);
    expect(names()).toEqual(expected);
  });

  it('add nobody who runs to those at rest, or who is still to come', () => {
    const added = [active('bob')];
    const atRest = lists(both(), { ...VIEW, state: 'stopped' });
    patchPeople(atRest.queryClient, { added }, () => false);
    expect(atRest.names()).toEqual(['alice', 'zoe']);
    const halfway = lists({
      pages: [page([running], { next: 1 })],
      pageParams: [{ state: 'running', offset: 0 }]
    });
    patchPeople(halfway.queryClient, { added }, () => false);
    expect(halfway.names()).toEqual(['alice']);
  });

  it('take out who is gone, and leave out nobody behind them', () => {
    const { queryClient, names } = lists({
      pages: [page([running]), page([user('yan'), stopped], { next: 50 })],
      pageParams: both().pageParams
    });
    patchPeople(queryClient, { removed: ['zoe', 'nobody'] }, () => false);
    expect(names()).toEqual(['alice', 'yan']);
    const data = queryClient.getQueryData<UserPages>(keys.list(VIEW));
    const pages = data?.pages ?? [];
    expect(pages.map(({ total }) => total)).toEqual([1, 1]);
    expect(nextPage(VIEW, pages, data?.pageParams ?? [])).toEqual({
      state: 'stopped',
      offset: 49
    });
  });

  it('leave lists alone which news do not touch', () => {
    const { queryClient } = lists(both());
    const before = queryClient.getQueryData<UserPages>(keys.list(VIEW));
    patchPeople(
      queryClient,
      { changed: [user('nobody')], removed: ['else'] },
      () => false
    );
    expect(queryClient.getQueryData<UserPages>(keys.list(VIEW))).toBe(before);
  });
});
