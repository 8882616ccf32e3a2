import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands/ids';
import type { IHubAdmin as IHubAdminType } from '../state/hub';
import { IHubAdmin } from '../tokens';
import type { ForUser } from '../user/forUser';
import { DOMAIN } from './domain';
// Here already for its own plugin.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { visitorsConnection } from './service';

/**
 * Tells every user of a hub with idle rules what becomes of their server, and the rules that
 * somebody is at work.
 */
export const userPlugin: JupyterFrontEndPlugin<void> = {
  id: 'hub-admin-lab:user',
  description: 'Warns before this server is stopped, and tells after it was.',
  autoStart: true,
  requires: [IHubAdmin, ITranslator],
  optional: [ICommandPalette, IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    hub: IHubAdminType,
    translator: ITranslator,
    palette: ICommandPalette | null,
    statusBar: IStatusBar | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const { commands } = app;
    let isStarting = false;
    let user: ForUser | null = null;
    const start = async () => {
      const info = hub.info.get();
      if (isStarting || !info?.hub || !info.service) {
        return;
      }
      isStarting = true;
      // Before that nobody shows notifications, or knows whether they are wanted.
      await app.restored;
      const { ForUser, UserClient } = await import('../user/forUser');
      const onChange = () =>
        commands.notifyCommandChanged(CommandIDs.keepOwnServer);
      user = new ForUser({
        hub,
        client: new UserClient(
          visitorsConnection(app.name, app.serviceManager.serverSettings)
        ),
        trans,
        statusBar,
        openSettings: () => void commands.execute(CommandIDs.kernelSettings),
        tell: question => void tell(question),
        onChange
      });
      onChange();
    };
    const tell = async (
      question: Parameters<ConstructorParameters<typeof ForUser>[0]['tell']>[0]
    ) => {
      const dialog = await import('../commands/dialog');
      const { panelContext } = await import('./shared');
      const { actions } = panelContext(hub, commands, trans);
      await dialog.tell({ hub, trans, actions }, question);
    };
    commands.addCommand(CommandIDs.keepOwnServer, {
      label: trans.__('Keep My Server Running'),
      caption: trans.__('Keep this server for as long again as it may be idle'),
      describedBy: { args: { type: 'object', properties: {} } },
      isVisible: () => {
        const info = hub.info.get();
        return info !== null && info.at_home && info.service !== null;
      },
      isEnabled: () => user?.hasDeadline ?? false,
      execute: () => user?.keep()
    });
    palette?.addItem({
      command: CommandIDs.keepOwnServer,
      category: trans.__('Hub Admin')
    });
    hub.info.subscribe(() => void start());
    void start();
  }
};
