import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands/ids';
import type { IHubAdmin as IHubAdminType } from '../state/hub';
import { modeOf } from '../state/info';
import { IHubAdmin } from '../tokens';
import { DOMAIN } from './domain';

/**
 * Adds the list of the sidebar as a tab of the main area.
 */
export const dashboardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'hub-admin-lab:dashboard',
  description: 'Adds the Hub Admin dashboard.',
  autoStart: true,
  requires: [IHubAdmin, ITranslator],
  optional: [ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    hub: IHubAdminType,
    translator: ITranslator,
    restorer: ILayoutRestorer | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const { commands, shell } = app;
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'hub-admin-lab'
    });
    const isAvailable = () => {
      const info = hub.info.get();
      return info !== null && modeOf(info) === 'hub';
    };
    commands.addCommand(CommandIDs.dashboard, {
      label: trans.__('Open Dashboard'),
      caption: trans.__('Open the users and servers in the main area'),
      describedBy: { args: { type: 'object', properties: {} } },
      isVisible: isAvailable,
      execute: async () => {
        if (!isAvailable()) {
          return;
        }
        if (tracker.currentWidget) {
          shell.activateById(tracker.currentWidget.id);
          return;
        }
        const { createDashboard } = await import('../dashboard/dashboard');
        const { panelContext } = await import('./shared');
        const widget = createDashboard(hub, panelContext(hub, commands, trans));
        shell.add(widget, 'main');
        await tracker.add(widget);
        shell.activateById(widget.id);
      }
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.dashboard,
      name: () => 'dashboard',
      // Only once it is known whether this person gets to see it.
      when: hub.info.load().catch(() => undefined)
    });
  }
};
