import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';

import { createActions } from '../commands/actions';
import { giveBulkFeedback } from '../commands/bulkFeedback';
import * as deeds from '../commands/deeds';
import { giveFeedback } from '../commands/feedback';
import type { IOpened } from '../commands/registration';
import type { SectionName } from '../panel/HubAdminPanel';
import { createSection } from '../panel/views';
import type { IHubAdmin } from '../state/hub';
import { HubAdmin } from '../state/hub';
import type { HubStart } from '../state/start';

// The style of lists, details and dialogs. Later ones go on from earlier ones.
import '../../style/panel.css';
import '../../style/list.css';
import '../../style/server.css';
import '../../style/details.css';
import '../../style/why.css';
import '../../style/form.css';
import '../../style/dialog.css';
import '../../style/bulk.css';

/**
 * Everything that is loaded when somebody looks at the hub or acts on it.
 */
export interface IOpenedHub extends IOpened {
  /** Make the content of a section of the panel. */
  readonly createSection: (name: SectionName) => Promise<Widget>;
  readonly loadDashboard: typeof loadDashboard;
}

/**
 * Make what only an opened hub needs, and all that goes with it.
 */
export function openHub(
  start: HubStart,
  commands: CommandRegistry,
  trans: TranslationBundle
): IOpenedHub {
  const hub = new HubAdmin(start);
  let opened: IOpenedHub;
  try {
    opened = partsOf(hub, commands, trans);
  } catch (error) {
    hub.dispose(); // the next try makes another one
    throw error;
  }
  start.hub = hub;
  return opened;
}

/**
 * All that goes with a hub: what is done, shown and told.
 */
export function partsOf(
  hub: IHubAdmin,
  commands: CommandRegistry,
  trans: TranslationBundle
): IOpenedHub {
  const actions = createActions(hub, commands, trans);
  const context = { hub, trans, actions };
  giveFeedback(hub, commands, trans);
  giveBulkFeedback(context);
  hub.health.subscribe(() => commands.notifyCommandChanged());
  hub.bulks.restore();
  return {
    context,
    deeds,
    createSection: name => createSection(name, hub, { trans, actions }),
    loadDashboard
  };
}

const loadDashboard = () => import('../dashboard/dashboard');
