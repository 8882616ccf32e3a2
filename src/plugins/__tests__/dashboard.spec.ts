import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import type { ILauncher } from '@jupyterlab/launcher';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import type { Info } from '../../api/types';
import { CommandIDs } from '../../commands/ids';
import type { Dashboard } from '../../dashboard/dashboard';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { fakeEntry } from '../../testing/plugins';
import { info } from '../../testing/samples';
import { dashboardPlugin } from '../dashboard';

describe('the dashboard plugin', () => {
  let fake: IFakeHub;
  let commands: CommandRegistry;
  let added: Dashboard[];
  let cards: ILauncher.IItemOptions[];
  const activateById = jest.fn();
  const set = jest.fn().mockResolvedValue(undefined);
  const restore = jest.fn();

  const start = async (answer: Info, hasOthers = true) => {
    fake.client.info.mockResolvedValue(answer);
    await fake.hub.info.load();
    await activate(hasOthers);
  };

  const activate = async (
    hasOthers = true,
    labShell: unknown = {}
  ): Promise<void> => {
    const app = {
      commands,
      shell: { add: (widget: Dashboard) => added.push(widget), activateById }
    } as unknown as JupyterFrontEnd;
    const launcher = {
      add: (card: ILauncher.IItemOptions) => {
        cards.push(card);
        return { dispose: () => cards.splice(cards.indexOf(card), 1) };
      }
    } as unknown as ILauncher;
    const others = [
      { restore } as unknown as ILayoutRestorer,
      launcher,
      { set } as unknown as ISettingRegistry
    ];
    await dashboardPlugin.activate(
      app,
      fakeEntry(fake, commands),
      nullTranslator,
      labShell,
      ...(hasOthers ? others : [null, null, null])
    );
  };

  beforeEach(() => {
    fake = fakeHub();
    commands = new CommandRegistry();
    added = [];
    cards = [];
    jest.clearAllMocks();
  });

  afterEach(() => {
    added.forEach(widget => widget.dispose());
    fake.hub.dispose();
  });

  it('opens one dashboard, by the launcher too', async () => {
    await start(info());
    expect(cards).toEqual([
      { command: CommandIDs.dashboard, args: { isLauncher: true } }
    ]);
    const { command, args } = cards[0] as ILauncher.IItemOptions;
    expect(commands.label(command, args)).toBe('Hub Admin');
    expect(commands.icon(command, args)).toBeTruthy();
    expect(commands.icon(command)).toBeUndefined();
    const [opened] = await Promise.all<unknown>([
      commands.execute(command, args),
      commands.execute(command, args)
    ]);
    expect(added).toEqual([opened]);
    expect(added[0]?.title.label).toBe('Hub Admin');
    await commands.execute(command);
    expect(added).toHaveLength(1);
    expect(activateById).toHaveBeenCalledTimes(3);
    expect(activateById).toHaveBeenCalledWith('hub-admin-dashboard');
  });

  it('shows the tab or the server that is asked for', async () => {
    await start(info());
    await commands.execute(CommandIDs.dashboard, {
      user: 'bob',
      server: 'gpu'
    });
    const model = added[0]?.model;
    expect(model?.get().details).toEqual({ user: 'bob', server: 'gpu' });
    await commands.execute(CommandIDs.dashboard, { tab: 'groups' });
    expect(model?.get().tab).toBe('groups');
    const [, { args, command }] = restore.mock.calls[0] as [
      unknown,
      { command: string; args: (widget: Dashboard) => unknown }
    ];
    expect(command).toBe(CommandIDs.dashboard);
    expect(args(added[0] as Dashboard)).toEqual({ tab: 'groups' });
  });

  it('shows the idle rule that is asked for, and no details', async () => {
    await start(info());
    const show = async (args: object) => {
      await commands.execute(CommandIDs.dashboard, { tab: 'rules', ...args });
      return added[0]?.model.get();
    };
    expect(await show({})).toEqual({ tab: 'rules', details: null, rule: null });
    const rule = { level: 'server', name: 'bob/gpu' };
    expect(await show(rule)).toEqual({ tab: 'rules', details: null, rule });
    expect(await show({ level: 'hub', name: 'x' })).toMatchObject({
      rule: { level: 'hub', name: '' }
    });
    // Without a name it is no level: what was shown stays.
    expect(await show({ level: 'group' })).toMatchObject({
      rule: { level: 'hub' }
    });
  });

  it('is not there for those who may not list users', async () => {
    await start(info({ setup: 'none' }));
    expect(cards).toEqual([]);
    expect(commands.isVisible(CommandIDs.dashboard)).toBe(false);
    await commands.execute(CommandIDs.dashboard);
    expect(added).toEqual([]);
    fake.client.info.mockResolvedValue(info());
    await fake.hub.info.load();
    expect(cards).toHaveLength(1);
    fake.client.info.mockResolvedValue(info({ setup: 'none' }));
    await fake.hub.info.load();
    expect(cards).toEqual([]);
  });

  it('is not there in Jupyter Notebook, whose main area holds the document', async () => {
    fake.client.info.mockResolvedValue(info());
    await fake.hub.info.load();
    await activate(true, null);
    expect(cards).toEqual([]);
    expect(commands.isVisible(CommandIDs.dashboard)).toBe(false);
    await commands.execute(CommandIDs.dashboard);
    expect(added).toEqual([]);
  });

  it('does not keep JupyterLab waiting for the hub', async () => {
    jest.useFakeTimers();
    await activate();
    const [, { when }] = restore.mock.calls[0] as [
      unknown,
      { when: Promise<void> }
    ];
    const restored = jest.fn();
    void when.then(restored);
    await jest.advanceTimersByTimeAsync(1500);
    expect(restored).toHaveBeenCalled();
    jest.useRealTimers();
    fake.client.info.mockResolvedValue(info());
    await fake.hub.info.load();
    await commands.execute(CommandIDs.dashboard);
    expect(added).toHaveLength(1);
  });

  it('works without a launcher, a restorer and settings', async () => {
    await start(info(), false);
    await commands.execute(CommandIDs.dashboard);
    expect(added).toHaveLength(1);
  });

  it('shows columns at once and keeps them in the settings', async () => {
    await start(info());
    await commands.execute(CommandIDs.dashboard);
    added[0]?.model.showTab('servers');
    expect(fake.hub.options.get().dashboardColumns).toHaveLength(6);
    added[0]?.menus.columns(document.body);
    const menu = document.querySelector('.lm-Menu');
    menu?.dispatchEvent(new KeyboardEvent('keydown', { keyCode: 40 }));
    menu?.dispatchEvent(new KeyboardEvent('keydown', { keyCode: 13 }));
    const left = ['last_activity', 'started', 'groups', 'options', 'stops'];
    expect(fake.hub.options.get().dashboardColumns).toEqual(left);
    expect(set).toHaveBeenCalledWith(
      'hub-admin-lab:panel',
      'dashboardColumns',
      left
    );
  });
});
