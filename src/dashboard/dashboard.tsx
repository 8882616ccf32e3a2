import { MainAreaWidget } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';

import type { IPanelContext } from '../components/context';
import { hubIcon } from '../icons';
import { Section } from '../panel/section';
import type { IHubAdmin } from '../state/hub';
import { DashboardView } from './DashboardView';
import type { IDashboardMenus } from './menus';
import { createMenus } from './menus';
import { DashboardModel } from './model';

import '../../style/dashboard.css';
import '../../style/rules.css';
import '../../style/log.css';
import '../../style/groups.css';

/**
 * The id of the dashboard.
 */
export const DASHBOARD_ID = 'hub-admin-dashboard';

/**
 * What the dashboard takes.
 */
export interface IDashboardOptions {
  hub: IHubAdmin;
  panel: IPanelContext;
  commands: CommandRegistry;
  /** Keep which columns are shown. */
  saveColumns: (columns: readonly string[]) => void;
}

/**
 * The main area widget: the servers of the hub as a table, and its groups.
 */
export class Dashboard extends MainAreaWidget<Section> {
  constructor({ hub, panel, commands, saveColumns }: IDashboardOptions) {
    const { trans } = panel;
    const model = new DashboardModel();
    const menus = createMenus({ hub, commands, trans, saveColumns });
    const content = new Section(hub, panel, shown => (
      <DashboardView model={model} menus={menus} shown={shown} />
    ));
    super({ content });
    // It has none, and core would draw an empty one.
    this.toolbar.hide();
    this.model = model;
    this.menus = menus;
    this.id = DASHBOARD_ID;
    this.title.label = trans.__('Hub Admin');
    this.title.caption = trans.__('The servers of the hub and its users');
    this.title.icon = hubIcon;
    this.title.closable = true;
    content.addClass('jp-HubAdmin-dashboard');
  }

  /**
   * Which tab and whose details are shown.
   */
  readonly model: DashboardModel;

  /**
   * What opens its menus.
   */
  readonly menus: IDashboardMenus;
}
