import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

// Commands have to be there when the menus and the palette are made; what they do is loaded when
// one of them is run.
/* eslint-disable jupyter/prefer-lazy-imports */
import { registerBulkCommands } from '../commands/bulkCommands';
import { CommandIDs } from '../commands/ids';
import { registerManageCommands } from '../commands/manageCommands';
import { tellNotLoaded } from '../commands/notLoaded';
import { registerCommands } from '../commands/register';
import { registerRuleCommands } from '../commands/ruleCommands';
import { registerServiceCommands } from '../commands/serviceCommands';
import { isHubAdmin } from '../commands/visitor';
import { isNotLoaded } from '../components/notLoaded';
/* eslint-enable jupyter/prefer-lazy-imports */
import type { IHubAdmin as IHubAdminType } from '../tokens';
import { IHubAdmin } from '../tokens';
import { DOMAIN, SETTINGS_ID } from './domain';

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
  CommandIDs.keepSelected,
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
    const { start, open } = hub;
    const trans = translator.load(DOMAIN);
    const { commands } = app;
    const registration = { commands, start, trans, open };
    registerCommands({
      ...registration,
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
    registerBulkCommands(registration);
    registerManageCommands(registration);
    registerRuleCommands(registration);
    registerServiceCommands(registration);
    watchFailures(commands, trans);
    const goOn = () => {
      if (isHubAdmin(start) && start.wasLeftAtWork()) {
        open().catch(() => undefined); // the next command tells it
      }
    };
    start.info.subscribe(() => {
      commands.notifyCommandChanged();
      goOn();
    });
    goOn();
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

/**
 * A command whose code could not be loaded did nothing: say so.
 */
function watchFailures(
  commands: CommandRegistry,
  trans: TranslationBundle
): void {
  const ours = new Set<string>(Object.values(CommandIDs));
  commands.commandExecuted.connect((_, { id, result }) => {
    if (ours.has(id)) {
      result.catch((error: unknown) => {
        if (isNotLoaded(error)) {
          tellNotLoaded(error, trans);
        }
      });
    }
  });
}
