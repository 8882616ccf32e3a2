import type { Widget } from '@lumino/widgets';
import React from 'react';

import type { IPanelContext } from '../components/context';
import { UsersView } from '../components/UsersView';
import type { IHubAdmin } from '../state/hub';
import type { SectionName } from './HubAdminPanel';
import { Section } from './section';

/**
 * The content of a section of the panel. The list of users is here, the others are loaded.
 */
export async function createSection(
  name: SectionName,
  hub: IHubAdmin,
  panel: IPanelContext
): Promise<Widget> {
  switch (name) {
    case 'users':
      return new Section(hub, panel, shown => <UsersView shown={shown} />);
    case 'setup': {
      const { SetupView } = await import('../components/SetupView');
      return new Section(hub, panel, () => <SetupView />);
    }
    case 'server': {
      const { ThisServerView } = await import('../components/ThisServerView');
      return new Section(hub, panel, () => <ThisServerView />);
    }
  }
}
