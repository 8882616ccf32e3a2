import { act, render, screen } from '@testing-library/react';
import React from 'react';

import { Listeners } from '../../state/listeners';
import { fakeHub } from '../../testing/hub';
import { layOut } from '../../testing/layout';
import { GREEK, inJapanese, pseudo, untranslated } from '../../testing/pseudo';
import { info, page, server, user } from '../../testing/samples';
import { COLUMNS, columnLabel } from '../columns';
import { DashboardView } from '../DashboardView';
import { DashboardModel } from '../model';

const [ANNA, BIOS, GAIA, DELTA] = GREEK;

const USERS = [
  { ...user(ANNA, server(ANNA, 'running')), groups: [GREEK[5]], admin: true },
  user(
    BIOS,
    server(BIOS, 'stopping'),
    server(BIOS, 'running', { name: GREEK[4], user_options: { α: 'β' } })
  ),
  user(GAIA, server(GAIA, 'starting')),
  user(
    DELTA,
    server(DELTA, 'stopped', {
      failure: { message: '', at: '2026-11-23T13:00:00Z' }
    })
  ),
  user(GREEK[4])
];

/**
 * What JupyterHub's own filter words are made of is not translated.
 */
const DATA = ['idle:>2h group:class-a', `/user/${ANNA}/`];

describe('the words of the dashboard', () => {
  it('all go through the translator', async () => {
    const restores = [layOut(560), inJapanese()];
    const fake = fakeHub({}, pseudo);
    const { hub, client } = fake;
    const model = new DashboardModel();
    client.info.mockResolvedValue(info({}, { manage_groups: true }));
    client.listUsers.mockResolvedValue(page(USERS));
    client.getUser.mockResolvedValue({
      user: USERS[0],
      sent: { α: null, β: true, γ: [], δ: { '': { ε: ['ζ'] } } }
    } as never);
    await hub.info.load();
    render(
      <DashboardView
        model={model}
        menus={{ more: jest.fn(), columns: jest.fn() }}
        shown={new Listeners().subscribe}
      />,
      { wrapper: fake.Wrapper }
    );
    await screen.findByRole('grid');
    const check = () => expect(untranslated(document.body, DATA)).toEqual([]);
    check();
    act(() => hub.activity.begin(GAIA, 'start'));
    act(() => hub.activity.progress(GAIA, 40, ''));
    act(() => hub.activity.blocked(BIOS, '/ω'));
    act(() => hub.options.set({ idleLimit: 90 }));
    act(() => hub.selection.set([{ user: ANNA, server: '' }]));
    act(() => model.showDetails({ user: ANNA, server: '' }));
    await screen.findByText('α');
    check();
    act(() => hub.selection.clear());
    check();
    for (const id of COLUMNS) {
      expect(columnLabel(id, pseudo)).toMatch(/^⟦.*⟧$/);
    }
    hub.dispose();
    restores.forEach(restore => restore());
  });
});
