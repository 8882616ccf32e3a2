import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import {
  CommandToolbarButton,
  ellipsesIcon,
  PanelWithToolbar,
  SidePanel,
  tableRowsIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';
import type { AccordionPanel, Widget } from '@lumino/widgets';
import { Menu } from '@lumino/widgets';

import { CommandIDs } from '../commands/ids';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { hubIcon } from '../icons';
import type { PanelMode } from '../state/info';
import type { HubStart } from '../state/start';
import { LazyPanel } from './LazyPanel';

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
 * How long a field that is to have the focus is waited for, in milliseconds.
 */
const FOCUS_PATIENCE = 5000;

/**
 * The sections that a panel may have.
 */
export type SectionName = 'users' | 'setup' | 'server';

/**
 * What the panel takes.
 */
export interface IHubAdminPanelOptions {
  start: HubStart;
  /** Loads the content of a section, when it is shown for the first time. */
  load: (name: SectionName) => Promise<Widget>;
  trans: TranslationBundle;
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
    const { start, load, trans, mode } = options;
    this._start = start;
    const lazy = (name: SectionName) => new LazyPanel(() => load(name), trans);
    this.id = PANEL_ID;
    this.addClass('jp-HubAdmin');
    this.title.icon = hubIcon;
    this.title.caption = trans.__('Hub Admin');
    this.title.dataset = { jpTabLabel: trans.__('Hub Admin') };
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Hub Admin'));

    if (mode !== 'server') {
      const name = mode === 'hub' ? 'users' : mode;
      const users = (this._users = lazy(name));
      this.addWidget(usersPanel(users, options));
    }
    const server = (this._server = new PanelWithToolbar());
    server.addClass('jp-HubAdmin-sectionPanel');
    const info = start.info.get();
    server.title.label =
      info?.owner && !info.at_home
        ? trans.__('Server of %1', info.owner)
        : trans.__('This Server');
    this._lazyServer = lazy('server');
    server.addWidget(this._lazyServer);
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
  async revealServer(): Promise<void> {
    this._accordion.expand(this._accordion.widgets.indexOf(this._server));
    await this._lazyServer.fill();
    focusWhenThere(this._server.node, '.jp-HubAdmin-form input');
  }

  /**
   * Put the focus on the row of a server, or look for its user.
   */
  async revealRow(who: IWho): Promise<void> {
    await this._users?.fill();
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
    const list = this._start.hub?.cursor.listOf('sidebar');
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

  private readonly _start: HubStart;
  private readonly _users: LazyPanel | null = null;
  private readonly _lazyServer: LazyPanel;
  private readonly _server: PanelWithToolbar;
}

/**
 * Put the focus on an element once it is there: what it shows may still be asked for.
 */
function focusWhenThere(node: HTMLElement, selector: string): void {
  const focus = () => {
    const found = node.querySelector<HTMLElement>(selector);
    found?.focus();
    return found !== null;
  };
  if (focus()) {
    return;
  }
  const observer = new MutationObserver(() => {
    if (focus()) {
      observer.disconnect();
    }
  });
  observer.observe(node, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), FOCUS_PATIENCE);
}

function usersPanel(
  content: Widget,
  { commands, trans, mode }: IHubAdminPanelOptions
): PanelWithToolbar {
  const users = new PanelWithToolbar();
  users.addClass('jp-HubAdmin-sectionPanel');
  users.title.label = trans.__('Users');
  users.addWidget(content);
  if (mode === 'setup') {
    return users;
  }
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
