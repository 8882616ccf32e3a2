import { Token } from '@lumino/coreutils';

import type { IHubAdmin as IHubAdminState } from './state/hub';

/**
 * What the plugins of Hub Admin Lab share.
 */
export type IHubAdmin = IHubAdminState;

/**
 * The token of what the plugins of Hub Admin Lab share.
 */
export const IHubAdmin = new Token<IHubAdmin>(
  'hub-admin-lab:IHubAdmin',
  'The users and servers of the hub, as Hub Admin Lab knows them.'
);
