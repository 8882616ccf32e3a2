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
import { info, page, user } from '../../testing/samples';
import { DashboardView } from '../DashboardView';
import { DashboardModel } from '../model';

jest.mock('../../components/groups/GroupsView', () => ({
  GroupsView: () => <p>The groups</p>
}));

describe('DashboardView', () => {
  let fake: IFakeHub;
  let model: DashboardModel;
  const restoreLayout = layOut(560);

  afterAll(restoreLayout);

  beforeEach(() => {
    fake = fakeHub();
    model = new DashboardModel();
    fake.client.listUsers.mockResolvedValue(page([user('alice')]));
  });

  afterEach(() => {
    fake.hub.dispose();
  });

  const show = async (manage_groups: boolean) => {
    fake.client.info.mockResolvedValue(info({}, { manage_groups }));
    await fake.hub.info.load();
    render(
      <DashboardView
        model={model}
        menus={{ more: jest.fn(), columns: jest.fn() }}
        shown={new Listeners().subscribe}
      />,
      { wrapper: fake.Wrapper }
    );
    await screen.findByRole('grid');
  };
  const tab = (name: string) => screen.getByRole('tab', { name });

  it('has no tabs where there is only one', async () => {
    await show(false);
    expect(screen.queryByRole('tablist')).toBeNull();
    act(() => model.showTab('groups'));
    expect(screen.getByRole('grid')).toBeTruthy();
  });

  it('has a tab for groups for those who may manage them', async () => {
    await show(true);
    expect(tab('Servers').getAttribute('aria-selected')).toBe('true');
    fireEvent.click(tab('Groups'));
    expect(await screen.findByText('The groups')).toBeTruthy();
    expect(screen.queryByRole('grid')).toBeNull();
    expect(screen.getByRole('tabpanel', { name: 'Groups' })).toBeTruthy();
  });

  it('goes from tab to tab by the arrow keys', async () => {
    await show(true);
    act(() => tab('Servers').focus());
    const press = (key: string) =>
      fireEvent.keyDown(document.activeElement ?? document.body, { key });
    press('ArrowRight');
    expect(document.activeElement).toBe(tab('Groups'));
    expect(model.get().tab).toBe('groups');
    press('ArrowRight');
    expect(document.activeElement).toBe(tab('Servers'));
    press('ArrowLeft');
    expect(document.activeElement).toBe(tab('Groups'));
    press('Home');
    expect(document.activeElement).toBe(tab('Servers'));
    press('End');
    expect(tab('Groups').tabIndex).toBe(0);
    expect(tab('Servers').tabIndex).toBe(-1);
    await waitFor(() => expect(screen.queryByRole('grid')).toBeNull());
  });

  it('shows the servers when details are asked for', async () => {
    await show(true);
    fireEvent.click(tab('Groups'));
    await screen.findByText('The groups');
    act(() => model.showDetails({ user: 'alice', server: '' }));
    expect(
      await screen.findByRole('region', { name: 'Details of alice' })
    ).toBeTruthy();
  });
});
