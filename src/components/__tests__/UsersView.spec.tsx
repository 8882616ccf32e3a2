import {
  act,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import React from 'react';

import { ApiError } from '../../api/errors';
import type { UserPage } from '../../api/types';
import { keys } from '../../state/keys';
import { Listeners } from '../../state/listeners';
import { patchServer } from '../../state/patch';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { layOut } from '../../testing/layout';
import { page, server, user } from '../../testing/samples';
import { UsersView } from '../UsersView';

const RUNNING = page([
  user('alice', server('alice', 'running')),
  user(
    'bob',
    server('bob', 'stopped'),
    server('bob', 'running', { name: 'gpu' })
  )
]);
const STOPPED = page([user('aaron'), user('zoe')]);

function answer(fake: IFakeHub, running = RUNNING, stopped = STOPPED) {
  fake.client.listUsers.mockImplementation(({ state }) =>
    Promise.resolve(state === 'running' ? running : stopped)
  );
}

const keysOf = () =>
  screen.queryAllByRole('row').map(row => row.dataset['key']);

describe('UsersView', () => {
  let fake: IFakeHub;
  let removeLayout: () => void;
  const shown = new Listeners();

  beforeEach(() => {
    removeLayout = layOut(600, true);
    fake = fakeHub();
  });

  afterEach(() => {
    fake.hub.dispose();
    removeLayout();
  });

  const show = async (rows: number) => {
    render(<UsersView shown={shown.subscribe} />, { wrapper: fake.Wrapper });
    await waitFor(() => expect(keysOf()).toHaveLength(rows));
  };

  it('lists the active users first, then the others', async () => {
    answer(fake);
    await show(5);
    expect(keysOf()).toEqual(['alice', 'bob', 'bob/gpu', 'aaron', 'zoe']);
    const grid = screen.getByRole('treegrid', { name: 'Users and servers' });
    await waitFor(() => expect(grid.getAttribute('aria-rowcount')).toBe('5'));
    expect(screen.getByText('2 running · 4 users')).toBeTruthy();
  });

  it('moves no row when a server starts, only when it is refreshed', async () => {
    answer(fake);
    await show(5);
    act(() => patchServer(fake.hub.queryClient, server('zoe', 'running')));
    expect(keysOf()).toEqual(['alice', 'bob', 'bob/gpu', 'aaron', 'zoe']);
    answer(
      fake,
      page([...RUNNING.items, user('zoe', server('zoe', 'running'))]),
      page([user('aaron')])
    );
    act(() => fake.hub.cursor.lists.forEach(list => list.refresh()));
    await waitFor(() =>
      expect(keysOf()).toEqual(['alice', 'bob', 'bob/gpu', 'zoe', 'aaron'])
    );
  });

  it('computes the order anew when the panel is shown again', async () => {
    answer(fake);
    await show(5);
    const asked = fake.client.listUsers.mock.calls.length;
    act(() => shown.notify());
    await waitFor(() =>
      expect(fake.client.listUsers.mock.calls.length).toBeGreaterThan(asked)
    );
  });

  it('searches literally, and keeps the old rows while it does', async () => {
    answer(fake);
    await show(5);
    let found: (page: UserPage) => void = () => undefined;
    fake.client.listUsers.mockImplementation(
      ({ state }) =>
        new Promise(resolve => {
          if (state === 'running') {
            found = resolve;
          } else {
            resolve(page([]));
          }
        })
    );
    fireEvent.change(screen.getByRole('searchbox', { name: 'Search users' }), {
      target: { value: 'a_i' }
    });
    await waitFor(() =>
      expect(fake.client.listUsers).toHaveBeenCalledWith(
        expect.objectContaining({ query: 'a_i', state: 'running' }),
        expect.anything()
      )
    );
    expect(keysOf()).toHaveLength(5);
    await act(() => Promise.resolve(found(page([user('a_i')]))));
    await waitFor(() => expect(keysOf()).toEqual(['a_i']));
    expect(screen.getByText('1 user matches')).toBeTruthy();
  });

  it('keeps the list when it is asked for anew while the hub is away', async () => {
    answer(fake);
    await show(5);
    fake.client.listUsers.mockRejectedValue(
      new ApiError(502, 'hub_unreachable', 'The hub cannot be reached.')
    );
    act(() => shown.notify());
    expect(await screen.findByText(/^The hub does not answer/)).toBeTruthy();
    expect(keysOf()).toHaveLength(5);
    answer(fake);
    await act(() =>
      fake.hub.queryClient.refetchQueries({ queryKey: keys.lists })
    );
    await waitFor(() => expect(keysOf()).toHaveLength(5));
  });

  it('says that nothing matches and offers a way on', async () => {
    answer(fake);
    await show(5);
    answer(fake, page([]), page([]));
    const box = screen.getByRole<HTMLInputElement>('searchbox');
    fireEvent.change(box, { target: { value: 'zzz' } });
    expect(await screen.findByText('No user matches "zzz".')).toBeTruthy();
    fireEvent.change(screen.getByRole('combobox', { name: 'Server state' }), {
      target: { value: 'running' }
    });
    expect(
      await screen.findByText('No running server matches "zzz".')
    ).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Search all users' }));
    fireEvent.click(
      await screen.findByRole('button', { name: 'Clear search' })
    );
    expect(box.value).toBe('');
  });

  it('asks only for the state that is chosen', async () => {
    answer(fake);
    await show(5);
    fake.client.listUsers.mockClear();
    fireEvent.change(screen.getByRole('combobox', { name: 'Server state' }), {
      target: { value: 'stopped' }
    });
    await waitFor(() => expect(keysOf()).toEqual(['aaron', 'zoe']));
    expect(
      fake.client.listUsers.mock.calls.map(([query]) => query.state)
    ).toEqual(['stopped']);
  });

  it('tells that the Hub is away, and why', async () => {
    fake.client.listUsers.mockRejectedValue(
      new ApiError(502, 'hub_unreachable', 'Connection refused')
    );
    render(<UsersView shown={shown.subscribe} />, { wrapper: fake.Wrapper });
    expect(await screen.findByText('Connection refused')).toBeTruthy();
    expect(
      screen.getAllByText(/The hub does not answer\. Trying again in \d+ s\./)
    ).not.toHaveLength(0);
  });

  it('tells a refusal in the words of the Hub', async () => {
    fake.client.listUsers.mockRejectedValue(
      new ApiError(403, 'hub_forbidden', 'Missing list:users.')
    );
    render(<UsersView shown={shown.subscribe} />, { wrapper: fake.Wrapper });
    expect(
      await screen.findByText(
        'The users could not be listed: Missing list:users.'
      )
    ).toBeTruthy();
  });

  it('has one tab stop, which the arrow keys move', async () => {
    answer(fake);
    await show(5);
    const stops = () =>
      screen
        .getAllByRole('row')
        .filter(row => row.tabIndex === 0)
        .map(row => row.dataset['key']);
    expect(stops()).toEqual(['alice']);
    const box = screen.getByRole('searchbox');
    fireEvent.keyDown(box, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(screen.getAllByRole('row')[0]);
    const press = (key: string) =>
      fireEvent.keyDown(document.activeElement ?? document.body, { key });
    press('ArrowDown');
    press('ArrowDown');
    expect(stops()).toEqual(['bob/gpu']);
    press('ArrowRight');
    press('ArrowRight');
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      'Open bob/gpu'
    );
    press('Escape');
    expect(stops()).toEqual(['bob/gpu']);
    press('End');
    expect(stops()).toEqual(['zoe']);
    press('Home');
    press('PageDown');
    expect(stops()).toEqual(['zoe']);
    press('Escape');
    expect(document.activeElement).toBe(box);
  });

  it('keeps the focus in the list when its row is gone', async () => {
    answer(fake);
    await show(5);
    act(() => screen.getAllByRole('row')[3]?.focus());
    expect(document.activeElement?.getAttribute('data-key')).toBe('aaron');
    answer(fake, RUNNING, page([user('zoe')]));
    act(() => shown.notify());
    await waitFor(() => expect(keysOf()).not.toContain('aaron'));
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('role')).toBe('row')
    );
  });

  it('opens the details beside the dot and gives the focus back', async () => {
    answer(fake);
    await show(5);
    const dot = screen.getByRole('button', { name: 'Details of alice' });
    fireEvent.click(dot);
    const box = await screen.findByRole('dialog', {
      name: 'Details of alice'
    });
    expect(box.textContent).toContain('/user/alice/');
    fireEvent.keyDown(box, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(dot);
  });
});
