import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { commandsPlugin } from './plugins/commands';
import { dashboardPlugin } from './plugins/dashboard';
import { panelPlugin } from './plugins/panel';
import { servicePlugin } from './plugins/service';
import { userPlugin } from './plugins/user';
import { visitPlugin } from './plugins/visit';

export { IHubAdmin } from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  servicePlugin,
  commandsPlugin,
  panelPlugin,
  dashboardPlugin,
  visitPlugin,
  userPlugin
];

export default plugins;
