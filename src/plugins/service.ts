import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ServerConnection } from '@jupyterlab/services';

// Asks at once whether there is anything to show.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { HubAdmin } from '../state/hub';
import { IHubAdmin } from '../tokens';

/**
 * Knows the hub for the other plugins.
 */
export const servicePlugin: JupyterFrontEndPlugin<IHubAdmin> = {
  id: 'hub-admin-lab:service',
  description: 'Provides the users and servers of the hub.',
  autoStart: true,
  provides: IHubAdmin,
  activate: (app: JupyterFrontEnd): IHubAdmin => {
    const hub = new HubAdmin(
      visitorsConnection(app.name, app.serviceManager.serverSettings)
    );
    hub.info.load().catch(() => {
      // Without an answer there is nothing to show: the server extension is not there, or this
      // server is gone, which core tells.
    });
    return hub;
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
