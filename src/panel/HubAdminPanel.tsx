import type { ITranslator } from '@jupyterlab/translation';
import {
  CommandToolbarButton,
  ellipsesIcon,
  PanelWithToolbar,
  SidePanel,
  tableRowsIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';
import type { AccordionPanel } from '@lumino/widgets';
import { Menu } from '@lumino/widgets';
import React from 'react';

import { CommandIDs } from '../commands/ids';
import type { IPanelContext } from '../components/context';
import { SetupView } from '../components/SetupView';
import { ThisServerView } from '../components/ThisServerView';
import { UsersView } from '../components/UsersView';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { hubIcon } from '../icons';
import type { IHubAdmin } from '../state/hub';
import type { PanelMode } from '../state/info';
import { Section } from './section';

/**
 * The id of the panel and of its tab.
 */
const PANEL_ID = 'hub-admin';

/**
 * The name of the button in the title of the users that opens the menu.
 */
const MORE = 'more';

/**
 * What that menu offers, as far as it is there for the visitor; null is a line between.
 */
const MENU = [
  CommandIDs.refresh,
  CommandIDs.selectAll,
  CommandIDs.stopIdleServers,
  CommandIDs.idleRules,
  CommandIDs.openLog,
  CommandIDs.addUsers,
  CommandIDs.hubPage,
  null,
  CommandIDs.help,
  CommandIDs.settings
];

/**
 * What the panel takes.
 */
export interface IHubAdminPanelOptions {
  hub: IHubAdmin;
  panel: IPanelContext;
  commands: CommandRegistry;
  translator: ITranslator;
  mode: Exclude<PanelMode, 'none'>;
}

/**
 * The sidebar: the users with their servers, and this server.
 */
export class HubAdminPanel extends SidePanel {
  constructor(options: IHubAdminPanelOptions) {
    super({ translator: options.translator });
    const { hub, panel, commands, mode } = options;
    const { trans } = panel;
    this._hub = hub;
    this.id = PANEL_ID;
    this.addClass('jp-HubAdmin');
    this.title.icon = hubIcon;
    this.title.caption = trans.__('Hub Admin');
    this.title.dataset = { jpTabLabel: trans.__('Hub Admin') };
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Hub Admin'));

    if (mode !== 'server') {
      this.addWidget(createUsers(hub, panel, commands, mode));
    }
    const server = (this._server = new PanelWithToolbar());
    server.addClass('jp-HubAdmin-sectionPanel');
    const info = hub.info.get();
    server.title.label =
      info?.owner && !info.at_home
        ? trans.__('Server of %1', info.owner)
        : trans.__('This Server');
    server.addWidget(new Section(hub, panel, () => <ThisServerView />));
    this.addWidget(server);
    if (mode !== 'server') {
      this._accordion.collapse(this._accordion.widgets.length - 1);
    }
    this._accordion.expansionToggled.connect(this._onToggled, this);
  }

  /**
   * A section was opened or closed.
   */
  get expansionToggled(): ISignal<AccordionPanel, number> {
    return this._accordion.expansionToggled;
  }

  /**
   * Which sections are open, in their order.
   */
  get expanded(): boolean[] {
    return this._accordion.widgets.map(widget => !widget.isHidden);
  }

  /**
   * Open and close the sections as they were.
   */
  restore(expanded: readonly boolean[]): void {
    if (expanded.length === this._accordion.widgets.length) {
      expanded.forEach((isOpen, index) =>
        isOpen ? this._accordion.expand(index) : this._accordion.collapse(index)
      );
    }
  }

  /**
   * Open the section of this server and put the focus into its first field.
   */
  revealServer(): void {
    this._accordion.expand(this._accordion.widgets.indexOf(this._server));
    const focus = () =>
      this._server.node
        .querySelector<HTMLElement>('.jp-HubAdmin-form input')
        ?.focus();
    // The form may still have to be loaded.
    focus();
    setTimeout(focus, 300);
  }

  /**
   * Put the focus on the row of a server, or look for its user.
   */
  revealRow(who: IWho): void {
    if (!this._reveal(who)) {
      // Shown for the first time, the list is about to be drawn.
      setTimeout(() => this._reveal(who), 300);
    }
  }

  /**
   * Open the menu of the users under its button.
   */
  openMenu(commands: CommandRegistry): void {
    const menu = new Menu({ commands });
    for (const command of MENU) {
      if (command === null) {
        menu.addItem({ type: 'separator' });
      } else if (commands.hasCommand(command)) {
        menu.addItem({ command });
      }
    }
    // Not before the command of the menu has run.
    menu.aboutToClose.connect(() => {
      setTimeout(() => menu.dispose(), 0);
    });
    const button = this.node.querySelector(`[data-jp-item-name="${MORE}"]`);
    const { left, bottom } = (button ?? this.node).getBoundingClientRect();
    menu.open(left, bottom);
  }

  private _reveal(who: IWho): boolean {
    const list = this._hub.cursor.listOf('sidebar');
    if (list?.revealRow(whoOf(who)) === false) {
      list.find(who.user);
    }
    return list !== undefined;
  }

  private get _accordion(): AccordionPanel {
    return this.content as AccordionPanel;
  }

  /**
   * A section that was never open has no size yet, and would get none.
   */
  private readonly _onToggled = (
    accordion: AccordionPanel,
    index: number
  ): void => {
    const sizes = accordion.relativeSizes();
    const isOpen = !accordion.widgets[index]?.isHidden;
    if (isOpen && (sizes[index] ?? 0) < 0.1) {
      accordion.setRelativeSizes(
        accordion.widgets.map(widget => (widget.isHidden ? 0 : 1))
      );
    }
  };

  private readonly _hub: IHubAdmin;
  private readonly _server: PanelWithToolbar;
}

function createUsers(
  hub: IHubAdmin,
  panel: IPanelContext,
  commands: CommandRegistry,
  mode: 'hub' | 'setup'
): PanelWithToolbar {
  const { trans } = panel;
  const users = new PanelWithToolbar();
  users.addClass('jp-HubAdmin-sectionPanel');
  users.title.label = trans.__('Users');
  if (mode === 'setup') {
    users.addWidget(new Section(hub, panel, () => <SetupView />));
    return users;
  }
  users.addWidget(
    new Section(hub, panel, shown => <UsersView shown={shown} />)
  );
  users.toolbar.node.setAttribute('aria-label', trans.__('Users toolbar'));
  users.toolbar.addItem(
    'dashboard',
    new CommandToolbarButton({
      commands,
      id: CommandIDs.dashboard,
      icon: tableRowsIcon,
      label: '',
      caption: trans.__('Open dashboard')
    })
  );
  // Not a ToolbarButton, which calls itself pressed at every other click.
  users.toolbar.addItem(
    MORE,
    new CommandToolbarButton({
      commands,
      id: CommandIDs.moreActions,
      icon: ellipsesIcon,
      label: '',
      caption: trans.__('More actions')
    })
  );
  return users;
}
