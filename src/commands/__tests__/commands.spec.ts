import { fireEvent, waitFor } from '@testing-library/react';

import { ConnectionError } from '../../api/errors';
import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  dialog,
  fakeCommands,
  opened,
  press,
  pressKey
} from '../../testing/commands';
import {
  details,
  info,
  kernel,
  page,
  server,
  user
} from '../../testing/samples';
import { patchUsers } from '../../state/patch';
import { CommandIDs } from '../ids';
import { spawnUrl } from '../hubPages';

describe('commands', () => {
  let fake: IFakeCommands;
  let commands: IFakeCommands['commands'];

  beforeEach(async () => {
    fake = await fakeCommands();
    ({ commands } = fake);
  });

  afterEach(() => closeAll(fake));

  it('starts without asking', async () => {
    void commands.execute(CommandIDs.startServer, { user: 'carol' });
    await waitFor(() =>
      expect(fake.client.startServer).toHaveBeenCalledWith('carol', '')
    );
    expect(dialog()).toBeNull();
  });

  it('gives up a start without asking', async () => {
    void commands.execute(CommandIDs.stopServer, { user: 'bob', server: '' });
    await waitFor(() =>
      expect(fake.client.stopServer).toHaveBeenCalledWith('bob', '')
    );
    expect(dialog()).toBeNull();
  });

  it('says before a stop what ends, stays and may go', async () => {
    void commands.execute(CommandIDs.stopServer, { user: 'alice' });
    const node = await opened();
    expect(node.getAttribute('aria-label')).toBe(
      'Stop server of alice? Running kernels and terminals end.'
    );
    expect(node.textContent).toContain('Files in the home directory.');
    expect(node.textContent).toContain('with all that is in their memory');
    expect(node.textContent).toContain('Packages and files put elsewhere');
    expect(button('Stop')?.classList.contains('jp-mod-warn')).toBe(true);
    expect(fake.client.stopServer).not.toHaveBeenCalled();
    await press('Stop');
    await waitFor(() =>
      expect(fake.client.stopServer).toHaveBeenCalledWith('alice', '')
    );
  });

  it('has the focus in the dialog before its body is drawn', async () => {
    // A machine that is never idle.
    const idle = jest
      .spyOn(window, 'requestIdleCallback')
      .mockImplementation(() => 0);
    void commands.execute(CommandIDs.stopServer, { user: 'alice' });
    await waitFor(() => expect(dialog()).not.toBeNull());
    expect(dialog()?.contains(document.activeElement)).toBe(true);
    idle.mockRestore();
  });

  it('stops nothing when it is cancelled', async () => {
    const done = commands.execute(CommandIDs.stopServer, { user: 'alice' });
    await opened();
    await press('Cancel');
    await done;
    expect(fake.client.stopServer).not.toHaveBeenCalled();
  });

  it('warns of somebody who may be working there', async () => {
    fake.client.getUser.mockResolvedValue(
      details(
        'alice',
        server('alice', 'running', {
          last_activity: new Date(Date.now() - 120_000).toISOString()
        })
      )
    );
    void commands.execute(CommandIDs.restartServer, { user: 'alice' });
    const node = await opened();
    await waitFor(() =>
      expect(node.querySelector('strong')?.textContent).toBe(
        'Used 2 minutes ago. Somebody may be working in it.'
      )
    );
    expect(node.textContent).toContain(
      'It starts again at once, with the same options.'
    );
  });

  it('does not ask if that is switched off, unless the server is in use', async () => {
    fake.hub.options.set({ confirmStop: false });
    void commands.execute(CommandIDs.stopServer, { user: 'alice' });
    await waitFor(() => expect(fake.client.stopServer).toHaveBeenCalled());
    expect(dialog()).toBeNull();
    fake.client.stopServer.mockClear();
    fake.client.getUser.mockResolvedValue(
      details(
        'dora',
        server('dora', 'running', { last_activity: new Date().toISOString() })
      )
    );
    void commands.execute(CommandIDs.stopServer, { user: 'dora' });
    await opened();
    expect(fake.client.stopServer).not.toHaveBeenCalled();
  });

  it('does not take Enter inside of a dialog for its button', async () => {
    void commands.execute(CommandIDs.stopServer, { user: 'alice' });
    const node = await opened();
    pressKey('Enter', node.querySelector('dd') as Element);
    await Promise.resolve();
    expect(dialog()).toBe(node);
    expect(fake.client.stopServer).not.toHaveBeenCalled();
  });

  it('warns before the server of this very page, with the focus on Cancel', async () => {
    void commands.execute(CommandIDs.restartServer, { user: 'admin' });
    const node = await opened();
    expect(node.textContent).toContain(
      'This is the server you are in. This page loses its connection.'
    );
    await waitFor(() => expect(document.activeElement).toBe(button('Cancel')));
    expect(fake.client.restartServer).not.toHaveBeenCalled();
  });

  it('waits until the own server has stopped', async () => {
    fake.client.stopServer.mockRejectedValue(new ConnectionError('gone'));
    fake.client.getUser.mockRejectedValue(new ConnectionError('gone'));
    fake.client.hasStopped
      .mockResolvedValueOnce(false)
      // The Hub's page cannot be gone to in jsdom: the command ends with what it says then.
      .mockResolvedValue(true);
    const done = commands
      .execute(CommandIDs.restartServer, { user: 'admin' })
      .catch(() => undefined);
    await opened();
    await press('Restart');
    await done;
    expect(fake.client.hasStopped).toHaveBeenCalledTimes(2);
    expect(fake.client.restartServer).not.toHaveBeenCalled();
  });

  it('starts the own server again by the page of the Hub', () => {
    expect(
      spawnUrl('', '/hub/', { user: "o'brien+x@example.org", server: '' })
    ).toBe("/hub/spawn/o'brien%2Bx%40example.org");
    expect(
      spawnUrl('https://hub.example.org', '/hub', {
        user: 'é',
        server: 'my gpu'
      })
    ).toBe('https://hub.example.org/hub/spawn/%C3%A9/my%20gpu');
  });

  it('asks for a server where none is named', async () => {
    fake.client.listUsers.mockResolvedValue(
      page([
        user('caroline'),
        user('carol'),
        user('al', server('al', 'running'))
      ])
    );
    void commands.execute(CommandIDs.startServer);
    const node = await opened();
    const field = node.querySelector('input') as HTMLInputElement;
    await waitFor(() => expect(button('Start')?.disabled).toBe(true));
    // Core looks at the dialog again at each input, and must not find it in order.
    fireEvent.input(field, { target: { value: 'nobody' } });
    await waitFor(() =>
      expect(node.textContent).toContain('No server of that')
    );
    fireEvent(node, new Event('input', { bubbles: true }));
    expect(button('Start')?.disabled).toBe(true);
    fireEvent.change(field, { target: { value: 'carol' } });
    await waitFor(() =>
      expect(
        [...node.querySelectorAll('[role=option]')].map(
          option => option.textContent
        )
      ).toEqual(['carol', 'caroline'])
    );
    await waitFor(() => expect(button('Start')?.disabled).toBe(false));
    pressKey('Enter', field);
    await waitFor(() =>
      expect(fake.client.startServer).toHaveBeenCalledWith('carol', '')
    );
  });

  it('shuts down the kernels that were shown and are still idle', async () => {
    fake.client.listKernels
      .mockResolvedValueOnce([
        kernel('a'),
        kernel('b'),
        kernel('c', { execution_state: 'busy', idle_seconds: null })
      ])
      .mockResolvedValue([
        kernel('a'),
        kernel('b', { execution_state: 'busy', idle_seconds: null })
      ]);
    fake.client.shutdownKernel.mockResolvedValue(undefined);
    const done = commands.execute(CommandIDs.shutdownIdleKernels);
    const node = await opened();
    expect(node.textContent).toContain('a.ipynb: idle for 48 minutes');
    expect(node.textContent).not.toContain('c.ipynb');
    await press('Shut down 2 kernels');
    await done;
    expect(fake.client.shutdownKernel.mock.calls).toEqual([['a']]);
  });

  it('shows those without list:users only what is about their own server', async () => {
    const visible = () =>
      Object.values(CommandIDs).filter(
        id => commands.hasCommand(id) && commands.isVisible(id)
      );
    expect(visible()).toContain(CommandIDs.startServer);
    fake.client.info.mockResolvedValue(
      info({ setup: 'none' }, { list_users: false, start_servers: false })
    );
    await fake.hub.info.load();
    expect(visible()).not.toContain(CommandIDs.startServer);
    expect(visible()).not.toContain(CommandIDs.stopIdleServers);
    expect(visible()).not.toContain(CommandIDs.refresh);
    expect(visible()).toContain(CommandIDs.kernelSettings);
    expect(visible()).toContain(CommandIDs.shutdownIdleKernels);
  });

  it('shows the settings in the panel, or in a dialog where there is none', async () => {
    await commands.execute(CommandIDs.kernelSettings);
    expect(fake.revealKernelSettings).toHaveBeenCalled();
    expect(dialog()).toBeNull();
    fake.revealKernelSettings.mockReturnValueOnce(false);
    void commands.execute(CommandIDs.kernelSettings);
    const node = await opened();
    expect(node.getAttribute('aria-label')).toContain('Kernel settings');
  });

  it('does nothing to a row while the hub is away', () => {
    const { health, cursor } = fake.hub;
    cursor.who = { user: 'alice', server: '' };
    const row = { row: true };
    expect(commands.isEnabled(CommandIDs.toggleServer)).toBe(true);
    expect(commands.isEnabled(CommandIDs.stopServer, row)).toBe(true);
    health.failed(new ConnectionError('No way there.'));
    expect(commands.isEnabled(CommandIDs.toggleServer)).toBe(false);
    expect(commands.isEnabled(CommandIDs.stopServer, row)).toBe(false);
    expect(commands.isEnabled(CommandIDs.restartServer, row)).toBe(false);
    expect(commands.isEnabled(CommandIDs.accessServer, row)).toBe(false);
  });

  it('offers nothing that acts while the hub is away, from the palette neither', async () => {
    const { health, cursor, selection } = fake.hub;
    cursor.who = { user: 'alice', server: '' };
    selection.set([cursor.who, { user: 'carol', server: '' }]);
    fake.client.info.mockResolvedValue(
      info({}, { add_users: true, shutdown_hub: true })
    );
    await fake.hub.info.load();
    const acting = [
      CommandIDs.startServer,
      CommandIDs.stopServer,
      CommandIDs.restartServer,
      CommandIDs.accessServer,
      CommandIDs.stopIdleServers,
      CommandIDs.startSelected,
      CommandIDs.stopSelected,
      CommandIDs.restartSelected,
      CommandIDs.startWithOptions,
      CommandIDs.addUsers,
      CommandIDs.shutdownHub
    ];
    const onRow = [
      CommandIDs.createServer,
      CommandIDs.editUser,
      CommandIDs.deleteUser
    ];
    const enabled = () => [
      ...acting.filter(id => commands.isEnabled(id)),
      ...onRow.filter(id => commands.isEnabled(id, { row: true }))
    ];
    expect(enabled()).toEqual([...acting, ...onRow]);
    health.failed(new ConnectionError('No way there.'));
    expect(enabled()).toEqual([]);
    health.answered();
    expect(enabled()).toEqual([...acting, ...onRow]);
  });

  it('restarts only what may be started too', async () => {
    const { cursor, queryClient } = fake.hub;
    cursor.who = { user: 'alice', server: '' };
    const isOffered = (args = {}) =>
      commands.isVisible(CommandIDs.restartServer, args);
    expect(isOffered({ row: true })).toBe(true);
    patchUsers(queryClient, old => ({ ...old, may_start: false }));
    expect(isOffered({ row: true })).toBe(false);
    expect(isOffered()).toBe(true);
    fake.client.info.mockResolvedValue(info({}, { start_servers: false }));
    await fake.hub.info.load();
    expect(isOffered()).toBe(false);
  });

  it('acts on the row of the list by key, and only once', async () => {
    fake.hub.cursor.who = { user: 'carol', server: '' };
    void commands.execute(CommandIDs.toggleServer);
    void commands.execute(CommandIDs.toggleServer);
    await Promise.resolve();
    expect(fake.client.startServer).toHaveBeenCalledTimes(1);
    expect(fake.client.stopServer).not.toHaveBeenCalled();
    expect(commands.isVisible(CommandIDs.accessServer, { row: true })).toBe(
      false
    );
  });
});
