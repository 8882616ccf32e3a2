import { Token } from '@lumino/coreutils';

import type { IOpenedHub } from './plugins/opened';
import type { HubStart } from './state/start';

/**
 * What the plugins of Hub Admin Lab share.
 */
export interface IHubAdmin {
  /** What every page knows from its start. */
  readonly start: HubStart;
  /** Load everything else, once; asked again, where that failed. */
  readonly open: () => Promise<IOpenedHub>;
  /** Load the code of it ahead, and make nothing yet; where that fails, `open` tells. */
  readonly preload: () => Promise<void>;
}

/**
 * The token of what the plugins of Hub Admin Lab share.
 */
export const IHubAdmin = new Token<IHubAdmin>(
  'hub-admin-lab:IHubAdmin',
  'The users and servers of the hub, as Hub Admin Lab knows them.'
);
