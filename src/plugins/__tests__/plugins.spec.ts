import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { Notification } from '@jupyterlab/apputils';
import type { ITranslator } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { PromiseDelegate } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';
import { waitFor } from '@testing-library/react';

import plugins from '../..';
import type { Info } from '../../api/types';
import { CommandIDs } from '../../commands/ids';
import { fakeHub } from '../../testing/hub';
import { fakeEntry } from '../../testing/plugins';
import { pseudo, untranslatedOf } from '../../testing/pseudo';
import { info } from '../../testing/samples';
import { commandsPlugin } from '../commands';
import { dashboardPlugin } from '../dashboard';
import { panelPlugin } from '../panel';
import { userPlugin } from '../user';
import { visitPlugin } from '../visit';

async function start(
  answer: Info,
  restored = Promise.resolve(),
  translator: ITranslator = nullTranslator
) {
  const fake = fakeHub();
  fake.client.info.mockResolvedValue(answer);
  await fake.hub.info.load();
  const commands = new CommandRegistry();
  const entry = fakeEntry(fake, commands);
  const widgets: Record<string, Widget[]> = {};
  const shell = {
    add: (widget: Widget, area: string) => {
      (widgets[area] ??= []).push(widget);
    },
    activateById: jest.fn()
  };
  const app = { commands, shell, restored } as unknown as JupyterFrontEnd;
  const items: string[] = [];
  const palette = {
    addItem: ({ command }: { command: string }) => items.push(command)
  } as unknown as ICommandPalette;
  const run = (plugin: JupyterFrontEndPlugin<void>, ...extra: unknown[]) =>
    plugin.activate(app, ...[entry, translator, ...extra]);
  await run(commandsPlugin, palette, null);
  await run(panelPlugin, null, null, null);
  await run(dashboardPlugin, {});
  await run(visitPlugin, {});
  await run(userPlugin, palette, null);
  const offered = () => items.filter(id => commands.isVisible(id));
  return { ...fake, ...entry, commands, widgets, offered, shell };
}

describe('the plugins', () => {
  it('have ids and descriptions', () => {
    expect(plugins.map(({ id }) => id)).toEqual([
      'hub-admin-lab:service',
      'hub-admin-lab:commands',
      'hub-admin-lab:panel',
      'hub-admin-lab:dashboard',
      'hub-admin-lab:visit',
      'hub-admin-lab:user'
    ]);
    expect(plugins.every(({ description }) => description)).toBe(true);
  });

  it('give an admin the tab with both sections and every command', async () => {
    const { hub, widgets, offered } = await start(info());
    const [panel] = widgets['left'] ?? [];
    expect(panel?.id).toBe('hub-admin');
    expect(panel?.title.caption).toBe('Hub Admin');
    expect(titlesOf(panel)).toEqual(['Users', 'This Server']);
    expect(offered()).toEqual([
      CommandIDs.open,
      CommandIDs.dashboard,
      CommandIDs.refresh,
      CommandIDs.startServer,
      CommandIDs.stopServer,
      CommandIDs.restartServer,
      CommandIDs.accessServer,
      CommandIDs.selectAll,
      CommandIDs.stopIdleServers,
      CommandIDs.startWithOptions,
      CommandIDs.hubPage,
      CommandIDs.kernelSettings,
      CommandIDs.shutdownIdleKernels
    ]);
    hub.dispose();
  });

  it('have no word that does not go through the translator', async () => {
    const translator = { ...nullTranslator, load: () => pseudo };
    const { hub, commands } = await start(info(), undefined, translator);
    const ids = Object.values(CommandIDs);
    expect(commands.listCommands()).toEqual(expect.arrayContaining(ids));
    for (const id of ids) {
      const labels = [{}, { row: true }].map(args => commands.label(id, args));
      expect(labels).not.toContain('');
      expect(untranslatedOf([...labels, commands.caption(id)])).toEqual([]);
    }
    hub.dispose();
  });

  it('give an ordinary user no tab and two commands', async () => {
    const { hub, widgets, offered } = await start(info({ setup: 'none' }));
    expect(widgets['left']).toBeUndefined();
    expect(offered()).toEqual([
      CommandIDs.kernelSettings,
      CommandIDs.shutdownIdleKernels
    ]);
    hub.dispose();
  });

  it('give an admin of a hub that is not configured the one step left', async () => {
    const { hub, widgets, offered } = await start(info({ setup: 'needed' }));
    expect(titlesOf(widgets['left']?.[0])).toEqual(['Users', 'This Server']);
    expect(offered()).not.toContain(CommandIDs.startServer);
    expect(offered()).toContain(CommandIDs.open);
    hub.dispose();
  });

  it('give this server only off a hub', async () => {
    const { hub, widgets } = await start(
      info({ hub: null, owner: null, visitor: null, setup: 'none' })
    );
    expect(titlesOf(widgets['left']?.[0])).toEqual(['This Server']);
    expect(widgets['header']).toBeUndefined();
    hub.dispose();
  });

  it('give a visitor the band and the other server only', async () => {
    const { hub, widgets, offered } = await start(
      info({ at_home: false, owner: 'alice' })
    );
    expect(titlesOf(widgets['left']?.[0])).toEqual(['Server of alice']);
    await waitFor(() =>
      expect(widgets['header']?.map(({ id }) => id)).toEqual([
        'hub-admin-visit'
      ])
    );
    expect(document.title).toMatch(/^\(alice\)/);
    document.title = 'other.ipynb - JupyterLab';
    await waitFor(() =>
      expect(document.title).toBe('(alice) other.ipynb - JupyterLab')
    );
    expect(offered()).not.toContain(CommandIDs.stopServer);
    hub.dispose();
  });

  it('have a description of the arguments of every command', async () => {
    const { hub, commands } = await start(info());
    for (const id of Object.values(CommandIDs)) {
      const { args } = await commands.describedBy(id);
      expect([id, args?.['type']]).toEqual([id, 'object']);
    }
    hub.dispose();
  });

  it('have all names before the code of any command, and say if that does not come', async () => {
    const { start, hub } = fakeHub();
    const commands = new CommandRegistry();
    const open = jest.fn().mockRejectedValue(
      Object.assign(new Error('Loading chunk 7 failed.'), {
        name: 'ChunkLoadError'
      })
    );
    await commandsPlugin.activate(
      { commands } as unknown as JupyterFrontEnd,
      { start, open },
      nullTranslator,
      null,
      null
    );
    expect(commands.label(CommandIDs.startServer)).toBe('Start a Server…');
    expect(commands.isEnabled(CommandIDs.startServer)).toBe(true);
    expect(open).not.toHaveBeenCalled();
    await expect(commands.execute(CommandIDs.startServer)).rejects.toThrow();
    expect(Notification.manager.notifications).toMatchObject([
      {
        message:
          'A part of Hub Admin could not be loaded. Try again, or reload the page.',
        type: 'error'
      }
    ]);
    Notification.manager.dismiss();
    hub.dispose();
  });

  it('go on with what the page was left with', async () => {
    const { start, hub, client } = fakeHub();
    client.info.mockResolvedValue(info());
    const open = jest.fn(() => new Promise<never>(() => undefined));
    const begin = () =>
      commandsPlugin.activate(
        { commands: new CommandRegistry() } as unknown as JupyterFrontEnd,
        { start, open },
        nullTranslator,
        null,
        null
      );
    await begin();
    await start.info.load();
    expect(open).not.toHaveBeenCalled();
    hub.selection.toggle({ user: 'bob', server: '' });
    await begin();
    expect(open).toHaveBeenCalledTimes(1);
    hub.dispose();
  });

  describe('load ahead', () => {
    /** What waits until the browser has nothing else to do. */
    const waiting: (() => void)[] = [];

    beforeEach(() => {
      window.requestIdleCallback = callback =>
        waiting.push(() =>
          callback({ didTimeout: false, timeRemaining: () => 1 })
        );
    });

    afterEach(() => {
      Reflect.deleteProperty(window, 'requestIdleCallback');
      waiting.length = 0;
    });

    it('what the list needs, once JupyterLab is there and has nothing to do', async () => {
      const restored = new PromiseDelegate<void>();
      const { hub, preload } = await start(info(), restored.promise);
      await nextTask();
      expect(waiting).toHaveLength(0);
      restored.resolve();
      await waitFor(() => expect(waiting).toHaveLength(1));
      expect(preload).not.toHaveBeenCalled();
      waiting[0]?.();
      await waitFor(() => expect(preload).toHaveBeenCalledTimes(1));
      hub.dispose();
    });

    it('nothing for a panel without a list, or where there is none', async () => {
      for (const answer of [
        info({ setup: 'none' }, { list_users: false }),
        info({ setup: 'needed' }, { list_users: false }),
        info({}, { list_users: false }),
        info({ at_home: false, owner: 'alice' })
      ]) {
        const { hub } = await start(answer);
        await nextTask();
        expect(waiting).toHaveLength(0);
        hub.dispose();
      }
    });
  });

  it('show the panel at the server that is asked for', async () => {
    const { hub, commands, shell } = await start(info());
    await commands.execute(CommandIDs.open, { user: 'alice' });
    expect(shell.activateById).toHaveBeenCalledWith('hub-admin');
    await commands.execute(CommandIDs.kernelSettings);
    expect(shell.activateById).toHaveBeenCalledTimes(2);
    hub.dispose();
  });
});

function nextTask(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 0));
}

function titlesOf(panel: Widget | undefined): string[] {
  return [
    ...(panel?.node.querySelectorAll('.lm-AccordionPanel-titleLabel') ?? [])
  ].map(node => node.textContent ?? '');
}
