import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ServerConnection } from '@jupyterlab/services';
import { ITranslator } from '@jupyterlab/translation';

import { inWords } from '../components/notLoaded';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { HubStart } from '../state/start';
import { IHubAdmin } from '../tokens';
import { DOMAIN } from './domain';
import type { IOpenedHub } from './opened';

/**
 * Knows the hub for the other plugins.
 */
export const servicePlugin: JupyterFrontEndPlugin<IHubAdmin> = {
  id: 'hub-admin-lab:service',
  description: 'Provides the users and servers of the hub.',
  autoStart: true,
  requires: [ITranslator],
  provides: IHubAdmin,
  activate: (app: JupyterFrontEnd, translator: ITranslator): IHubAdmin => {
    const start = new HubStart(
      visitorsConnection(app.name, app.serviceManager.serverSettings)
    );
    start.info.load().catch(() => {
      // Without an answer there is nothing to show: the server extension is not there, or this
      // server is gone, which core tells.
    });
    let opening: Promise<IOpenedHub> | null = null;
    const trans = translator.load(DOMAIN);
    const load = () => import('./opened');
    const make = async () => {
      const { openHub } = await load();
      return openHub(start, app.commands, trans);
    };
    const open = () => {
      opening ??= make().catch((error: unknown) => {
        opening = null;
        throw inWords(error, trans);
      });
      return opening;
    };
    const preload = async () => {
      await load().catch(() => undefined);
    };
    return { start, open, preload };
  }
};

/**
 * The connection to this server as the person who looks.
 *
 * On a hub, Notebook before 7.3 gives its pages the server's own token, which has none of anybody's
 * permissions. Without a token the cookie tells who it is, as it did when the page was asked for.
 */
export function visitorsConnection(
  application: string,
  settings: ServerConnection.ISettings
): ServerConnection.ISettings {
  return application === 'Jupyter Notebook'
    ? ServerConnection.makeSettings({ ...settings, token: '' })
    : settings;
}
