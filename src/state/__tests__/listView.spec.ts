import type { ServerView } from '../../api/types';
import { server } from '../../testing/samples';
import { KeptView } from '../listView';
import { isMeant } from '../meant';
import { Selection } from '../selection';

const carol = { user: 'carol', server: '' };

/** Put something into what is kept under a name. */
function tamper(name: string, value: unknown): void {
  const key = Object.keys(window.sessionStorage).find(known =>
    known.endsWith(name)
  );
  if (!key) {
    throw new Error(`Nothing is kept as ${name}.`);
  }
  window.sessionStorage.setItem(key, JSON.stringify(value));
}

describe('KeptView', () => {
  it('begins with everybody, by name, at the top', () => {
    expect(new KeptView('/user/admin/', 'sidebar').get()).toEqual({
      search: '',
      state: 'all',
      sort: 'name',
      top: 0,
      pages: 1
    });
  });

  it('keeps what each list showed', () => {
    const view = new KeptView('/user/admin/', 'dashboard');
    expect(view.show('ali', 'running', '-last_activity')).toBe(1);
    expect(new KeptView('/user/admin/', 'dashboard').get()).toEqual(view.get());
    expect(new KeptView('/user/admin/', 'sidebar').get().search).toBe('');
  });

  it('keeps how far the same list was loaded and scrolled, within bounds', () => {
    jest.useFakeTimers();
    const view = new KeptView('/user/admin/', 'sidebar');
    view.loaded(30, 1006);
    view.scrolled(1234);
    jest.runAllTimers();
    jest.useRealTimers();
    expect(new KeptView('/user/admin/', 'sidebar').get()).toMatchObject({
      top: 1234,
      pages: 9
    });
    expect(view.show('', 'all', 'name')).toBe(9);
    expect(view.show('x', 'all', 'name')).toBe(1);
    expect(view.get().top).toBe(0);
  });

  it('believes nothing that it would not have written', () => {
    new KeptView('/user/admin/', 'sidebar').show('x', 'all', 'name');
    tamper('list:sidebar', {
      search: 'x'.repeat(5000),
      state: 'some',
      sort: 7,
      top: 'far',
      pages: 1e9
    });
    const kept = new KeptView('/user/admin/', 'sidebar').get();
    expect(kept).toMatchObject({
      state: 'all',
      sort: 'name',
      top: 0,
      pages: 13
    });
    expect(kept.search).toHaveLength(255);
    tamper('list:sidebar', null);
    expect(new KeptView('/user/admin/', 'sidebar').get().search).toBe('');
  });

  it('is not that of another server', () => {
    new KeptView('/user/admin/', 'sidebar').show('x', 'all', 'name');
    expect(new KeptView('/user/other/', 'sidebar').get().search).toBe('');
  });

  it('does without a storage', () => {
    const storage = jest.spyOn(Storage.prototype, 'setItem');
    storage.mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(() =>
      new KeptView('/user/admin/', 'sidebar').show('x', 'all', 'name')
    ).not.toThrow();
    storage.mockRestore();
  });
});

describe('Selection', () => {
  it('is the same after a reload of the page', () => {
    const selection = new Selection('/user/admin/');
    selection.add([carol, { user: 'bob', server: 'gpu' }]);
    expect([...new Selection('/user/admin/').get().servers.keys()]).toEqual([
      'carol',
      'bob/gpu'
    ]);
    const matching = { query: 'x', state: 'running' as const, count: null };
    selection.selectMatching(matching);
    expect(new Selection('/user/admin/').get().matching).toEqual(matching);
    selection.clear();
    expect(new Selection('/user/admin/').isActive()).toBe(false);
  });

  it('takes nothing else for servers', () => {
    new Selection('/user/admin/').set([carol]);
    tamper('selection', {
      servers: [carol, { user: 1, server: '' }, 'bob', null],
      matching: { query: 'x', state: 'nonsense' }
    });
    expect([...new Selection('/user/admin/').get().servers.values()]).toEqual([
      carol
    ]);
  });
});

describe('isMeant', () => {
  const now = Date.parse('2026-11-23T16:00:01Z');
  const named = (state: ServerView['state'], name = 'gpu') =>
    server('bob', state, { name, display_name: 'Big One' });
  const meant = (view: ServerView, search: string) =>
    isMeant(view, search, 'all', now);

  it('is true for every server without words about servers', () => {
    expect(meant(server('bob', 'stopped'), '')).toBe(true);
    expect(meant(server('bob', 'stopped'), 'bo group:class-a admin')).toBe(
      true
    );
    expect(meant(server('bob', 'stopped'), '"running"')).toBe(true);
    expect(meant(server('bob', 'stopped'), 'server')).toBe(true);
  });

  it('goes by the filter', () => {
    expect(isMeant(named('starting'), '', 'running', now)).toBe(true);
    expect(isMeant(named('stopped'), '', 'running', now)).toBe(false);
    expect(isMeant(server('bob', 'stopped'), '', 'stopped', now)).toBe(true);
  });

  it('is false for a named server that is stopped, unless one looks for it', () => {
    expect(meant(named('running'), '')).toBe(true);
    expect(meant(named('stopped'), '')).toBe(false);
    expect(isMeant(named('stopped'), '', 'stopped', now)).toBe(false);
    expect(meant(named('stopped'), '"server:gpu"')).toBe(false);
    expect(meant(named('stopped'), 'server:gpu')).toBe(true);
  });

  it('goes by the state, unless the name holds the word', () => {
    expect(meant(named('running'), 'bo running')).toBe(true);
    expect(meant(named('stopped'), 'bo running')).toBe(false);
    expect(meant(named('stopped'), 'stopped server:gpu')).toBe(true);
    expect(meant(named('stopping'), 'pending')).toBe(true);
    expect(meant(named('running'), 'pending')).toBe(false);
    expect(meant(server('running-man', 'stopped'), 'running')).toBe(true);
  });

  it('goes by the time without use', () => {
    const view = named('running');
    expect(meant(view, 'idle:>2h')).toBe(true);
    expect(meant(view, 'idle:>3h')).toBe(false);
    expect(meant({ ...view, last_activity: null }, 'idle:>2h')).toBe(false);
    expect(meant(named('stopped'), 'idle:>2h')).toBe(false);
  });

  it('goes by the name of a named server', () => {
    expect(meant(named('running'), 'server:GP')).toBe(true);
    expect(meant(named('running'), 'server:"big one"')).toBe(true);
    expect(meant(named('running'), 'server:cpu')).toBe(false);
    expect(meant(server('bob', 'running'), 'server:gpu')).toBe(false);
  });
});
