import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { HubStart } from '../state/start';
import type * as Deeds from './deeds';
import type { ICommandContext } from './dialog';

/**
 * What commands are registered with. Their names, and whether they are there, are known from the
 * start of the page; what they do is loaded when the first of them is run.
 */
export interface IRegistration {
  readonly commands: CommandRegistry;
  readonly start: HubStart;
  readonly trans: TranslationBundle;
  /** Load what they do. */
  readonly open: () => Promise<IOpened>;
}

/**
 * What commands do, and what that needs.
 */
export interface IOpened {
  readonly context: ICommandContext;
  readonly deeds: typeof Deeds;
}
