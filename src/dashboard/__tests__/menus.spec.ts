import { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../../commands/ids';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub, trans } from '../../testing/hub';
import { info } from '../../testing/samples';
import { createMenus } from '../menus';

describe('the menus of the dashboard', () => {
  let fake: IFakeHub;
  let commands: CommandRegistry;
  const anchor = document.createElement('button');
  const saveColumns = jest.fn();

  beforeEach(() => {
    fake = fakeHub();
    commands = new CommandRegistry();
    document.body.appendChild(anchor);
    saveColumns.mockClear();
  });

  afterEach(() => {
    document.querySelectorAll('.lm-Menu').forEach(menu => menu.remove());
    fake.hub.dispose();
  });

  const menus = () =>
    createMenus({ hub: fake.hub, commands, trans, saveColumns });
  const items = () => [
    ...document.querySelectorAll<HTMLElement>(
      '.lm-Menu-item:not(.lm-mod-hidden):not([data-type="separator"])'
    )
  ];
  const press = (keyCode: number) =>
    document
      .querySelector('.lm-Menu')
      ?.dispatchEvent(new KeyboardEvent('keydown', { keyCode }));
  const choose = (index: number) => {
    for (let step = 0; step <= index; step++) {
      press(40);
    }
    press(13);
  };

  it('check the columns that are shown, and change them', () => {
    fake.hub.options.set({ dashboardColumns: ['groups', 'server'] });
    menus().columns(anchor);
    expect(
      items().map(item => [
        item.textContent,
        item.getAttribute('role'),
        item.getAttribute('aria-checked')
      ])
    ).toEqual([
      ['Server', 'menuitemcheckbox', 'true'],
      ['Last activity', 'menuitemcheckbox', 'false'],
      ['Started', 'menuitemcheckbox', 'false'],
      ['Groups', 'menuitemcheckbox', 'true'],
      ['Options', 'menuitemcheckbox', 'false']
    ]);
    choose(2);
    expect(saveColumns).toHaveBeenLastCalledWith([
      'server',
      'started',
      'groups'
    ]);
    menus().columns(anchor);
    choose(3);
    expect(saveColumns).toHaveBeenLastCalledWith(['server']);
  });

  it('offer when servers stop with the hub service only', async () => {
    fake.client.info.mockResolvedValue(info({ service: { version: '0.1.0' } }));
    await fake.hub.info.load();
    menus().columns(anchor);
    expect(items().pop()?.textContent).toBe('Stops');
    choose(5);
    expect(saveColumns).toHaveBeenLastCalledWith(
      expect.not.arrayContaining(['stops'])
    );
  });

  it('offer what there is for the visitor, and give the focus back', () => {
    for (const [id, isVisible] of [
      [CommandIDs.refresh, true],
      [CommandIDs.shutdownHub, false],
      [CommandIDs.settings, true]
    ] as const) {
      commands.addCommand(id, {
        label: id,
        describedBy: {},
        isVisible: () => isVisible,
        execute: () => undefined
      });
    }
    menus().more(anchor);
    expect(items().map(item => item.textContent)).toEqual([
      CommandIDs.refresh,
      CommandIDs.settings
    ]);
    choose(0);
    expect(document.activeElement).toBe(anchor);
  });
});
