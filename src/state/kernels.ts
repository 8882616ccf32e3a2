import { useQuery } from '@tanstack/react-query';

import type { KernelView } from '../api/types';
import { useHubAdmin } from './context';
import type { IHubAdmin } from './hub';
import { keys } from './keys';
import { useVisible } from './visibility';

/**
 * Milliseconds between two looks at the kernels; only this server is asked, never the Hub.
 */
const PERIOD = 5000;

/**
 * The kernels of this server, kept true while they are shown.
 */
export function useKernels() {
  const { client } = useHubAdmin();
  const visible = useVisible();
  return useQuery({
    queryKey: keys.kernels,
    queryFn: ({ signal }) => client.listKernels(signal),
    enabled: visible,
    refetchInterval: PERIOD
  });
}

/**
 * What can be done with a kernel.
 */
export type KernelAction = 'interrupt' | 'restart' | 'shutdown';

/**
 * Do something with a kernel of this server, then look at them all.
 */
export async function actOnKernel(
  hub: IHubAdmin,
  action: KernelAction,
  id: string
): Promise<void> {
  try {
    switch (action) {
      case 'interrupt':
        await hub.client.interruptKernel(id);
        break;
      case 'restart':
        await hub.client.restartKernel(id);
        break;
      case 'shutdown':
        await hub.client.shutdownKernel(id);
        break;
    }
  } finally {
    await hub.queryClient.invalidateQueries({ queryKey: keys.kernels });
  }
}

/**
 * How a kernel is called: its document, or else its kind.
 */
export function kernelName({ path, name }: KernelView): string {
  return path ? (path.split('/').pop() ?? path) : name;
}
