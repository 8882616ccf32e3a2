import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs } from '../commands/ids';
import { whoOf } from '../format/who';
import type { Dashboard } from '../dashboard/dashboard';
import type { DashboardModel } from '../dashboard/model';
import { hubIcon } from '../icons';
import type { IRuleKey } from '../rules/levels';
import type { IHubAdmin as IHubAdminState } from '../state/hub';
import { modeOf } from '../state/info';
import type { HubStart } from '../state/start';
import type { IHubAdmin as IHubAdminType } from '../tokens';
import { IHubAdmin } from '../tokens';
import { DOMAIN, PATIENCE, SETTINGS_ID } from './domain';

/**
 * Adds the table of users and servers as a tab of the main area.
 */
export const dashboardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'hub-admin-lab:dashboard',
  description: 'Adds the Hub Admin dashboard.',
  autoStart: true,
  requires: [IHubAdmin, ITranslator],
  optional: [ILabShell, ILayoutRestorer, ILauncher, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    hub: IHubAdminType,
    translator: ITranslator,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    launcher: ILauncher | null,
    settings: ISettingRegistry | null
  ): void => {
    const { start, open } = hub;
    const trans = translator.load(DOMAIN);
    const { commands, shell } = app;
    const tracker = new WidgetTracker<Dashboard>({
      namespace: 'hub-admin-lab'
    });
    const isAvailable = () => {
      const info = start.info.get();
      // Jupyter Notebook has place for one widget in the main area, its document.
      return labShell !== null && info !== null && modeOf(info) === 'hub';
    };
    const saveColumns = (columns: readonly string[]) => {
      // Shown at once, whether it can be saved or not.
      start.options.update({ dashboardColumns: columns });
      settings
        ?.set(SETTINGS_ID, 'dashboardColumns', [...columns])
        .catch(() => undefined);
    };
    const create = async (): Promise<Dashboard> => {
      const { context, loadDashboard } = await open();
      const { Dashboard } = await loadDashboard();
      const { hub } = context;
      const widget = new Dashboard({
        hub,
        panel: context,
        commands,
        saveColumns
      });
      shell.add(widget, 'main');
      await tracker.add(widget);
      let { tab } = widget.model.get();
      widget.model.subscribe(() => {
        if (tab !== widget.model.get().tab) {
          tab = widget.model.get().tab;
          void tracker.save(widget);
        }
      });
      return widget;
    };
    let creating: Promise<Dashboard> | null = null;
    const show = async (): Promise<Dashboard> => {
      if (tracker.currentWidget) {
        return tracker.currentWidget;
      }
      // A double click on the card must not open two.
      creating ??= create().finally(() => {
        creating = null;
      });
      return creating;
    };
    commands.addCommand(CommandIDs.dashboard, {
      label: args =>
        args.isLauncher ? trans.__('Hub Admin') : trans.__('Open Dashboard'),
      caption: trans.__('Open the users and servers in the main area'),
      icon: args => (args.isLauncher ? hubIcon : undefined),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            tab: {
              type: 'string',
              description: '"servers", "groups", "rules" or "log"'
            },
            level: {
              type: 'string',
              description:
                'Whose idle rule to show: "hub", "group", "user" or "server"'
            },
            name: {
              type: 'string',
              description: 'The name of that, of a server `user/server`'
            },
            user: {
              type: 'string',
              description: 'A user whose details to show'
            },
            server: { type: 'string', description: 'The server of that user' }
          }
        }
      },
      isVisible: isAvailable,
      execute: async args => {
        if (!isAvailable()) {
          return;
        }
        const widget = await show();
        shell.activateById(widget.id);
        reveal(start.hub, widget.model, args);
        // The launcher makes place for what it opened.
        return args.isLauncher ? widget : undefined;
      }
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.dashboard,
      args: ({ model }) => ({ tab: model.get().tab }),
      name: () => 'dashboard',
      // Whether this person gets to see it is known by then, or it stays closed.
      when: start.info.soon(PATIENCE)
    });
    addCard(start, launcher, isAvailable);
  }
};

/**
 * Show what the arguments of the command name.
 */
function reveal(
  hub: IHubAdminState | null,
  model: DashboardModel,
  args: ReadonlyPartialJSONObject
): void {
  const { tab, user, server } = args;
  if (tab === 'rules') {
    const rule = ruleOf(args);
    if (rule) {
      model.showRule(rule);
    } else {
      model.showTab(tab);
    }
    return;
  }
  if (tab === 'servers' || tab === 'groups' || tab === 'log') {
    model.showTab(tab);
  }
  if (typeof user === 'string' && user !== '') {
    const who = { user, server: typeof server === 'string' ? server : '' };
    model.showDetails(who);
    hub?.cursor.listOf('dashboard')?.revealRow(whoOf(who));
  }
}

/**
 * The place of the idle rule that the arguments name; null: none.
 */
function ruleOf({ level, name }: ReadonlyPartialJSONObject): IRuleKey | null {
  if (level === 'hub') {
    return { level, name: '' };
  }
  return (level === 'group' || level === 'user' || level === 'server') &&
    typeof name === 'string' &&
    name !== ''
    ? { level, name }
    : null;
}

/**
 * A card in the launcher for those to whom the dashboard has something to show.
 */
function addCard(
  start: HubStart,
  launcher: ILauncher | null,
  isAvailable: () => boolean
): void {
  let card: ReturnType<ILauncher['add']> | undefined;
  const update = () => {
    if (!isAvailable()) {
      card?.dispose();
      card = undefined;
    } else if (!card) {
      card = launcher?.add({
        command: CommandIDs.dashboard,
        // Without a category of its own it stands under *Other*.
        args: { isLauncher: true }
      });
    }
  };
  start.info.subscribe(update);
  update();
}
