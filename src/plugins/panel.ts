import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands/ids';
import type { HubAdminPanel } from '../panel/HubAdminPanel';
import { modeOf } from '../state/info';
import type { IHubAdmin as IHubAdminType } from '../tokens';
import { IHubAdmin } from '../tokens';
import { DOMAIN, PATIENCE } from './domain';
import { whenQuiet } from './quiet';

/**
 * The place among the tabs on the left; core has Running at 200 and Contents at 400.
 */
const RANK = 250;

/**
 * Adds the sidebar for those to whom it has something to show.
 */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'hub-admin-lab:panel',
  description: 'Adds the Hub Admin sidebar.',
  autoStart: true,
  requires: [IHubAdmin, ITranslator],
  optional: [ILayoutRestorer, ISettingRegistry, IStateDB],
  activate: async (
    app: JupyterFrontEnd,
    hub: IHubAdminType,
    translator: ITranslator,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null,
    state: IStateDB | null
  ): Promise<void> => {
    const { start, open, preload } = hub;
    const trans = translator.load(DOMAIN);
    const { commands, shell } = app;
    let panel: HubAdminPanel | null = null;

    let isAdding = false;
    const addPanel = async () => {
      const info = start.info.get();
      const mode = info ? modeOf(info) : 'none';
      if (isAdding || mode === 'none') {
        return;
      }
      isAdding = true;
      // Most people of a hub never get to see it.
      const widget = await import('../panel/HubAdminPanel');
      panel = new widget.HubAdminPanel({
        start,
        load: async name => (await open()).createSection(name),
        trans,
        commands,
        translator,
        mode
      });
      restorer?.add(panel, panel.id);
      shell.add(panel, 'left', { rank: RANK, type: 'Hub Admin' });
      void keepSections(panel, state);
      commands.notifyCommandChanged(CommandIDs.open);
      if (mode === 'hub' && info?.capabilities.list_users) {
        // So that the first rows do not wait for code.
        void app.restored.then(whenQuiet).then(preload);
      }
    };

    commands.addCommand(CommandIDs.open, {
      label: trans.__('Show Hub Admin'),
      caption: trans.__('Show the users of the hub and their servers'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            user: { type: 'string', description: 'A user to go to' },
            server: { type: 'string', description: 'The server of that user' },
            section: {
              type: 'string',
              description: '"server" for the settings of this server'
            }
          }
        }
      },
      isVisible: () => panel !== null,
      execute: args => {
        if (!panel) {
          return;
        }
        shell.activateById(panel.id);
        if (args.section === 'server') {
          return panel.revealServer();
        } else if (typeof args.user === 'string') {
          const server = typeof args.server === 'string' ? args.server : '';
          return panel.revealRow({ user: args.user, server });
        }
      }
    });

    commands.addCommand(CommandIDs.moreActions, {
      label: trans.__('More Actions'),
      caption: trans.__('More actions'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => panel?.openMenu(commands)
    });

    void settings?.load(panelPlugin.id).then(
      loaded => {
        const update = () => start.options.set(loaded.composite);
        loaded.changed.connect(update);
        update();
      },
      () => undefined // the defaults hold
    );
    start.info.subscribe(() => void addPanel());
    await start.info.soon(PATIENCE);
    await addPanel();
  }
};

/**
 * Open the sections that were open the last time, and remember from now on.
 */
async function keepSections(
  panel: HubAdminPanel,
  state: IStateDB | null
): Promise<void> {
  const key = `${panel.id}:sections`;
  const saved = await state?.fetch(key).catch(() => undefined);
  if (Array.isArray(saved)) {
    panel.restore(saved.map(Boolean));
  }
  panel.expansionToggled.connect(() => {
    void state?.save(key, panel.expanded);
  });
}
