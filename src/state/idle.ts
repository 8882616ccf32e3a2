import { keepPreviousData, useQuery } from '@tanstack/react-query';

import type { IdleSettings, IdleSettingsUpdate } from '../api/types';
import { useHubAdmin } from './context';
import type { IHubAdmin } from './hub';
import { keys } from './keys';
import { useVisible } from './visibility';

/**
 * When idle kernels, terminals and this server are stopped.
 */
export function useIdle() {
  const { client } = useHubAdmin();
  const visible = useVisible();
  return useQuery({
    queryKey: keys.idle,
    queryFn: ({ signal }) => client.getIdle(signal),
    enabled: visible,
    staleTime: 30_000
  });
}

/**
 * What a change would stop at once; not asked for null.
 */
export function useIdlePreview(update: IdleSettingsUpdate | null) {
  const { client } = useHubAdmin();
  return useQuery({
    queryKey: keys.preview(update ?? {}),
    queryFn: ({ signal }) => client.putIdle(update ?? {}, true, signal),
    enabled: update !== null,
    gcTime: 0,
    placeholderData: keepPreviousData
  });
}

/**
 * Save a change of the idle settings, or go back to the configured ones for null.
 */
export async function saveIdle(
  hub: IHubAdmin,
  update: IdleSettingsUpdate | null
): Promise<IdleSettings> {
  const settings = await (update === null
    ? hub.client.resetIdle()
    : hub.client.putIdle(update, false));
  hub.queryClient.setQueryData(keys.idle, settings);
  await hub.queryClient.invalidateQueries({ queryKey: keys.kernels });
  return settings;
}
