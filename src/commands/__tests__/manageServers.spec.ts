import { Notification } from '@jupyterlab/apputils';
import { fireEvent, waitFor } from '@testing-library/react';

import type { UserView } from '../../api/types';
import { findServer } from '../../state/listed';
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
  type
} from '../../testing/commands';
import { details, info, server, user } from '../../testing/samples';
import { CommandIDs } from '../ids';

describe('management of named servers', () => {
  let fake: IFakeCommands;
  let commands: IFakeCommands['commands'];

  beforeEach(async () => {
    fake = await fakeCommands();
    ({ commands } = fake);
  });

  afterEach(() => closeAll(fake));

  /** Let carol be another one in the list. */
  const list = (carol: UserView) =>
    patchUsers(fake.hub.queryClient, old =>
      old.name === 'carol' ? carol : old
    );

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
      info({ hub: { version: '5.5.4', prefix: '/hub/', host: '' } })
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
    // It is followed to its end, whether anything is told of it or not.
    expect(fake.hub.activity.get('alice/gpu').doing).toBe('start');
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
      display_name: 'tpu'
    });
    let done = commands.execute(CommandIDs.renameServer, gpu);
    await opened();
    type('Name', 'tpu');
    await waitFor(() => expect(button('Rename')?.disabled).toBe(false));
    await press('Rename');
    await done;
    expect(fake.client.editServer).toHaveBeenCalledWith('carol', 'gpu', {
      name: 'tpu'
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

  it('sends a display name only if that was changed or cleared', async () => {
    const gpu = { user: 'carol', server: 'gpu' };
    const named = server('carol', 'stopped', {
      name: 'gpu',
      display_name: 'Big one'
    });
    fake.client.editServer.mockResolvedValue(named);
    const rename = async (title: string) => {
      list(user('carol', server('carol', 'stopped'), named));
      const done = commands.execute(CommandIDs.renameServer, gpu);
      await opened();
      type('Display name', title);
      await waitFor(() => expect(button('Rename')?.disabled).toBe(false));
      await press('Rename');
      await done;
    };
    await rename('Bigger');
    await rename('');
    expect(fake.client.editServer.mock.calls).toEqual([
      ['carol', 'gpu', { display_name: 'Bigger' }],
      ['carol', 'gpu', { display_name: '' }]
    ]);
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
