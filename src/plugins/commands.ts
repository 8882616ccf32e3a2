import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

// eslint-disable-next-line jupyter/prefer-lazy-imports
import { giveFeedback } from '../commands/feedback';
import { CommandIDs } from '../commands/ids';
// Commands have to be there when the menus and the palette are made.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { registerBulkCommands } from '../commands/bulkCommands';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { giveBulkFeedback } from '../commands/bulkFeedback';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { registerManageCommands } from '../commands/manageCommands';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { registerCommands } from '../commands/register';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { registerRuleCommands } from '../commands/ruleCommands';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { registerServiceCommands } from '../commands/serviceCommands';
import type { IHubAdmin as IHubAdminType } from '../state/hub';
import { IHubAdmin } from '../tokens';
import { DOMAIN, SETTINGS_ID } from './domain';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { panelContext } from './shared';

/**
 * Where the documentation is.
 */
const DOCUMENTATION = 'https://github.com/hub-admin-lab/hub-admin-lab#readme';

/**
 * Core's command that opens the settings.
 */
const OPEN_SETTINGS = 'settingeditor:open';

/**
 * What the palette offers.
 */
const PALETTE = [
  CommandIDs.open,
  CommandIDs.dashboard,
  CommandIDs.refresh,
  CommandIDs.startServer,
  CommandIDs.stopServer,
  CommandIDs.restartServer,
  CommandIDs.accessServer,
  CommandIDs.selectAll,
  CommandIDs.startSelected,
  CommandIDs.stopSelected,
  CommandIDs.restartSelected,
  CommandIDs.stopIdleServers,
  CommandIDs.startWithOptions,
  CommandIDs.keepServer,
  CommandIDs.exemptServer,
  CommandIDs.addUsers,
  CommandIDs.openGroups,
  CommandIDs.idleRules,
  CommandIDs.openLog,
  CommandIDs.hubPage,
  CommandIDs.shutdownHub,
  CommandIDs.kernelSettings,
  CommandIDs.shutdownIdleKernels
] as const;

/**
 * Registers the commands and puts them into the palette.
 */
export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'hub-admin-lab:commands',
  description: 'Adds the commands that act on servers and kernels.',
  autoStart: true,
  requires: [IHubAdmin, ITranslator],
  optional: [ICommandPalette, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    hub: IHubAdminType,
    translator: ITranslator,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const { commands } = app;
    const { actions } = panelContext(hub, commands, trans);
    registerCommands({
      commands,
      context: { hub, trans, actions },
      revealKernelSettings: () => revealSettings(commands),
      neverAskAgain: async () => {
        await settings?.set(SETTINGS_ID, 'confirmOpen', false);
      }
    });
    commands.addCommand(CommandIDs.help, {
      label: trans.__('Documentation'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        window.open(DOCUMENTATION, '_blank', 'noopener');
      }
    });
    commands.addCommand(CommandIDs.settings, {
      label: trans.__('Settings'),
      describedBy: { args: { type: 'object', properties: {} } },
      isVisible: () => commands.hasCommand(OPEN_SETTINGS),
      execute: () =>
        commands.execute(OPEN_SETTINGS, { query: trans.__('Hub Admin') })
    });
    registerBulkCommands(commands, { hub, trans, actions });
    registerManageCommands(commands, { hub, trans, actions });
    registerRuleCommands(commands, { hub, trans, actions });
    registerServiceCommands(commands, { hub, trans, actions });
    giveFeedback(hub, commands, trans);
    giveBulkFeedback({ hub, trans, actions });
    hub.bulks.restore();
    hub.info.subscribe(() => commands.notifyCommandChanged());
    hub.health.subscribe(() => commands.notifyCommandChanged());
    for (const command of PALETTE) {
      palette?.addItem({ command, category: trans.__('Hub Admin') });
    }
  }
};

/**
 * The panel says whether it can show the settings; without one nobody answers.
 */
function revealSettings(commands: CommandRegistry): boolean {
  if (!commands.isVisible(CommandIDs.open)) {
    return false;
  }
  void commands.execute(CommandIDs.open, { section: 'server' });
  return true;
}
