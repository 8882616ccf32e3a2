import type { CommandRegistry } from '@lumino/commands';

import { partsOf } from '../plugins/opened';
import type { IHubAdmin } from '../tokens';
import type { IFakeHub } from './hub';
import { trans } from './hub';

/**
 * What plugins share, around a hub whose requests are replaced.
 */
export function fakeEntry(
  { start, hub }: IFakeHub,
  commands: CommandRegistry
): IHubAdmin {
  let opening: ReturnType<IHubAdmin['open']> | null = null;
  return {
    start,
    open: () => (opening ??= Promise.resolve(partsOf(hub, commands, trans))),
    preload: jest.fn().mockResolvedValue(undefined)
  };
}
