import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ServerConnection } from '@jupyterlab/services';
import type { IStatusBar } from '@jupyterlab/statusbar';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { waitFor } from '@testing-library/react';

import { UserClient } from '../../api/userClient';
import type { Info, ServerDeadline } from '../../api/types';
import { CommandIDs } from '../../commands/ids';
import { button, dialog } from '../../testing/commands';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { fakeEntry } from '../../testing/plugins';
import { info } from '../../testing/samples';
import { decision, notice, told } from '../../testing/user';
import { userPlugin } from '../user';

const SERVICE = { version: '0.1.0' };

describe('the plugin for users', () => {
  let fake: IFakeHub;
  let commands: CommandRegistry;
  let items: { id: string; item: IStatusBar.IItem }[];
  let answer: ServerDeadline;
  const deadline = jest.spyOn(UserClient.prototype, 'deadline');
  const presence = jest.spyOn(UserClient.prototype, 'presence');
  const seen = jest.spyOn(UserClient.prototype, 'seen');
  const addItem = jest.fn();
  const listen = jest.spyOn(document, 'addEventListener');

  beforeEach(() => {
    jest.clearAllMocks();
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
    window.requestIdleCallback ??= callback =>
      window.setTimeout(
        () => callback({ didTimeout: false, timeRemaining: () => 1 }),
        0
      );
    fake = fakeHub();
    commands = new CommandRegistry();
    items = [];
    const soon = new Date(Date.now() + 9 * 60_000).toISOString();
    answer = told({
      now: new Date().toISOString(),
      decision: decision({ deadline: soon, warn_at: null })
    });
    deadline.mockImplementation(() => Promise.resolve(answer));
    presence.mockResolvedValue(undefined);
    seen.mockResolvedValue(undefined);
  });

  afterEach(() => {
    fake.hub.dispose();
    Notification.manager.dismiss();
    // A page goes with all that listens in it.
    for (const [name, listener, options] of listen.mock.calls) {
      document.removeEventListener(name, listener, options);
    }
  });

  const start = async (more: Partial<Info>, hasStatusBar = true) => {
    fake.client.info.mockResolvedValue(info({ setup: 'none', ...more }));
    await fake.hub.info.load();
    const app = {
      name: 'JupyterLab',
      commands,
      restored: Promise.resolve(),
      serviceManager: { serverSettings: ServerConnection.makeSettings() }
    } as unknown as JupyterFrontEnd;
    const statusBar: IStatusBar = {
      registerStatusItem: (id, item) => {
        items.push({ id, item });
        return item.item;
      }
    };
    await userPlugin.activate(
      app,
      fakeEntry(fake, commands),
      nullTranslator,
      { addItem },
      hasStatusBar ? statusBar : null
    );
    // Whatever it loads.
    await new Promise(resolve => setTimeout(resolve, 0));
  };
  const use = () => document.dispatchEvent(new Event('keydown'));
  const isEnabled = () => commands.isEnabled(CommandIDs.keepOwnServer);

  it('does nothing without the service, until there is one', async () => {
    await start({});
    use();
    expect(deadline).not.toHaveBeenCalled();
    expect(presence).not.toHaveBeenCalled();
    expect(items).toEqual([]);
    expect(commands.isVisible(CommandIDs.keepOwnServer)).toBe(false);
    await commands.execute(CommandIDs.keepOwnServer);
    fake.client.info.mockResolvedValue(info({ service: SERVICE }));
    await fake.hub.info.load();
    await waitFor(() => expect(isEnabled()).toBe(true));
    await fake.hub.info.load();
    expect(items).toHaveLength(1);
  });

  it('does nothing off a hub', async () => {
    await start({ hub: null, service: SERVICE });
    use();
    expect(presence).not.toHaveBeenCalled();
  });

  it('only counts a visitor, who is told nothing of the owner', async () => {
    await start({ at_home: false, owner: 'alice', service: SERVICE });
    await waitFor(() => {
      use();
      expect(presence).toHaveBeenCalledTimes(1);
    });
    expect(deadline).not.toHaveBeenCalled();
    expect(items).toEqual([]);
    expect(commands.isVisible(CommandIDs.keepOwnServer)).toBe(false);
    expect(isEnabled()).toBe(false);
  });

  it('shows the time left, and keeps the server from the palette', async () => {
    await start({ service: SERVICE });
    await waitFor(() => expect(isEnabled()).toBe(true));
    expect(addItem).toHaveBeenCalledWith({
      command: 'hub-admin:keep-own-server',
      category: 'Hub Admin'
    });
    expect(items[0]).toMatchObject({
      id: 'hub-admin-lab:stops',
      item: { align: 'middle' }
    });
    expect(items[0]?.item.isActive?.()).toBe(true);
    const later = new Date(Date.now() + 7_200_000).toISOString();
    fake.service.extend.mockResolvedValue({ until: later, asked: later });
    await commands.execute(CommandIDs.keepOwnServer);
    expect(Notification.manager.notifications).toMatchObject([
      {
        message: expect.stringMatching(/^Kept until /) as string,
        type: 'success'
      }
    ]);
    expect(items[0]?.item.isActive?.()).toBe(false);
    Notification.manager.dismiss();
    fake.service.extend.mockResolvedValue({ until: null, asked: later });
    answer = told({ ...answer, now: new Date().toISOString() });
    await commands.execute(CommandIDs.keepOwnServer);
    expect(Notification.manager.notifications).toHaveLength(1);
  });

  it('works without a status bar, and shows a notice in a dialog', async () => {
    answer = { ...answer, notices: [notice()] };
    await start({ service: SERVICE }, false);
    await waitFor(() =>
      expect(Notification.manager.notifications).toHaveLength(1)
    );
    const [shown] = Notification.manager.notifications;
    shown?.options.actions?.[0]?.callback({} as MouseEvent);
    await waitFor(() =>
      expect(
        dialog()?.querySelector('.jp-HubAdmin-wholeText')?.textContent
      ).toContain('Your server was stopped. Nothing used for 1 hour;')
    );
    button('Close')?.click();
    await waitFor(() => expect(dialog()).toBeNull());
    Notification.manager.dismiss();
    expect(seen).toHaveBeenCalledWith('n1');
  });
});
