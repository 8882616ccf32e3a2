import { MainAreaWidget } from '@jupyterlab/apputils';
import React from 'react';

import type { IPanelContext } from '../components/context';
import { UsersView } from '../components/UsersView';
import { hubIcon } from '../icons';
import { Section } from '../panel/section';
import type { IHubAdmin } from '../state/hub';

/**
 * The id of the dashboard.
 */
export const DASHBOARD_ID = 'hub-admin-dashboard';

/**
 * Make the main area widget with the same list as the sidebar, wide.
 */
export function createDashboard(
  hub: IHubAdmin,
  panel: IPanelContext
): MainAreaWidget<Section> {
  const content = new Section(hub, panel, shown => <UsersView shown={shown} />);
  content.addClass('jp-HubAdmin-dashboard');
  const widget = new MainAreaWidget({ content });
  widget.id = DASHBOARD_ID;
  widget.title.label = panel.trans.__('Hub Admin');
  widget.title.icon = hubIcon;
  widget.title.closable = true;
  return widget;
}
