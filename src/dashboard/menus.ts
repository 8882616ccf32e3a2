import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import type { Menu } from '@lumino/widgets';

import { CommandIDs } from '../commands/ids';
import type { IHubAdmin } from '../state/hub';
import { hasService } from '../state/service';
import type { ColumnId } from './columns';
import { COLUMNS, columnLabel, columnsOf } from './columns';

/**
 * What opens the menus of the dashboard under their buttons.
 */
export interface IDashboardMenus {
  more: (anchor: HTMLElement) => void;
  columns: (anchor: HTMLElement) => void;
}

/**
 * What the menus need.
 */
export interface IDashboardMenusOptions {
  hub: IHubAdmin;
  commands: CommandRegistry;
  trans: TranslationBundle;
  /** Keep which columns are shown. */
  saveColumns: (columns: readonly string[]) => void;
}

/**
 * What the menu behind the three dots offers; what the visitor may not do is left out.
 */
const MORE: readonly (readonly string[])[] = [
  [CommandIDs.refresh, CommandIDs.selectAll],
  [CommandIDs.hubPage, CommandIDs.shutdownHub],
  [CommandIDs.help, CommandIDs.settings]
];

/**
 * Make the menus of the dashboard.
 */
export function createMenus(options: IDashboardMenusOptions): IDashboardMenus {
  return {
    more: anchor => openMore(options.commands, anchor),
    columns: anchor => openColumns(options, anchor)
  };
}

function openMore(commands: CommandRegistry, anchor: HTMLElement): void {
  const menu = new MenuSvg({ commands });
  for (const group of MORE) {
    // Lumino leaves out separators that separate nothing.
    menu.addItem({ type: 'separator' });
    for (const command of group) {
      if (commands.hasCommand(command)) {
        menu.addItem({ command });
      }
    }
  }
  openUnder(menu, anchor);
}

function openColumns(
  { hub, trans, saveColumns }: IDashboardMenusOptions,
  anchor: HTMLElement
): void {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  const shown = hub.options.get().dashboardColumns;
  for (const id of columnsOf(hasService(hub.info.get()))) {
    commands.addCommand(id, {
      label: columnLabel(id, trans),
      describedBy: { args: { type: 'object', properties: {} } },
      isToggleable: true,
      isToggled: () => shown.includes(id),
      execute: () => saveColumns(toggled(shown, id))
    });
    menu.addItem({ command: id });
  }
  openUnder(menu, anchor);
}

/**
 * The columns with one more or one less, in their own order.
 */
function toggled(shown: readonly string[], id: ColumnId): string[] {
  return COLUMNS.filter(column => shown.includes(column) !== (column === id));
}

function openUnder(menu: Menu, anchor: HTMLElement): void {
  menu.aboutToClose.connect(() => {
    anchor.focus();
    // Not before the command of the menu has run.
    setTimeout(() => menu.dispose(), 0);
  });
  const { left, bottom } = anchor.getBoundingClientRect();
  menu.open(left, bottom);
}
