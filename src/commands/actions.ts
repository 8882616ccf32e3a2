import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { IPanelActions, RowAction } from '../components/context';
import type { IHubAdmin } from '../state/hub';
import { confirmKernel, confirmText } from './confirm';
import { loadMany } from './deeds';
import type { ICommandContext } from './dialog';
import { CommandIDs } from './ids';
import { tellNotLoaded } from './notLoaded';
import { tellProblem } from './servers';

/**
 * Core's command that opens a document.
 */
const OPEN_DOCUMENT = 'docmanager:open';

const COMMANDS: Readonly<Record<RowAction, string>> = {
  start: CommandIDs.startServer,
  stop: CommandIDs.stopServer,
  restart: CommandIDs.restartServer,
  open: CommandIDs.accessServer
};

/**
 * Carry out what components ask for, by the commands.
 */
export function createActions(
  hub: IHubAdmin,
  commands: CommandRegistry,
  trans: TranslationBundle
): IPanelActions {
  const actions: IPanelActions = {
    run: (action, { user, server }) => {
      void commands.execute(COMMANDS[action], { user, server });
    },
    command: (name, who) => {
      void commands.execute(CommandIDs[name], { ...who });
    },
    offers: (name, who) =>
      commands.hasCommand(CommandIDs[name]) &&
      commands.isVisible(CommandIDs[name], { ...who }) &&
      commands.isEnabled(CommandIDs[name], { ...who }),
    showProblem: (who, message) => {
      void tellProblem(context, who, message);
    },
    showOutcome: bulk => {
      loadMany().then(
        ({ showOutcome }) => showOutcome(context, bulk),
        (error: unknown) => tellNotLoaded(error, trans)
      );
    },
    openPath: commands.hasCommand(OPEN_DOCUMENT)
      ? path => {
          void commands.execute(OPEN_DOCUMENT, { path });
        }
      : undefined,
    confirmKernel: (action, name) => confirmKernel(context, action, name),
    confirm: ({ title, text, accept }) =>
      confirmText(context, title, text, accept),
    showRule: (level, name) => {
      void commands.execute(CommandIDs.dashboard, {
        tab: 'rules',
        level,
        name
      });
    },
    copy: text => Clipboard.copyToSystem(text),
    help: () => {
      void commands.execute(CommandIDs.help);
    },
    restartOwn: () => {
      const info = hub.info.get();
      if (info?.owner) {
        void commands.execute(CommandIDs.restartServer, {
          user: info.owner,
          server: info.server_name
        });
      }
    }
  };
  const context: ICommandContext = { hub, trans, actions };
  return actions;
}
