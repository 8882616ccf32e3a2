import {
  act,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import React from 'react';

import { Listeners } from '../../state/listeners';
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
const STOPPED = page([user('carol'), user('dora')]);

describe('the selection', () => {
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

  const answer = (running = RUNNING, stopped = STOPPED) =>
    fake.client.listUsers.mockImplementation(({ state }) =>
      Promise.resolve(state === 'running' ? running : stopped)
    );
  const draw = () =>
    render(<UsersView shown={shown.subscribe} />, { wrapper: fake.Wrapper });
  const show = async () => {
    answer();
    const drawn = draw();
    await screen.findByText('End of the list');
    return drawn;
  };
  const row = (key: string) =>
    screen
      .getAllByRole('row')
      .find(({ dataset }) => dataset.key === key) as HTMLElement;
  /** A click of the mouse, which gives a row the focus unless it takes a range. */
  const click = (
    key: string,
    keys: { ctrlKey?: boolean; metaKey?: boolean; shiftKey?: boolean } = {}
  ) => {
    if (fireEvent.mouseDown(row(key), keys)) {
      act(() => row(key).focus());
    }
    fireEvent.click(row(key), keys);
  };
  const selected = () => [...fake.hub.selection.get().servers.keys()];
  const marked = () =>
    screen
      .getAllByRole('row')
      .filter(node => node.getAttribute('aria-selected') === 'true')
      .map(({ dataset }) => dataset.key);
  const press = (key: string, shiftKey = false) =>
    fireEvent.keyDown(document.activeElement ?? document.body, {
      key,
      shiftKey
    });

  it('begins by a click with Ctrl or Cmd, without a switch of mode', async () => {
    await show();
    expect(screen.queryAllByRole('checkbox')).toHaveLength(0);
    expect(row('alice').hasAttribute('aria-selected')).toBe(false);
    click('alice', { ctrlKey: true });
    click('carol', { metaKey: true });
    expect(selected()).toEqual(['alice', 'carol']);
    expect(marked()).toEqual(['alice', 'carol']);
    expect(row('dora').getAttribute('aria-selected')).toBe('false');
    expect(screen.getByText('2 selected')).toBeTruthy();
    // Checkboxes on all rows, and no other buttons than the dots.
    expect(screen.getAllByRole('checkbox')).toHaveLength(5);
    expect(screen.queryByRole('button', { name: 'Stop alice' })).toBeNull();
    click('alice', { ctrlKey: true });
    expect(selected()).toEqual(['carol']);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select dora' }));
    expect(selected()).toEqual(['carol', 'dora']);
  });

  it('does not begin by a plain click, nor by one on a button', async () => {
    await show();
    click('alice');
    fireEvent.click(screen.getByRole('button', { name: 'Stop alice' }), {
      ctrlKey: true
    });
    expect(fake.hub.selection.isActive()).toBe(false);
  });

  it('takes a range from where it began, and only that', async () => {
    await show();
    click('carol');
    click('alice', { shiftKey: true });
    expect(marked()).toEqual(['alice', 'bob', 'bob/gpu', 'carol']);
    expect(document.activeElement).toBe(row('alice'));
    click('dora', { shiftKey: true });
    expect(marked()).toEqual(['carol', 'dora']);
    // What was selected before stays.
    click('alice', { ctrlKey: true });
    click('bob', { shiftKey: true });
    expect(marked()).toEqual(['alice', 'bob', 'carol', 'dora']);
  });

  it('is made by the keyboard', async () => {
    await show();
    act(() => row('bob').focus());
    press(' ');
    expect(marked()).toEqual(['bob']);
    press('ArrowDown', true);
    press('ArrowDown', true);
    expect(marked()).toEqual(['bob', 'bob/gpu', 'carol']);
    press('ArrowUp', true);
    expect(marked()).toEqual(['bob', 'bob/gpu']);
    expect(document.activeElement).toBe(row('bob/gpu'));
    // It begins where the focus is, however that came there.
    act(() => fake.hub.selection.clear());
    act(() => row('alice').focus());
    press('ArrowDown', true);
    expect(marked()).toEqual(['alice', 'bob']);
    act(() => row('bob/gpu').focus());
    // Without Shift the arrows only go.
    press('ArrowDown');
    expect(marked()).toEqual(['alice', 'bob']);
    press(' ');
    expect(marked()).toEqual(['alice', 'bob', 'carol']);
    press('Escape');
    expect(fake.hub.selection.isActive()).toBe(false);
    expect(document.activeElement).toBe(row('carol'));
    press('Escape');
    expect(document.activeElement).toBe(screen.getByRole('searchbox'));
  });

  it('has a bar that acts on it by commands', async () => {
    await show();
    fake.actions.offers.mockImplementation(name => name !== 'restartSelected');
    click('alice', { ctrlKey: true });
    expect(
      screen.queryByRole('button', { name: 'Restart selected' })
    ).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Start selected' }));
    fireEvent.click(screen.getByRole('button', { name: 'Stop selected' }));
    expect(fake.actions.command.mock.calls).toEqual([
      ['startSelected'],
      ['stopSelected']
    ]);
    const clear = screen.getByRole('button', { name: 'Clear selection' });
    act(() => clear.focus());
    fireEvent.click(clear);
    expect(fake.hub.selection.isActive()).toBe(false);
    // The button is gone, the focus is not.
    expect(document.activeElement).toBe(row('alice'));
  });

  it('takes all that match, one by one where all are here', async () => {
    await show();
    act(() => fake.hub.cursor.target?.selectAll());
    expect(screen.getByText('5 selected')).toBeTruthy();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select bob' }));
    expect(marked()).toEqual(['alice', 'bob/gpu', 'carol', 'dora']);
  });

  it('takes only the servers that the filter and the words mean', async () => {
    await show();
    fireEvent.change(screen.getByRole('combobox', { name: 'Server state' }), {
      target: { value: 'running' }
    });
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(3));
    await screen.findByText('End of the list');
    act(() => fake.hub.cursor.target?.selectAll());
    expect(selected()).toEqual(['alice', 'bob/gpu']);
  });

  it('takes all that match beyond what is loaded, and says how many', async () => {
    fake.client.listUsers.mockImplementation(({ state, offset = 0 }) =>
      offset === 0
        ? Promise.resolve(
            state === 'running'
              ? RUNNING
              : page(STOPPED.items, { total: 310, next: 50 })
          )
        : new Promise(() => undefined)
    );
    draw();
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(5));
    act(() => fake.hub.cursor.target?.selectAll());
    expect(fake.hub.selection.get().matching).toEqual({
      query: '',
      state: 'all',
      count: null
    });
    expect(screen.getByText('Servers of 312 users selected')).toBeTruthy();
    expect(marked()).toHaveLength(5);
    // All but one is what is here but one, as the number says.
    click('bob', { ctrlKey: true });
    expect(screen.getByText('4 selected')).toBeTruthy();
    // All that match one search are not all that match another.
    act(() => fake.hub.cursor.target?.selectAll());
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'a' } });
    await waitFor(() => expect(fake.hub.selection.isActive()).toBe(false));
  });

  it('stays when one of two lists that show it is closed', async () => {
    const { unmount } = await show();
    const all = { query: '', state: 'all' as const, count: null };
    act(() => fake.hub.selection.selectMatching(all));
    unmount();
    expect(fake.hub.selection.get().matching).toEqual(all);
  });

  it('survives a refresh and another search; who is gone leaves it', async () => {
    await show();
    for (const key of ['alice', 'carol', 'dora']) {
      click(key, { ctrlKey: true });
    }
    answer(RUNNING, page([user('dora')]));
    act(() => shown.notify());
    await waitFor(() => expect(selected()).toEqual(['alice', 'dora']));
    answer(page([]), page([user('dora')]));
    fireEvent.change(screen.getByRole('searchbox'), {
      target: { value: 'do' }
    });
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(1));
    await screen.findByText('End of the list');
    expect(selected()).toEqual(['alice', 'dora']);
    expect(screen.getByText('2 selected')).toBeTruthy();
  });

  it('survives a reload of the page', async () => {
    const { unmount } = await show();
    click('alice', { ctrlKey: true });
    click('bob/gpu', { ctrlKey: true });
    unmount();
    fake.hub.dispose();
    fake = fakeHub();
    await show();
    expect(marked()).toEqual(['alice', 'bob/gpu']);
  });

  it('is cleared by Escape in an empty search field', async () => {
    await show();
    click('alice', { ctrlKey: true });
    fireEvent.keyDown(screen.getByRole('searchbox'), { key: 'Escape' });
    expect(fake.hub.selection.isActive()).toBe(false);
  });
});
