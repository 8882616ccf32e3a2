import {
  act,
  fireEvent,
  screen,
  waitFor,
  within
} from '@testing-library/react';

import { ApiError } from '../../api/errors';
import { patchServer } from '../../state/patch';
import { server } from '../../testing/samples';
import { KEYS, ServersTab } from './serversTab';

describe('ServersView', () => {
  let tab: ServersTab;

  beforeEach(() => {
    tab = new ServersTab();
  });

  afterEach(() => {
    tab.dispose();
  });

  const headings = () =>
    screen.getAllByRole('columnheader').map(node => node.textContent);

  it('has a row for each server, its user named again', async () => {
    await tab.show();
    const grid = screen.getByRole('grid', { name: 'Users and servers' });
    await waitFor(() => expect(grid.getAttribute('aria-rowcount')).toBe('6'));
    const cells = within(tab.row('bob/gpu')).getAllByRole('gridcell');
    expect(cells.slice(1, 4).map(cell => cell.textContent)).toEqual([
      'bob (admin)',
      'Big GPU',
      'Running'
    ]);
    expect(tab.row('bob').getAttribute('aria-label')).toBe('bob, starting');
    expect(tab.row('bob').getAttribute('aria-rowindex')).toBe('3');
    expect(within(tab.row('alice')).getByText('default')).toBeTruthy();
    expect(within(tab.row('alice')).getByText('class-a')).toBeTruthy();
    expect(within(tab.row('bob/gpu')).getByText('gpu-large')).toBeTruthy();
    expect(within(tab.row('zoe')).getByText('never')).toBeTruthy();
  });

  it('says in the row how a start goes on and what went wrong', async () => {
    await tab.show();
    act(() => tab.fake.hub.activity.begin('bob', 'start'));
    act(() => tab.fake.hub.activity.progress('bob', 40, 'Pulling image'));
    expect(within(tab.row('bob')).getByText('Starting 40 %')).toBeTruthy();
    const bar = screen.getByRole('progressbar', { name: 'Starting bob' });
    expect(bar.getAttribute('aria-valuetext')).toBe('40 %, Pulling image');
    const later = Date.now() + 80_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    act(() => tab.fake.hub.activity.progress('bob', 60, 'Pulling image'));
    expect(await within(tab.row('bob')).findByText(/^Starting 60 % · 1:2/));
    clock.mockRestore();
    const problem = within(tab.row('frank')).getByRole('button', {
      name: 'Failed: No free GPU'
    });
    fireEvent.click(problem);
    expect(tab.fake.actions.showProblem).toHaveBeenCalledWith(
      { user: 'frank', server: '' },
      'No free GPU'
    );
    fireEvent.click(
      screen.getByRole('button', { name: 'Dismiss the message of frank' })
    );
    expect(within(tab.row('frank')).getByText('Stopped')).toBeTruthy();
  });

  it('shows the buttons of each row, and none while the hub is away', async () => {
    await tab.show();
    fireEvent.click(screen.getByRole('button', { name: 'Stop alice' }));
    expect(tab.fake.actions.run).toHaveBeenCalledWith('stop', {
      user: 'alice',
      server: ''
    });
    expect(screen.getByRole('button', { name: 'Start zoe' })).toBeTruthy();
    act(() =>
      tab.fake.hub.health.failed(
        new ApiError(502, 'hub_unreachable', 'Connection refused')
      )
    );
    expect(screen.queryByRole('button', { name: 'Stop alice' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Add users…' })).toBeNull();
    expect(screen.getByText(/^The hub does not answer/)).toBeTruthy();
  });

  it('sorts by what the hub can sort by', async () => {
    await tab.show();
    const heading = (name: string) =>
      screen.getByRole('columnheader', { name });
    const sortOf = (name: string) => heading(name).getAttribute('aria-sort');
    const sort = async (name: string, expected: string) => {
      tab.fake.client.listUsers.mockClear();
      fireEvent.click(within(heading(name)).getByRole('button'));
      await waitFor(() =>
        expect(tab.fake.client.listUsers).toHaveBeenCalledWith(
          expect.objectContaining({ sort: expected }),
          expect.anything()
        )
      );
    };
    expect(sortOf('User')).toBe('ascending');
    expect(sortOf('Last activity')).toBe('none');
    await sort('User', '-name');
    expect(sortOf('User')).toBe('descending');
    await sort('Last activity', '-last_activity');
    expect(sortOf('User')).toBe('none');
    expect(sortOf('Last activity')).toBe('descending');
    await sort('Last activity', 'last_activity');
    expect(sortOf('Last activity')).toBe('ascending');
    await sort('User', 'name');
    const sortable = screen
      .getAllByRole('columnheader')
      .filter(node => node.hasAttribute('aria-sort'));
    expect(sortable).toHaveLength(2);
  });

  it('moves no row when a server starts', async () => {
    await tab.show();
    act(() => patchServer(tab.fake.hub.queryClient, server('zoe', 'running')));
    expect(await within(tab.row('zoe')).findByText('Running')).toBeTruthy();
    expect(tab.keys).toEqual(KEYS);
  });

  it('shows the columns that are chosen', async () => {
    await tab.show();
    expect(headings()).toEqual([
      '',
      'User',
      'Server',
      'State',
      'Last activity',
      'Started',
      'Groups',
      'Options',
      'Actions'
    ]);
    act(() =>
      tab.fake.hub.options.set({ dashboardColumns: ['groups', 'nonsense'] })
    );
    expect(headings()).toEqual(['', 'User', 'State', 'Groups', 'Actions']);
    expect(within(tab.row('alice')).getAllByRole('gridcell')).toHaveLength(5);
    fireEvent.click(screen.getByRole('button', { name: 'Columns' }));
    expect(tab.menus.columns).toHaveBeenCalledTimes(1);
  });

  it('counts, and finds what it counts', async () => {
    await tab.show();
    const total = (name: string | RegExp) =>
      screen.getByRole('button', { name });
    const pressed = (name: string | RegExp) =>
      total(name).getAttribute('aria-pressed');
    await waitFor(() => expect(pressed('4 users')).toBe('true'));
    expect(pressed('2 running')).toBe('false');
    expect(total('1 pending')).toBeTruthy();
    fireEvent.click(total(/idle over 1 h$/));
    expect(pressed(/idle over 1 h$/i)).toBe('true');
    await waitFor(() =>
      expect(tab.fake.client.listUsers).toHaveBeenCalledWith(
        expect.objectContaining({ query: 'idle:>1h' }),
        expect.anything()
      )
    );
    expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe(
      'idle:>1h'
    );
    fireEvent.click(total(/idle over 1 h$/i));
    expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('');
    fireEvent.click(total(/pending$/i));
    await waitFor(() =>
      expect(tab.fake.client.listUsers).toHaveBeenCalledWith(
        expect.objectContaining({ query: 'pending', state: 'running' }),
        expect.anything()
      )
    );
    act(() => tab.fake.hub.options.set({ idleLimit: 90 }));
    expect(total(/idle over 90 min\.$/i)).toBeTruthy();
    fireEvent.click(total('Stop idle servers…'));
    expect(tab.fake.actions.command).toHaveBeenCalledWith('stopIdleServers');
  });

  it('offers only what there is for the visitor', async () => {
    tab.fake.actions.offers.mockReturnValue(false);
    await tab.show();
    expect(screen.queryByRole('button', { name: 'Add users…' })).toBeNull();
    expect(
      screen.queryByRole('button', { name: 'Stop idle servers…' })
    ).toBeNull();
  });
});
