import { fireEvent, waitFor } from '@testing-library/react';
import type { IDisposable } from '@lumino/disposable';

import { ApiError } from '../../api/errors';
import type { UserView } from '../../api/types';
import { listedUsers } from '../../state/listed';
import { patchUsers } from '../../state/patch';
import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  dialog,
  fakeCommands,
  field,
  opened,
  press,
  pressKey,
  type
} from '../../testing/commands';
import { info, user } from '../../testing/samples';
import { NO_ARGS } from '../args';
import { CommandIDs } from '../ids';
import { namesOf } from '../manageUsers';

const EVERYTHING = {
  manage_users: true,
  add_users: true,
  manage_groups: true,
  shutdown_hub: true
};

describe('management', () => {
  let fake: IFakeCommands;
  let commands: IFakeCommands['commands'];
  let dashboard: IDisposable;

  beforeEach(async () => {
    fake = await fakeCommands();
    ({ commands } = fake);
    // The groups are a part of it.
    dashboard = commands.addCommand(CommandIDs.dashboard, {
      describedBy: NO_ARGS,
      execute: () => undefined
    });
    fake.client.info.mockResolvedValue(info({}, EVERYTHING));
    await fake.hub.info.load();
  });

  afterEach(() => closeAll(fake));

  const may = async (capabilities: Parameters<typeof info>[1]) => {
    fake.client.info.mockResolvedValue(info({}, capabilities));
    await fake.hub.info.load();
  };

  /** Let carol be another one in the list. */
  const list = (carol: UserView) =>
    patchUsers(fake.hub.queryClient, old =>
      old.name === 'carol' ? carol : old
    );

  it('is not there without the permissions, but for a link to the hub', async () => {
    const ids = [
      CommandIDs.addUsers,
      CommandIDs.editUser,
      CommandIDs.deleteUser,
      CommandIDs.openGroups,
      CommandIDs.shutdownHub
    ];
    expect(ids.map(id => commands.isVisible(id, { user: 'alice' }))).toEqual(
      ids.map(() => true)
    );
    expect(commands.isVisible(CommandIDs.hubPage)).toBe(false);
    await may({});
    patchUsers(fake.hub.queryClient, old => ({
      ...old,
      may_edit: false,
      may_delete: false
    }));
    expect(ids.map(id => commands.isVisible(id, { user: 'alice' }))).toEqual(
      ids.map(() => false)
    );
    const open = jest.spyOn(window, 'open').mockReturnValue(null);
    expect(commands.isVisible(CommandIDs.hubPage)).toBe(true);
    await commands.execute(CommandIDs.hubPage);
    expect(open).toHaveBeenCalledWith('/hub/admin', '_blank', 'noopener');
    fake.client.info.mockResolvedValue(info({ visitor_is_admin: false }));
    await fake.hub.info.load();
    expect(commands.isVisible(CommandIDs.hubPage)).toBe(false);
  });

  it('has no groups to open where there is no dashboard, but the link', () => {
    expect(commands.isVisible(CommandIDs.openGroups)).toBe(true);
    expect(commands.isVisible(CommandIDs.hubPage)).toBe(false);
    dashboard.dispose();
    expect(commands.isVisible(CommandIDs.openGroups)).toBe(false);
    expect(commands.isVisible(CommandIDs.hubPage)).toBe(true);
  });

  it('takes names one a line, each once', () => {
    expect(namesOf(' ann\n\nben \nann\n')).toEqual(['ann', 'ben']);
  });

  it('adds users and says what became of each', async () => {
    fake.client.addUsers.mockResolvedValue({
      created: [user('ann')],
      existing: ['alice'],
      refused: [{ name: 'b d', message: 'Invalid username: b d' }]
    });
    const done = commands.execute(CommandIDs.addUsers);
    await opened();
    expect(button('Add')?.disabled).toBe(true);
    type('Names, one a line', 'ann\nalice\nb d');
    fireEvent.click(field('They are admins'));
    await waitFor(() => expect(button('Add')?.disabled).toBe(false));
    await press('Add');
    await waitFor(() =>
      expect(fake.client.addUsers).toHaveBeenCalledWith(
        ['ann', 'alice', 'b d'],
        true
      )
    );
    await waitFor(() =>
      expect(dialog()?.textContent).toContain('Invalid username: b d')
    );
    expect(dialog()?.textContent).toContain('1 user added.');
    expect(dialog()?.textContent).toContain('1 was there already:');
    // There is nothing to copy.
    expect(button('Copy')).toBeUndefined();
    await press('Close');
    await done;
  });

  it('keeps names together that JupyterLab 4.2 would send by Enter, or too early', async () => {
    const done = commands.execute(CommandIDs.addUsers);
    const node = await opened();
    const invalid = () => node.querySelector(':invalid');
    await waitFor(() => expect(invalid()).toBeTruthy());
    type('Names, one a line', 'ann');
    await waitFor(() => expect(invalid()).toBeNull());
    const onKeyDown = jest.fn();
    node.addEventListener('keydown', onKeyDown, true);
    pressKey('Enter', field('Names, one a line'));
    expect(onKeyDown).not.toHaveBeenCalled();
    await press('Cancel');
    await done;
    expect(fake.client.addUsers).not.toHaveBeenCalled();
  });

  it('adds many users some at a time, and loses none when the hub goes away', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `u${index}`);
    fake.client.addUsers
      .mockImplementationOnce(some =>
        Promise.resolve({
          created: some.map(name => user(name)),
          existing: [],
          refused: []
        })
      )
      .mockRejectedValueOnce(
        new ApiError(502, 'hub_unreachable', 'The hub cannot be reached.')
      );
    void commands.execute(CommandIDs.addUsers);
    await opened();
    type('Names, one a line', names.join('\n'));
    await waitFor(() => expect(button('Add')?.disabled).toBe(false));
    await press('Add');
    await waitFor(() =>
      expect(dialog()?.textContent).toContain('100 users added.')
    );
    expect(dialog()?.textContent).toContain('150 were not added:');
    expect(fake.client.addUsers).toHaveBeenCalledTimes(2);
  });

  it('says of each name why, if none was added', async () => {
    fake.client.addUsers.mockRejectedValue(
      new ApiError(409, 'hub_refused', 'All 1 users already exist', {
        created: [],
        existing: ['alice'],
        refused: []
      })
    );
    void commands.execute(CommandIDs.addUsers);
    await opened();
    type('Names, one a line', 'alice');
    await waitFor(() => expect(button('Add')?.disabled).toBe(false));
    await press('Add');
    await waitFor(() =>
      expect(dialog()?.textContent).toContain('1 was there already:')
    );
  });

  it('keeps what was filled in when the hub refuses', async () => {
    fake.client.addUsers.mockRejectedValueOnce(
      new ApiError(403, 'hub_forbidden', 'Only admins can grant admin')
    );
    void commands.execute(CommandIDs.addUsers);
    await opened();
    type('Names, one a line', 'ann');
    await waitFor(() => expect(button('Add')?.disabled).toBe(false));
    await press('Add');
    await waitFor(() =>
      expect(dialog()?.textContent).toContain('Only admins can grant admin')
    );
    expect(field('Names, one a line').value).toBe('ann');
  });

  it('makes somebody admin, and sends nothing else', async () => {
    fake.client.editUser.mockResolvedValue({ ...user('alice'), admin: true });
    const done = commands.execute(CommandIDs.editUser, { user: 'alice' });
    await opened();
    expect(button('Save')?.disabled).toBe(true);
    fireEvent.click(field('Admin'));
    await waitFor(() => expect(button('Save')?.disabled).toBe(false));
    await press('Save');
    await done;
    expect(fake.client.editUser).toHaveBeenCalledWith('alice', { admin: true });
    const alice = listedUsers(fake.hub.queryClient).find(
      ({ name }) => name === 'alice'
    );
    expect(alice?.admin).toBe(true);
  });

  it('deletes a user only once the name is typed', async () => {
    fake.client.deleteUser.mockResolvedValue(undefined);
    const done = commands.execute(CommandIDs.deleteUser, { user: 'carol' });
    await opened();
    expect(button('Delete')?.disabled).toBe(true);
    type('Type carol to go on', 'carl');
    expect(button('Delete')?.disabled).toBe(true);
    type('Type carol to go on', 'carol');
    await waitFor(() => expect(button('Delete')?.disabled).toBe(false));
    await press('Delete');
    await done;
    expect(fake.client.deleteUser).toHaveBeenCalledWith('carol');
    expect(
      listedUsers(fake.hub.queryClient).map(({ name }) => name)
    ).not.toContain('carol');
  });

  it('is offered for those whom it is allowed for', async () => {
    const ids = [
      CommandIDs.editUser,
      CommandIDs.deleteUser,
      CommandIDs.addUsers
    ];
    const offered = () =>
      ids.filter(id => commands.isVisible(id, { user: 'carol' }));
    expect(offered()).toEqual(ids);
    list({ ...user('carol'), may_edit: false });
    expect(offered()).toEqual([CommandIDs.deleteUser, CommandIDs.addUsers]);
    list({ ...user('carol'), may_delete: false });
    expect(offered()).toEqual([CommandIDs.editUser, CommandIDs.addUsers]);
    await may({ ...EVERYTHING, add_users: false });
    expect(offered()).toEqual([CommandIDs.editUser]);
  });

  it('says why a user cannot be edited while the hub is away', async () => {
    fake.client.getUser.mockRejectedValue(
      new ApiError(502, 'hub_unreachable', 'The hub cannot be reached.')
    );
    await commands.execute(CommandIDs.editUser, { user: 'alice' });
    expect(fake.actions.showProblem).toHaveBeenCalledWith(
      { user: 'alice', server: '' },
      'The hub cannot be reached.'
    );
    expect(dialog()).toBeNull();
  });

  it('shuts the hub down only once the word is typed, and stops nothing unasked', async () => {
    fake.client.shutdownHub.mockResolvedValue(undefined);
    const done = commands.execute(CommandIDs.shutdownHub);
    await opened();
    expect(button('Shut down')?.disabled).toBe(true);
    type('Type shutdown to go on', 'shutdown');
    fireEvent.click(field('Also stop the proxy'));
    await waitFor(() => expect(button('Shut down')?.disabled).toBe(false));
    await press('Shut down');
    await done;
    expect(fake.client.shutdownHub).toHaveBeenCalledWith({
      servers: false,
      proxy: true
    });
  });
});
