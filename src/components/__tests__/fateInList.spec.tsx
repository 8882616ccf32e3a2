import {
  act,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import React from 'react';

import { Listeners } from '../../state/listeners';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { layOut } from '../../testing/layout';
import { inJapanese, pseudo, untranslated } from '../../testing/pseudo';
import { info, page, server, user } from '../../testing/samples';
import {
  decision,
  NOW,
  serviceServer,
  serviceServers
} from '../../testing/service';
import { UsersView } from '../UsersView';

const now = Date.parse(NOW);
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
const shown = new Listeners();

const SERVERS = serviceServers(
  serviceServer('αλκη', {
    decision: decision({
      deadline: at(9),
      warn_at: at(-1),
      sources: [{ kind: 'kernel', name: 'κ', at: NOW }]
    })
  }),
  serviceServer('βιος', {
    decision: decision({
      reason_code: 'busy',
      deadline: null,
      sources: [
        { kind: 'busy_kernel', name: 'κ', at: NOW },
        { kind: 'tab', name: '1', at: NOW, counts: false },
        { kind: 'report', at: NOW, counts: false }
      ]
    }),
    kept: { until: at(60), by: 'γ', at: NOW }
  })
);

describe('the end of servers in the list', () => {
  let fake: IFakeHub;
  let restores: (() => void)[];

  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(now);
    restores = [layOut(600, true)];
  });

  afterEach(() => {
    fake.hub.dispose();
    restores.forEach(restore => restore());
    jest.restoreAllMocks();
  });

  const show = async (hub: IFakeHub) => {
    fake = hub;
    fake.client.listUsers.mockImplementation(({ state }) =>
      Promise.resolve(
        page(
          state === 'running'
            ? ['αλκη', 'βιος'].map(name => user(name, server(name, 'running')))
            : [user('γαια')]
        )
      )
    );
    fake.client.info.mockResolvedValue(
      info({ service: { version: '1' } }, { edit_rules: true })
    );
    fake.service.servers.mockResolvedValue(SERVERS);
    fake.service.info.mockResolvedValue({
      version: '1',
      name: 'admin',
      may_edit_hub: true,
      may_edit_groups: null,
      may_see_audit: true
    });
    await fake.hub.info.load();
    render(<UsersView shown={shown.subscribe} />, { wrapper: fake.Wrapper });
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(3));
  };
  const row = (name: string) =>
    screen
      .getAllByRole('row')
      .find(({ dataset }) => dataset['key'] === name) as HTMLElement;

  it('is in their rows if it is near, and that they run code', async () => {
    await show(fakeHub());
    await within(row('αλκη')).findByText('Stops in 9 min.');
    expect(row('αλκη').getAttribute('aria-label')).toBe(
      'αλκη, running, last activity 2 minutes ago. Stops in 9 min.'
    );
    expect(within(row('βιος')).getByText('busy')).toBeTruthy();
    expect(row('γαια').textContent).toContain('never');
  });

  it('is counted by the clock of the service', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(now - 60 * 60_000);
    await show(fakeHub());
    expect(
      await within(row('αλκη')).findByText('Stops in 9 min.')
    ).toBeTruthy();
  });

  it('is in their details, which the keyboard goes through', async () => {
    await show(fakeHub());
    await within(row('αλκη')).findByText('Stops in 9 min.');
    const dot = screen.getByRole('button', { name: 'Details of αλκη' });
    fireEvent.click(dot);
    const box = await screen.findByRole('dialog', {
      name: 'Details of αλκη'
    });
    expect(within(box).getByText(/^Stops in 9 min\., at /)).toBeTruthy();
    expect(within(box).queryByText(/does not know it/)).toBeNull();
    const buttons = await waitFor(() => {
      const all = within(box).getAllByRole('button');
      expect(all.map(({ textContent }) => textContent)).toEqual([
        'Keep until…',
        'Exempt…',
        'All details'
      ]);
      return all;
    });
    fireEvent.keyDown(box, { key: 'Tab' });
    act(() => buttons[0]?.focus());
    fireEvent.keyDown(buttons[0] as Element, { key: 'Tab' });
    expect(screen.queryByRole('dialog')).toBe(box);
    fireEvent.click(buttons[2] as Element);
    expect(fake.actions.command).toHaveBeenCalledWith('dashboard', {
      user: 'αλκη',
      server: ''
    });
    // Behind the last one it leads back to where it was opened.
    fireEvent.keyDown(buttons[2] as Element, { key: 'Tab' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(dot);
  });

  it('is not told without the service, so that Tab leads out at once', async () => {
    await show(fakeHub());
    fake.client.info.mockResolvedValue(info());
    await act(async () => {
      await fake.hub.info.load();
    });
    fireEvent.click(screen.getByRole('button', { name: 'Details of αλκη' }));
    const box = await screen.findByRole('dialog');
    expect(within(box).getByText(/this panel does not know it/)).toBeTruthy();
    expect(within(box).getByText('Address')).toBeTruthy();
    fireEvent.keyDown(box, { key: 'Tab' });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('goes through the translator', async () => {
    restores.push(inJapanese());
    await show(fakeHub({}, pseudo));
    await screen.findByText(/Stops in/);
    const check = () =>
      expect(untranslated(document.body, ['/user/'])).toEqual([]);
    check();
    for (const name of ['αλκη', 'βιος', 'γαια']) {
      fireEvent.click(
        screen.getByRole('button', { name: `⟦Details of ⟧${name}⟦⟧` })
      );
      const box = await screen.findByRole('dialog');
      if (name !== 'γαια') {
        fireEvent.click(await within(box).findByText(/Keep until…/));
        fireEvent.click(within(box).getByText(/Other…/));
      }
      check();
      fireEvent.keyDown(box, { key: 'Escape' });
    }
  });
});
