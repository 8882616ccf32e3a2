import { Notification } from '@jupyterlab/apputils';
import { fireEvent, waitFor } from '@testing-library/react';

import { ApiError } from '../../api/errors';
import type { UserView } from '../../api/types';
import { findServer, listedUsers, patchUsers } from '../../state/patch';
import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  dialog,
  fakeCommands,
  opened,
  press
} from '../../testing/commands';
import { details, info, server, user } from '../../testing/samples';
import { CommandIDs } from '../ids';
import { namesOf } from '../manageUsers';

const EVERYTHING = {
  manage_users: true,
  manage_groups: true,
  shutdown_hub: true
};

/** A field of the dialog, by its label. */
function field(label: string): HTMLInputElement {
  const labels = [...document.querySelectorAll('.jp-Dialog label')];
  const found = labels.find(node => node.textContent === label);
  const node = document.getElementById(found?.getAttribute('for') ?? '');
  if (!node) {
    throw new Error(`There is no field ${label}.`);
  }
  return node as HTMLInputElement;
}

function type(label: string, value: string): void {
  fireEvent.change(field(label), { target: { value } });
}

describe('management', () => {
  let fake: IFakeCommands;
  let commands: IFakeCommands['commands'];

  beforeEach(async () => {
    fake = await fakeCommands();
    ({ commands } = fake);
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
    await press('Close');
    await done;
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

  it('does not offer to delete oneself', () => {
    expect(commands.isVisible(CommandIDs.deleteUser, { user: 'admin' })).toBe(
      false
    );
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

  it('creates a named server, and starts it where that is asked for', async () => {
    fake.client.createServer.mockResolvedValue(
      server('alice', 'stopped', { name: 'gpu', display_name: 'GPU' })
    );
    fake.client.startServer.mockResolvedValue(
      server('alice', 'starting', { name: 'gpu' })
    );
    const done = commands.execute(CommandIDs.createServer, { user: 'alice' });
    await opened();
    type('Name', 'gpu');
    type('Display name', 'GPU');
    fireEvent.click(field('Start it at once'));
    await waitFor(() => expect(button('Create')?.disabled).toBe(false));
    await press('Create');
    await done;
    expect(fake.client.createServer).toHaveBeenCalledWith('alice', 'gpu', {
      display_name: 'GPU'
    });
    expect(fake.client.startServer).toHaveBeenCalledWith('alice', 'gpu');
  });

  it('starts a new named server at once on JupyterHub 5, which cannot wait', async () => {
    fake.client.info.mockResolvedValue(
      info({ hub: { version: '5.5.4', prefix: '/hub/', host: '' } }, EVERYTHING)
    );
    await fake.hub.info.load();
    fake.client.startServer.mockResolvedValue(
      server('alice', 'starting', { name: 'gpu' })
    );
    const done = commands.execute(CommandIDs.createServer, { user: 'alice' });
    const node = await opened();
    expect(node.textContent).toContain('This hub starts it at once.');
    type('Name', 'gpu');
    await waitFor(() => expect(button('Start')?.disabled).toBe(false));
    await press('Start');
    await done;
    expect(fake.client.startServer).toHaveBeenCalledWith('alice', 'gpu');
    expect(fake.client.createServer).not.toHaveBeenCalled();
  });

  it('renames and deletes named servers that are stopped, no others', async () => {
    const gpu = { user: 'carol', server: 'gpu' };
    const isVisible = (id: string, who: object) =>
      commands.isVisible(id, { ...who });
    expect(isVisible(CommandIDs.renameServer, { user: 'carol' })).toBe(false);
    const stopped = server('carol', 'stopped', {
      name: 'gpu',
      can: { start: true, stop: false, access: false, delete: true }
    });
    list(user('carol', server('carol', 'stopped'), stopped));
    expect(isVisible(CommandIDs.renameServer, gpu)).toBe(true);
    expect(isVisible(CommandIDs.deleteServer, gpu)).toBe(true);
    fake.client.editServer.mockResolvedValue({
      ...stopped,
      name: 'tpu',
      display_name: 'gpu'
    });
    let done = commands.execute(CommandIDs.renameServer, gpu);
    await opened();
    type('Name', 'tpu');
    await waitFor(() => expect(button('Rename')?.disabled).toBe(false));
    await press('Rename');
    await done;
    expect(fake.client.editServer).toHaveBeenCalledWith('carol', 'gpu', {
      name: 'tpu',
      display_name: 'gpu'
    });
    expect(findServer(fake.hub.queryClient, gpu)).toBeUndefined();
    fake.client.deleteServer.mockResolvedValue(stopped);
    const tpu = { user: 'carol', server: 'tpu' };
    done = commands.execute(CommandIDs.deleteServer, tpu);
    await opened();
    await press('Delete');
    await done;
    expect(fake.client.deleteServer).toHaveBeenCalledWith('carol', 'tpu');
    expect(findServer(fake.hub.queryClient, tpu)).toBeUndefined();
  });

  it('offers the options of the last start again, or the page of the hub', async () => {
    fake.client.getUser.mockResolvedValue(
      details('carol', server('carol', 'stopped'))
    );
    fake.client.startServer.mockResolvedValue(server('carol', 'starting'));
    const open = jest.spyOn(window, 'open').mockReturnValue(null);
    let done = commands.execute(CommandIDs.startWithOptions, { user: 'carol' });
    const node = await opened();
    expect(node.textContent).toContain('No options are known');
    await press('Choose on the hub’s page');
    await done;
    expect(open).toHaveBeenCalledWith('/hub/spawn/carol', '_blank', 'noopener');
    list(
      user(
        'carol',
        server('carol', 'stopped', { user_options: { profile: 'gpu' } })
      )
    );
    done = commands.execute(CommandIDs.startWithOptions, { user: 'carol' });
    await opened();
    expect(dialog()?.textContent).toContain('"profile": "gpu"');
    await press('Start with these');
    await done;
    expect(fake.client.startServer).toHaveBeenCalledWith('carol', '');
    expect(Notification.manager.count).toBe(0);
  });
});
