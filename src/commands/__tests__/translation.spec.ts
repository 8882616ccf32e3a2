import { Notification } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { fireEvent, waitFor } from '@testing-library/react';

import { ConnectionError } from '../../api/errors';
import type { IArrival } from '../../state/follower';
import type { IBegun } from '../../state/servers';
import { press } from '../../testing/commands';
import type { IWordedCommands } from '../../testing/commandWords';
import {
  checkDialog,
  checkNotes,
  wordedCommands
} from '../../testing/commandWords';
import { GREEK, untranslatedOf } from '../../testing/pseudo';
import {
  details,
  idle,
  kernel,
  page,
  server,
  user
} from '../../testing/samples';
import {
  decision,
  NOW,
  serviceServer,
  serviceServers
} from '../../testing/service';
import { accessServer } from '../access';
import { confirmKernel } from '../confirm';
import { giveFeedback } from '../feedback';
import { CommandIDs } from '../ids';
import { tellProblem } from '../servers';

const [ANNA, BIOS, GAIA] = GREEK;
const THEIRS = { user: ANNA, server: '' };

describe('every word of the commands goes through the translator', () => {
  let fake: IWordedCommands;

  beforeEach(async () => {
    fake = await wordedCommands();
  });

  afterEach(() => fake.close());

  it('in their names', () => {
    const { commands } = fake;
    const ids = commands.listCommands();
    expect(ids.length).toBeGreaterThan(30);
    for (const id of ids) {
      const labels = [{}, { row: true }].map(args => commands.label(id, args));
      expect(labels).not.toContain('');
      expect(untranslatedOf([...labels, commands.caption(id)])).toEqual([]);
    }
  });

  it('before a server stops or restarts', async () => {
    await fake.allowAll();
    const used = new Date(Date.now() - 120_000).toISOString();
    fake.client.getUser.mockImplementation(name =>
      Promise.resolve(
        details(name, server(name, 'running', { last_activity: used }))
      )
    );
    const sources = [{ kind: 'busy_kernel' as const, name: 'κ', at: NOW }];
    fake.service.servers.mockResolvedValue(
      serviceServers(serviceServer(ANNA, { decision: decision({ sources }) }))
    );
    for (const id of [CommandIDs.stopServer, CommandIDs.restartServer]) {
      const node = await fake.run(id, THEIRS);
      await waitFor(() =>
        expect(node.querySelectorAll('.jp-HubAdmin-inUse')).toHaveLength(2)
      );
      checkDialog();
      // One's own.
      await fake.run(id, { user: 'admin' });
      checkDialog();
    }
  });

  it('before a server is opened', async () => {
    const url = '/';
    const known = (state: 'running' | 'stopped') =>
      fake.client.getUser.mockResolvedValue(
        details(
          ANNA,
          server(ANNA, state, { url: state === 'running' ? url : null })
        )
      );
    known('running');
    await fake.run(CommandIDs.accessServer, THEIRS);
    checkDialog();
    jest.spyOn(window, 'open').mockReturnValue(null);
    const neverAskAgain = () => Promise.reject(new Error('Φ'));
    await fake.begin(() =>
      accessServer(fake.context, THEIRS, { neverAskAgain })
    );
    fireEvent.click(
      document.querySelector('.jp-Dialog-checkbox input') as Element
    );
    await press('⟦Open in new tab⟧');
    await waitFor(() =>
      expect(Notification.manager.notifications).toHaveLength(1)
    );
    checkNotes();
    known('stopped');
    const said = jest.spyOn(fake.hub.announcer, 'interrupt');
    await accessServer(fake.context, THEIRS, { neverAskAgain });
    expect(untranslatedOf(said.mock.calls.flat())).toEqual([]);
  });

  it('where a server is asked for', async () => {
    fake.client.listUsers.mockResolvedValue(
      page([user(ANNA), user(BIOS, server(BIOS, 'running'))])
    );
    for (const id of [
      CommandIDs.startServer,
      CommandIDs.stopServer,
      CommandIDs.restartServer,
      CommandIDs.accessServer,
      CommandIDs.startWithOptions
    ]) {
      const node = await fake.run(id);
      await waitFor(() =>
        expect(node.querySelector('[role=option]')).toBeTruthy()
      );
      checkDialog();
    }
    fireEvent.change(document.querySelector('.jp-Dialog input') as Element, {
      target: { value: 'ξ' }
    });
    await waitFor(() =>
      expect(document.querySelector('.jp-HubAdmin-note')).toBeTruthy()
    );
    checkDialog();
  });

  it('where it is told what went wrong', async () => {
    await fake.begin(() => tellProblem(fake.context, THEIRS, 'Φ'));
    checkDialog();
  });

  it('where it is told what begins and how it ends', () => {
    const { hub, commands, context } = fake;
    const said = (['say', 'interrupt'] as const).map(name =>
      jest.spyOn(hub.announcer, name)
    );
    const begun = new Signal<typeof hub, IBegun>(hub);
    const arrived = new Signal<typeof hub, IArrival>(hub);
    jest.spyOn(hub, 'begun', 'get').mockReturnValue(begun);
    jest.spyOn(hub, 'arrived', 'get').mockReturnValue(arrived);
    const stop = giveFeedback(hub, commands, context.trans);
    for (const action of ['start', 'stop', 'restart'] as const) {
      begun.emit({ who: THEIRS, action });
      for (const failure of [null, 'Φ']) {
        arrived.emit({
          who: THEIRS,
          action,
          failure,
          mine: true,
          since: Date.now()
        });
      }
    }
    hub.health.failed(new ConnectionError('Φ'));
    hub.health.answered();
    stop();
    const texts = said.flatMap(({ mock }) => mock.calls.flat());
    expect(texts).toHaveLength(11);
    expect(untranslatedOf(texts)).toEqual([]);
    expect(Notification.manager.notifications).toHaveLength(5);
    checkNotes();
  });

  it('in the settings of the kernels', async () => {
    fake.revealKernelSettings.mockReturnValue(false);
    fake.client.getIdle.mockResolvedValue(idle());
    const node = await fake.run(CommandIDs.kernelSettings);
    await waitFor(() => expect(node.querySelector('form')).toBeTruthy());
    // Times are written as they are read: the same in every language.
    checkDialog(' min', ' h', ' d', 'off');
    await press('⟦Back to default⟧');
    await waitFor(() =>
      expect(document.querySelector('.jp-Dialog')).not.toBe(node)
    );
    checkDialog();
  });

  it('before kernels are shut down, and where that fails', async () => {
    for (const action of ['restart', 'shutdown'] as const) {
      await fake.begin(() => confirmKernel(fake.context, action, GAIA));
      checkDialog();
    }
    const { client } = fake;
    client.listKernels.mockResolvedValue([]);
    await fake.commands.execute(CommandIDs.shutdownIdleKernels);
    client.listKernels.mockResolvedValue([kernel('κ', { path: 'λ' })]);
    const node = await fake.run(CommandIDs.shutdownIdleKernels);
    checkDialog();
    client.shutdownKernel.mockRejectedValue(new Error('Φ'));
    await press('⟦Shut down 1 kernel⟧');
    await waitFor(() =>
      expect(document.querySelector('.jp-Dialog')?.textContent).toContain('Φ')
    );
    expect(document.querySelector('.jp-Dialog')).not.toBe(node);
    checkDialog();
    client.shutdownKernel.mockResolvedValue(undefined);
    await fake.run(CommandIDs.shutdownIdleKernels);
    await press('⟦Shut down 1 kernel⟧');
    await waitFor(() =>
      expect(Notification.manager.notifications).toHaveLength(2)
    );
    checkNotes();
  });
});
