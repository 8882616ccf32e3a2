import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands/ids';
import { tellNotLoaded } from '../commands/notLoaded';
import type { IHubAdmin as IHubAdminType } from '../tokens';
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
    const { start, open } = hub;
    const trans = translator.load(DOMAIN);
    const { commands } = app;
    let isStarting = false;
    let user: ForUser | null = null;
    const onFailure = (error: unknown) => tellNotLoaded(error, trans);
    const begin = async () => {
      const info = start.info.get();
      if (isStarting || !info?.hub || !info.service) {
        return;
      }
      isStarting = true;
      // Before that nobody shows notifications, or knows whether they are wanted.
      await app.restored;
      const part = await import('../user/forUser').catch(onFailure);
      if (!part) {
        isStarting = false; // tried again with the next answer
        return;
      }
      const { ForUser, UserClient } = part;
      const onChange = () =>
        commands.notifyCommandChanged(CommandIDs.keepOwnServer);
      user = new ForUser({
        start,
        client: new UserClient(
          visitorsConnection(app.name, app.serviceManager.serverSettings)
        ),
        trans,
        statusBar,
        keep: async (who, until) => {
          const { context, deeds } = await open();
          return deeds.keepServer(context.hub, who, until);
        },
        openSettings: () => void commands.execute(CommandIDs.kernelSettings),
        tell: question => {
          tell(question).catch(onFailure);
        },
        onChange
      });
      onChange();
    };
    const tell = async (
      question: Parameters<ConstructorParameters<typeof ForUser>[0]['tell']>[0]
    ) => {
      const { context, deeds } = await open();
      await deeds.tell(context, question);
    };
    commands.addCommand(CommandIDs.keepOwnServer, {
      label: trans.__('Keep My Server Running'),
      caption: trans.__('Keep this server for as long again as it may be idle'),
      describedBy: { args: { type: 'object', properties: {} } },
      isVisible: () => {
        const info = start.info.get();
        return info !== null && info.at_home && info.service !== null;
      },
      isEnabled: () => user?.hasDeadline ?? false,
      execute: () => user?.keep()
    });
    palette?.addItem({
      command: CommandIDs.keepOwnServer,
      category: trans.__('Hub Admin')
    });
    start.info.subscribe(() => void begin());
    void begin();
  }
};
