import {
  act,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import React from 'react';

import { keys } from '../../state/keys';
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
jest.mock('../log/LogView', () => ({ LogView: () => <p>The log</p> }));
jest.mock('../../rules/RulesView', () => ({
  RulesView: ({ selected }: { selected: { name: string } | null }) => (
    <p>The rules of {selected?.name ?? 'the hub'}</p>
  )
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

  it('has a tab for the idle rules for those who may edit some', async () => {
    const withRules = async (service: boolean, edit_rules: boolean) => {
      fake.client.info.mockResolvedValue(
        info({ service: service ? { version: null } : null }, { edit_rules })
      );
      await act(async () => {
        await fake.hub.info.load();
      });
    };
    await show(true);
    for (const [service, edit] of [
      [false, true],
      [true, false]
    ] as const) {
      await withRules(service, edit);
      expect(screen.queryByRole('tab', { name: 'Idle rules' })).toBeNull();
    }
    await withRules(true, true);
    fireEvent.click(tab('Idle rules'));
    expect(await screen.findByText('The rules of the hub')).toBeTruthy();
    act(() => {
      model.showDetails({ user: 'alice', server: '' });
      model.showRule({ level: 'group', name: 'class-a' });
    });
    expect(await screen.findByText('The rules of class-a')).toBeTruthy();
    expect(model.get().details).toEqual({ user: 'alice', server: '' });
  });

  it('has a tab for the log for those who may read it', async () => {
    await show(true);
    act(() => model.showTab('log'));
    expect(screen.queryByRole('tab', { name: 'Log' })).toBeNull();
    const access = {
      version: '0.1.0',
      name: 'admin',
      may_edit_hub: false,
      may_edit_groups: [],
      may_see_audit: false
    };
    fake.service.info.mockResolvedValue(access);
    fake.client.info.mockResolvedValue(
      info({ service: { version: null } }, { manage_groups: true })
    );
    await act(async () => {
      await fake.hub.info.load();
    });
    await waitFor(() => expect(fake.service.info).toHaveBeenCalled());
    expect(screen.queryByRole('tab', { name: 'Log' })).toBeNull();
    fake.service.info.mockResolvedValue({ ...access, may_see_audit: true });
    await act(() =>
      fake.hub.queryClient.refetchQueries({ queryKey: keys.serviceInfo })
    );
    // Which was asked for before it was there.
    expect(await screen.findByText('The log')).toBeTruthy();
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
