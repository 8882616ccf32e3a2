import {
  act,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import React from 'react';

import type { UserPage } from '../../api/types';
import { Listeners } from '../../state/listeners';
import { VisibleContext, Visibility } from '../../state/visibility';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { layOut, scrollTo } from '../../testing/layout';
import { page, server, user } from '../../testing/samples';
import { FRUITLESS } from '../More';
import { UsersView } from '../UsersView';

/** Names of users, in order. */
function names(count: number, first = 0): string[] {
  return Array.from(
    { length: count },
    (_, index) => `u${`${index + first}`.padStart(4, '0')}`
  );
}

/** A hub of so many users of whom nobody is active, in pages. */
function stopped(all: readonly string[]) {
  return ({
    state,
    offset = 0,
    limit = 50
  }: {
    state?: string;
    offset?: number;
    limit?: number;
  }): Promise<UserPage> => {
    if (state === 'running') {
      return Promise.resolve(page([]));
    }
    const end = offset + limit;
    return Promise.resolve(
      page(
        all.slice(offset, end).map(name => user(name)),
        {
          total: all.length,
          offset,
          limit,
          next: end < all.length ? end : null
        }
      )
    );
  };
}

const rows = () => screen.queryAllByRole('row');
const keysOf = () => rows().map(row => row.dataset.key);
const focused = () => document.activeElement?.getAttribute('data-key');
const press = (key: string) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key });

describe('a long list', () => {
  let fake: IFakeHub;
  let removeLayout: () => void;
  const shown = new Listeners();
  let visibility: Visibility;

  const scroller = () =>
    document.querySelector('.jp-HubAdmin-scroll') as HTMLElement;

  beforeEach(() => {
    // Ten rows are in view.
    removeLayout = layOut(280, true);
    fake = fakeHub();
    visibility = new Visibility();
    visibility.set(shown, true);
  });

  afterEach(() => {
    fake.hub.dispose();
    removeLayout();
  });

  const draw = () =>
    render(
      <VisibleContext.Provider value={visibility}>
        <UsersView shown={shown.subscribe} />
      </VisibleContext.Provider>,
      { wrapper: fake.Wrapper }
    );

  const show = async (count = 300) => {
    fake.client.listUsers.mockImplementation(stopped(names(count)));
    const drawn = draw();
    const grid = await screen.findByRole('treegrid');
    await waitFor(() =>
      expect(grid.getAttribute('aria-rowcount')).toBe(`${count}`)
    );
    return { grid, ...drawn };
  };

  it('has only the rows near the view in the page', async () => {
    const { grid } = await show();
    expect(rows().length).toBeLessThan(40);
    act(() => scrollTo(scroller(), 200 * 28));
    await waitFor(() => expect(keysOf()).toContain('u0205'));
    expect(keysOf()).not.toContain('u0100');
    expect(rows().length).toBeLessThan(40);
    const row = rows().find(({ dataset }) => dataset.key === 'u0205');
    expect(row?.getAttribute('aria-rowindex')).toBe('206');
    // What is left out keeps its place.
    const gaps = rows().map(({ style }) => parseInt(style.marginTop) || 0);
    const height =
      gaps.reduce((sum, gap) => sum + gap, rows().length * 28) +
      parseInt(grid.style.paddingBottom);
    expect(height).toBe(300 * 28);
  });

  it('knows rows that are higher than others', async () => {
    fake.client.listUsers.mockImplementation(query =>
      query.state === 'running'
        ? Promise.resolve(
            page(names(20).map(name => user(name, server(name, 'starting'))))
          )
        : stopped(names(300, 20))(query)
    );
    draw();
    const grid = await screen.findByRole('treegrid');
    await waitFor(() => expect(grid.getAttribute('aria-rowcount')).toBe('320'));
    act(() => scrollTo(scroller(), 5000));
    await waitFor(() => expect(keysOf()).not.toContain('u0015'));
    const [first, second] = rows();
    // The tab stop stays; after it 19 high rows are left out and the rest as usual.
    expect(first?.dataset.key).toBe('u0000');
    const index = Number(second?.dataset.index);
    expect(parseInt(second?.style.marginTop ?? '')).toBe(
      19 * 46 + (index - 20) * 28
    );
  });

  it('goes to any row by the keyboard', async () => {
    await show();
    fireEvent.keyDown(screen.getByRole('searchbox'), { key: 'ArrowDown' });
    expect(focused()).toBe('u0000');
    press('End');
    await waitFor(() => expect(focused()).toBe('u0299'));
    await waitFor(() => expect(keysOf()).toContain('u0290'));
    press('ArrowUp');
    expect(focused()).toBe('u0298');
    press('PageUp');
    await waitFor(() => expect(focused()).toBe('u0289'));
    press('Home');
    await waitFor(() => expect(focused()).toBe('u0000'));
    await waitFor(() => expect(keysOf()).toContain('u0009'));
    expect(rows().filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
  });

  it('keeps the row that has the focus in the page', async () => {
    await show();
    fireEvent.keyDown(screen.getByRole('searchbox'), { key: 'ArrowDown' });
    press('ArrowDown');
    act(() => scrollTo(scroller(), 200 * 28));
    await waitFor(() => expect(keysOf()).toContain('u0205'));
    expect(focused()).toBe('u0001');
    press('ArrowDown');
    await waitFor(() => expect(focused()).toBe('u0002'));
    expect(scroller().scrollTop).toBe(2 * 28);
  });

  it('keeps the focus by key when the list is loaded anew', async () => {
    await show();
    act(() => {
      fake.hub.cursor.target?.revealRow('u0150');
    });
    await waitFor(() => expect(focused()).toBe('u0150'));
    fake.client.listUsers.mockImplementation(
      stopped(names(300).filter(name => name !== 'u0149'))
    );
    act(() => shown.notify());
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('150')
    );
    expect(focused()).toBe('u0150');
    // Who is gone hands it on.
    fake.client.listUsers.mockImplementation(
      stopped(names(300).filter(name => name !== 'u0150'))
    );
    act(() => shown.notify());
    await waitFor(() => expect(focused()).toBe('u0151'));
  });

  it('brings a row into the view and knows which are not there', async () => {
    await show();
    expect(fake.hub.cursor.listOf('sidebar')?.revealRow('nobody')).toBe(false);
    act(() => {
      expect(fake.hub.cursor.listOf('sidebar')?.revealRow('u0200')).toBe(true);
    });
    await waitFor(() => expect(focused()).toBe('u0200'));
    expect(scroller().scrollTop).toBe(201 * 28 - 280);
  });

  it('looks for a user who is not loaded', async () => {
    await show();
    act(() => fake.hub.cursor.listOf('sidebar')?.find('running'));
    expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe(
      '"running"'
    );
  });

  it('loads as much again as it was scrolled through, and stays there', async () => {
    await show();
    act(() => scrollTo(scroller(), 4000));
    fake.client.listUsers.mockClear();
    act(() => shown.notify());
    await waitFor(() => expect(fake.client.listUsers).toHaveBeenCalledTimes(4));
    // Not row by row: the old ones stay until all of them are here.
    expect(screen.getByRole('treegrid')).toBeTruthy();
    await waitFor(() => expect(keysOf()).toContain('u0143'));
    expect(scroller().scrollTop).toBe(4000);
  });

  it('begins at the top with another search', async () => {
    await show();
    act(() => scrollTo(scroller(), 4000));
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'u' } });
    await waitFor(() => expect(scroller().scrollTop).toBe(0));
  });

  it('is at the top again after a search that found nothing', async () => {
    await show();
    act(() => scrollTo(scroller(), 4000));
    fake.client.listUsers.mockResolvedValue(page([]));
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'x' } });
    await screen.findByText('No user matches "x".');
    await waitFor(() => expect(scroller().scrollTop).toBe(0));
    fake.client.listUsers.mockImplementation(stopped(names(300)));
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: '' } });
    await waitFor(() => expect(keysOf()).toContain('u0009'));
    await screen.findByText('End of the list');
    expect(keysOf()).toContain('u0009');
  });

  it('shows the same after a reload of the page', async () => {
    const { unmount } = await show();
    fireEvent.change(screen.getByRole('combobox', { name: 'Server state' }), {
      target: { value: 'stopped' }
    });
    fireEvent.change(screen.getByRole('searchbox'), {
      target: { value: 'u0' }
    });
    await waitFor(() =>
      expect(fake.client.listUsers).toHaveBeenCalledWith(
        expect.objectContaining({ query: 'u0', offset: 50 }),
        expect.anything()
      )
    );
    act(() => scrollTo(scroller(), 4000));
    await waitFor(() =>
      expect(
        window.sessionStorage.getItem(
          Object.keys(window.sessionStorage).find(key =>
            key.endsWith(':list:sidebar')
          ) ?? ''
        )
      ).toContain('"top":4000')
    );
    unmount();
    fake.hub.dispose();
    removeLayout();
    // More is loaded only where the end comes into view.
    removeLayout = layOut(280);
    fake = fakeHub();
    fake.client.listUsers.mockImplementation(stopped(names(300)));
    draw();
    await waitFor(() => expect(keysOf()).toContain('u0143'));
    expect(scroller().scrollTop).toBe(4000);
    expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('u0');
    expect(
      fake.client.listUsers.mock.calls.every(
        ([query]) => query.query === 'u0' && query.state === 'stopped'
      )
    ).toBe(true);
  });

  it('tells what is in view, until it is hidden', async () => {
    const setView = jest.spyOn(fake.hub.live, 'setView');
    const last = () => setView.mock.calls[setView.mock.calls.length - 1]?.[1];
    await show();
    await waitFor(() => expect(last()?.users).toEqual(names(10)));
    expect(last()?.windows).toEqual([
      expect.objectContaining({ state: 'stopped', offset: 0, limit: 50 })
    ]);
    act(() => scrollTo(scroller(), 100 * 28));
    await waitFor(() => expect(last()?.users?.[0]).toBe('u0100'));
    expect(last()?.windows).toEqual([expect.objectContaining({ offset: 100 })]);
    act(() => visibility.set(shown, false));
    expect(last()).toBeNull();
  });

  it('goes on while matches have to be looked for', async () => {
    fake.client.listUsers.mockImplementation(({ state, offset = 0 }) =>
      Promise.resolve(
        page(offset === 600 ? [user('found')] : [], {
          total: null,
          offset,
          next: state === 'stopped' && offset < 1000 ? offset + 200 : null
        })
      )
    );
    draw();
    await waitFor(() => expect(keysOf()).toEqual(['found']));
    await screen.findByText('End of the list');
  });

  it('asks for the others at once where nobody is active', async () => {
    removeLayout();
    // The browser does not even say what is in view.
    removeLayout = layOut(280, false);
    fake.client.listUsers.mockImplementation(stopped(names(3)));
    draw();
    await waitFor(() => expect(keysOf()).toEqual(names(3)));
  });

  it('asks for nobody in a list that is hidden', async () => {
    removeLayout();
    removeLayout = layOut(280, false);
    visibility.set(shown, false);
    fake.client.listUsers.mockImplementation(stopped(names(3)));
    draw();
    await waitFor(() =>
      expect(document.querySelector('.jp-HubAdmin-more')).toBeTruthy()
    );
    expect(fake.client.listUsers).toHaveBeenCalledTimes(1);
    act(() => visibility.set(shown, true));
    await waitFor(() => expect(keysOf()).toEqual(names(3)));
  });

  it('asks before it goes on looking for what it does not find', async () => {
    fake.client.listUsers.mockImplementation(({ offset = 0 }) =>
      Promise.resolve(page([], { total: null, offset, next: offset + 200 }))
    );
    draw();
    const button = await screen.findByRole('button', {
      name: 'Search further'
    });
    expect(fake.client.listUsers).toHaveBeenCalledTimes(FRUITLESS);
    fireEvent.click(button);
    await waitFor(() =>
      expect(fake.client.listUsers).toHaveBeenCalledTimes(2 * FRUITLESS)
    );
    await screen.findByRole('button', { name: 'Search further' });
    expect(fake.client.listUsers).toHaveBeenCalledTimes(2 * FRUITLESS);
  });

  it('says that it is searching', async () => {
    fake.client.listUsers.mockImplementation(({ offset = 0 }) =>
      offset < 200
        ? Promise.resolve(page([], { total: null, offset, next: offset + 50 }))
        : new Promise(() => undefined)
    );
    draw();
    expect(await screen.findByText('Searching…')).toBeTruthy();
  });
});
