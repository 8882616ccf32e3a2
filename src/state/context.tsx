import { createContext, useContext } from 'react';

import type { IHubAdmin } from './hub';

/**
 * Gives components what they show; the widgets provide it.
 */
export const HubAdminContext = createContext<IHubAdmin | null>(null);

/**
 * What the panel shows and how it asks for more.
 */
export function useHubAdmin(): IHubAdmin {
  const hub = useContext(HubAdminContext);
  if (!hub) {
    throw new Error('This component is used outside of HubAdminContext.');
  }
  return hub;
}
