import {
  act,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import React from 'react';

import { ApiError, ConnectionError } from '../../api/errors';
import type { ServerView, UserPage } from '../../api/types';
import { Listeners } from '../../state/listeners';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { layOut } from '../../testing/layout';
import { GREEK, inJapanese, pseudo, untranslated } from '../../testing/pseudo';
import { idle, info, kernel, page, server, user } from '../../testing/samples';
import { SetupView } from '../SetupView';
import { ThisServerView } from '../ThisServerView';
import { UsersView } from '../UsersView';

const [ANNA, BIOS, GAIA, DELTA, ZOE, HERA] = GREEK;

/** A server of which nothing is in Latin letters but its address. */
function greek(
  name: string,
  state: ServerView['state'],
  more: Partial<ServerView> = {}
): ServerView {
  return server(name, state, { user_options: { γ: 2 }, ...more });
}

const RUNNING = page([
  { ...user(ANNA, greek(ANNA, 'running')), groups: ['θ'] },
  user(BIOS, greek(BIOS, 'starting')),
  user(GAIA, greek(GAIA, 'stopping')),
  user(DELTA, greek(DELTA, 'running'), greek(DELTA, 'running', { name: 'ω' }))
]);
const STOPPED = page([
  user(
    ZOE,
    greek(ZOE, 'stopped', {
      failure: { message: 'Χ', at: '2026-11-23T14:01:00Z' }
    })
  ),
  user(HERA)
]);

describe('every word of the panel goes through the translator', () => {
  let fake: IFakeHub;
  const restores: (() => void)[] = [];
  const shown = new Listeners();

  beforeEach(() => {
    restores.push(inJapanese(), layOut(600, true));
    fake = fakeHub(undefined, pseudo);
  });

  afterEach(() => {
    fake.hub.dispose();
    restores.splice(0).forEach(restore => restore());
  });

  const answer = (running: UserPage = RUNNING, stopped: UserPage = STOPPED) =>
    fake.client.listUsers.mockImplementation(({ state }) =>
      Promise.resolve(state === 'running' ? running : stopped)
    );
  const show = () =>
    render(<UsersView shown={shown.subscribe} />, { wrapper: fake.Wrapper });
  const rows = (count: number) =>
    waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(count));
  const check = (...data: string[]) =>
    expect(untranslated(document.body, data)).toEqual([]);

  it('finds those that do not', () => {
    render(
      <div title={pseudo.__('Start %1', ANNA)}>
        {pseudo._n('%1 server', '%1 servers', 2)}
        <button aria-label="Stop">{pseudo.__('It is %1', 'running')}</button>
      </div>
    );
    expect(untranslated()).toEqual(['Stop', '⟦It is ⟧running⟦⟧']);
  });

  it('in the list', async () => {
    answer();
    show();
    await rows(7);
    check();
    act(() => {
      fake.hub.activity.progress(BIOS, 40, 'Ψ');
      fake.hub.activity.end(ANNA, {
        kind: 'refused',
        action: 'stop',
        message: ''
      });
      fake.hub.activity.blocked(DELTA, '/');
    });
    check();
  });

  it('in the selection', async () => {
    answer(RUNNING, { ...STOPPED, next: 50 });
    show();
    await rows(7);
    act(() => fake.hub.selection.set([{ user: ANNA, server: '' }]));
    check();
    act(() => fake.hub.cursor.target?.selectAll());
    check();
  });

  it('in what can be typed, and in what is not understood', async () => {
    answer();
    show();
    await rows(7);
    fireEvent.click(screen.getByRole('button', { name: /What can I type/ }));
    expect(screen.getByRole('listbox')).toBeTruthy();
    check();
    fireEvent.change(screen.getByRole('searchbox'), {
      target: { value: 'idle:' }
    });
    expect(screen.getByRole('listbox')).toBeTruthy();
    check();
    for (const hint of ['"ξ"', 'ψ']) {
      fake.client.listUsers.mockRejectedValue(
        new ApiError(400, 'invalid_request', 'Not understood.', [
          { field: 'query', word: 'ξ', hint }
        ] as unknown as Record<string, unknown>)
      );
      fireEvent.change(screen.getByRole('searchbox'), {
        target: { value: `ξ${hint}` }
      });
      await screen.findByText(/is not understood/);
      await waitFor(() =>
        expect(screen.getByText(/is not understood/).textContent).toContain(
          hint
        )
      );
      check();
    }
  });

  it('in the details', async () => {
    answer();
    show();
    await rows(7);
    for (const name of [ANNA, ZOE]) {
      fireEvent.click(
        screen.getByRole('button', { name: `⟦Details of ⟧${name}⟦⟧` })
      );
      expect(await screen.findByRole('dialog')).toBeTruthy();
      check('/user/');
    }
  });

  it('where there is nothing to list', async () => {
    answer(page([]), page([]));
    show();
    await screen.findByText(/There is no user yet/);
    for (const state of ['all', 'running', 'stopped']) {
      for (const search of ['', 'ξ']) {
        fireEvent.change(screen.getByRole('combobox'), {
          target: { value: state }
        });
        fireEvent.change(screen.getByRole('searchbox'), {
          target: { value: search }
        });
        await waitFor(() =>
          expect(document.body.textContent).not.toContain(search ? 'yet' : 'ξ')
        );
        check();
      }
    }
  });

  it('where the list cannot be loaded', async () => {
    fake.client.listUsers.mockRejectedValue(new ApiError(403, 'x', 'Φ'));
    show();
    await screen.findByText(/could not be listed/);
    check();
    act(() => fake.hub.health.failed(new ConnectionError('Φ')));
    check();
  });

  it('in the bands', async () => {
    answer();
    fake.client.info.mockResolvedValue(info({ permissions_outdated: true }));
    await fake.hub.info.load();
    show();
    await rows(7);
    act(() => fake.hub.health.failed(new ConnectionError('Φ')));
    await screen.findByText(/Trying again/);
    check();
  });

  it('where the hub is not set up', () => {
    render(<SetupView />, { wrapper: fake.Wrapper });
    check();
  });

  it('in the section of this server', async () => {
    fake.client.info.mockResolvedValue(info());
    await fake.hub.info.load();
    fake.client.listKernels.mockResolvedValue([
      kernel('κ', { path: 'λ' }),
      kernel('μ', { path: 'ν', execution_state: 'busy', reason_code: 'busy' })
    ]);
    fake.client.getIdle.mockResolvedValue(idle());
    render(<ThisServerView />, { wrapper: fake.Wrapper });
    await screen.findByText(/Stop idle kernels after/);
    await screen.findByText('λ');
    check();
  });
});
