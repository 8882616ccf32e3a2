import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { createActions } from '../commands/actions';
import type { IPanelContext } from '../components/context';
import type { IHubAdmin } from '../state/hub';

/**
 * Words and deeds for a widget.
 */
export function panelContext(
  hub: IHubAdmin,
  commands: CommandRegistry,
  trans: TranslationBundle
): IPanelContext {
  return { trans, actions: createActions(hub, commands, trans) };
}
