import { fireEvent, screen, waitFor, within } from '@testing-library/react';

import { page, server, user } from '../../testing/samples';
import { KEYS, ServersTab } from './serversTab';

describe('selecting in ServersView', () => {
  let tab: ServersTab;

  beforeEach(() => {
    tab = new ServersTab();
  });

  afterEach(() => {
    tab.dispose();
  });

  it('selects, and says in words what can be done with it', async () => {
    await tab.show();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select alice' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select bob/gpu' }));
    const bar = screen.getByRole('group', { name: 'Selection' });
    expect(within(bar).getByText('2 servers selected')).toBeTruthy();
    expect(screen.queryByRole('group', { name: 'Totals' })).toBeNull();
    expect(tab.row('alice').getAttribute('aria-selected')).toBe('true');
    expect(tab.row('bob').getAttribute('aria-selected')).toBe('false');
    const all = screen.getByRole<HTMLInputElement>('checkbox', {
      name: 'Select all that match'
    });
    expect([all.checked, all.indeterminate]).toEqual([false, true]);
    for (const [name, command] of [
      ['Start', 'startSelected'],
      ['Restart…', 'restartSelected'],
      ['Stop…', 'stopSelected']
    ] as const) {
      fireEvent.click(within(bar).getByRole('button', { name }));
      expect(tab.fake.actions.command).toHaveBeenLastCalledWith(command);
    }
    fireEvent.click(
      within(bar).getByRole('button', { name: 'Select all 5 that match' })
    );
    expect(tab.fake.hub.selection.get().servers.size).toBe(5);
    expect(
      within(bar).queryByRole('button', { name: /^Select all/ })
    ).toBeNull();
    expect([all.checked, all.indeterminate]).toEqual([true, false]);
    fireEvent.click(within(bar).getByRole('button', { name: 'Clear' }));
    expect(tab.fake.hub.selection.isActive()).toBe(false);
    expect(document.activeElement).toBe(tab.row('alice'));
  });

  it('selects a range with Shift, and everything by its heading', async () => {
    await tab.show();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select bob' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select frank' }), {
      shiftKey: true
    });
    expect([...tab.fake.hub.selection.get().servers.keys()]).toEqual([
      'bob',
      'bob/gpu',
      'frank'
    ]);
    const all = screen.getByRole('checkbox', { name: 'Select all that match' });
    fireEvent.click(all);
    expect(tab.fake.hub.selection.get().servers.size).toBe(5);
    fireEvent.click(all);
    expect(tab.fake.hub.selection.isActive()).toBe(false);
  });

  it('counts and takes only what matches, not what is listed beside it', async () => {
    await tab.show();
    fireEvent.change(screen.getByRole('combobox', { name: 'Server state' }), {
      target: { value: 'running' }
    });
    // Frank's own server is stopped, but was listed with those that run.
    await waitFor(() => expect(tab.keys).toEqual(KEYS.slice(0, 4)));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select bob' }));
    const bar = screen.getByRole('group', { name: 'Selection' });
    fireEvent.click(
      within(bar).getByRole('button', { name: 'Select all 3 that match' })
    );
    expect([...tab.fake.hub.selection.get().servers.keys()]).toEqual([
      'alice',
      'bob',
      'bob/gpu'
    ]);
    expect(
      within(bar).queryByRole('button', { name: /^Select all/ })
    ).toBeNull();
    const all = screen.getByRole<HTMLInputElement>('checkbox', {
      name: 'Select all that match'
    });
    expect([all.checked, all.indeterminate]).toEqual([true, false]);
    fireEvent.click(all);
    expect(tab.fake.hub.selection.isActive()).toBe(false);
  });

  it('counts no named server that is stopped beside those that run', async () => {
    const named = (state: 'running' | 'stopped', name: string) =>
      server('bob', state, { name, display_name: name });
    tab.fake.client.listUsers.mockResolvedValue(
      page([
        user(
          'bob',
          server('bob', 'running'),
          named('running', 'cpu'),
          named('stopped', 'gpu')
        )
      ])
    );
    await tab.show(['bob', 'bob/cpu', 'bob/gpu']);
    const all = screen.getByRole<HTMLInputElement>('checkbox', {
      name: 'Select all that match'
    });
    fireEvent.change(screen.getByRole('combobox', { name: 'Server state' }), {
      target: { value: 'running' }
    });
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select bob' }));
    fireEvent.click(
      await screen.findByRole('button', { name: 'Select all 2 that match' })
    );
    expect([all.checked, all.indeterminate]).toEqual([true, false]);
    fireEvent.click(all);
    expect(tab.fake.hub.selection.isActive()).toBe(false);
  });

  it('offers to select no more where nothing matches', async () => {
    await tab.show();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select alice' }));
    tab.fake.client.listUsers.mockResolvedValue(page([]));
    fireEvent.change(screen.getByRole('searchbox'), {
      target: { value: 'zzz' }
    });
    await screen.findByText('No user matches "zzz".');
    const bar = screen.getByRole('group', { name: 'Selection' });
    expect(within(bar).getByText('1 server selected')).toBeTruthy();
    expect(
      within(bar).queryByRole('button', { name: /^Select all/ })
    ).toBeNull();
  });
});
