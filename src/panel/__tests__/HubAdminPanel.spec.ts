import { CommandRegistry } from '@lumino/commands';
import type { ITranslator } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../../commands/ids';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub, trans } from '../../testing/hub';
import { pseudo, untranslated } from '../../testing/pseudo';
import { HubAdminPanel } from '../HubAdminPanel';
import { createSection } from '../views';

describe('HubAdminPanel', () => {
  let fake: IFakeHub;
  let commands: CommandRegistry;
  let panel: HubAdminPanel;

  const create = (words = trans, translator: ITranslator = nullTranslator) => {
    const { start, hub, actions } = fake;
    panel = new HubAdminPanel({
      start,
      load: name => createSection(name, hub, { trans: words, actions }),
      trans: words,
      commands,
      translator,
      mode: 'hub'
    });
    Widget.attach(panel, document.body);
  };

  beforeEach(() => {
    // Sections draw themselves, outside of what the testing library could wait for.
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
    fake = fakeHub();
    commands = new CommandRegistry();
  });

  afterEach(() => {
    panel.dispose();
    fake.hub.dispose();
  });

  const add = (id: string, isVisible = true) =>
    commands.addCommand(id, {
      label: id,
      describedBy: { args: { type: 'object', properties: {} } },
      isVisible: () => isVisible,
      execute: () => undefined
    });
  const menu = () =>
    [...document.querySelectorAll('.lm-Menu-item:not(.lm-mod-hidden)')].map(
      item =>
        item.getAttribute('data-type') === 'separator'
          ? '-'
          : item.getAttribute('data-command')
    );

  it('offers in its menu what is there for the visitor', () => {
    create();
    for (const id of [
      CommandIDs.settings,
      CommandIDs.help,
      CommandIDs.refresh,
      CommandIDs.selectAll,
      CommandIDs.stopIdleServers
    ]) {
      add(id);
    }
    add(CommandIDs.addUsers, false);
    panel.openMenu(commands);
    expect(menu()).toEqual([
      CommandIDs.refresh,
      CommandIDs.selectAll,
      CommandIDs.stopIdleServers,
      '-',
      CommandIDs.help,
      CommandIDs.settings
    ]);
  });

  it('goes to a row, or looks for its user where it is not loaded', async () => {
    create();
    const list = {
      id: 'sidebar' as const,
      search: jest.fn(),
      refresh: jest.fn(),
      showDetails: jest.fn(),
      selectAll: jest.fn(),
      find: jest.fn(),
      revealRow: jest.fn((key: string) => key === 'bob/gpu')
    };
    fake.hub.cursor.lists.add(list);
    await panel.revealRow({ user: 'bob', server: 'gpu' });
    expect(list.find).not.toHaveBeenCalled();
    await panel.revealRow({ user: 'carol', server: 'gpu' });
    expect(list.find).toHaveBeenCalledWith('carol');
  });

  it('has no word that does not go through the translator', () => {
    create(pseudo, { ...nullTranslator, load: () => pseudo });
    // The rest of a section's name is core's.
    expect(untranslated(panel.node, [' Section'])).toEqual([]);
    expect(panel.title.caption).toBe('⟦Hub Admin⟧');
  });
});
