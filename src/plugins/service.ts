import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

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
    const hub = new HubAdmin(app.serviceManager.serverSettings);
    hub.info.load().catch(() => {
      // Without an answer there is nothing to show: the server extension is not there, or this
      // server is gone, which core tells.
    });
    return hub;
  }
};
