import type { ServerConnection } from '@jupyterlab/services';

import { requestJSON } from './request';
import type { Info } from './types';

/**
 * Who is looking at whose server, and what they may do; every page asks it when it starts.
 *
 * @param settings - the connection to this server
 */
export function getInfo(settings: ServerConnection.ISettings): Promise<Info> {
  return requestJSON(settings, ['info']);
}
