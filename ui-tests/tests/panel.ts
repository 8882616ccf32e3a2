/**
 * The panel as a person uses it: by the roles and names of its parts, which are a contract.
 */
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** What a server can be asked to do by a button of its row. */
export type Verb = 'Start' | 'Stop' | 'Restart' | 'Open';

/** The states that a row can tell by its name. */
export type State = 'running' | 'stopped' | 'starting' | 'stopping' | 'failed';

/** A regular expression that matches a text literally. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** The sidebar *Hub Admin*. */
export class HubAdminPage {
  constructor(readonly page: Page) {}

  /** The tab in the left bar. */
  get tab(): Locator {
    return this.page.locator('.jp-SideBar.jp-mod-left [data-id="hub-admin"]');
  }

  /** The panel itself. */
  get panel(): Locator {
    return this.page.locator('#hub-admin');
  }

  get search(): Locator {
    return this.panel.getByRole('searchbox', { name: 'Search users' });
  }

  get filter(): Locator {
    return this.panel.getByRole('combobox', { name: 'Server state' });
  }

  get list(): Locator {
    return this.panel.getByRole('treegrid', { name: 'Users and servers' });
  }

  get rows(): Locator {
    return this.list.getByRole('row');
  }

  /** A dialog by what its title begins with. */
  dialog(title: string): Locator {
    return this.page.getByRole('dialog', {
      name: new RegExp(`^${literally(title)}`)
    });
  }

  /**
   * Wait until a dialog has the focus, as a person who uses the keyboard does.
   *
   * Core gives it at the next idle moment, which Chromium puts off for seconds when nothing moves.
   */
  async dialogFocused(title: string): Promise<Locator> {
    const dialog = this.dialog(title);
    await expect(dialog.locator(':focus')).toBeVisible({ timeout: 15_000 });
    return dialog;
  }

  /** The band that says that the hub is away. */
  get awayBand(): Locator {
    return this.panel
      .getByRole('note')
      .filter({ hasText: 'The hub does not answer.' });
  }

  /** The section of this server. */
  get thisServer(): Locator {
    return this.panel.locator('.jp-HubAdmin-server');
  }

  /** The row of a server: its name begins with what the server is called. */
  row(who: string, state?: State): Locator {
    return this.list.getByRole('row', {
      name: new RegExp(`^${literally(who)}, ${state ?? ''}`)
    });
  }

  /** A button of a row; hovering is not needed to find it. */
  button(
    verb: Verb | 'Details of' | 'Dismiss the message of',
    who: string
  ): Locator {
    return this.panel.getByRole('button', {
      name: `${verb} ${who}`,
      exact: true
    });
  }

  /** Click a button of a row, as with a mouse. */
  async click(verb: Verb, who: string): Promise<void> {
    await this.row(who).hover();
    await this.button(verb, who).click();
  }

  /**
   * Click Start of a row until the row has taken it.
   *
   * For half a second after a button has changed its meaning it does nothing, on purpose.
   */
  async start(who: string): Promise<void> {
    const starting = this.row(who, 'starting');
    await expect(async () => {
      if (!(await starting.isVisible())) {
        await this.row(who).hover();
        await this.button('Start', who).click({ timeout: 1000 });
      }
      await expect(starting).toBeVisible({ timeout: 1000 });
    }).toPass();
  }

  /**
   * Click Stop or Restart of a row and give the dialog that asks.
   *
   * For half a second after a button has changed its meaning it does nothing, on purpose.
   */
  async ask(verb: 'Stop' | 'Restart', who: string): Promise<Locator> {
    const dialog = this.dialog(`${verb} server of ${who}?`);
    await expect(async () => {
      await this.click(verb, who);
      await expect(dialog).toBeVisible({ timeout: 1000 });
    }).toPass();
    return dialog;
  }

  /** The progress bar of a start. */
  progress(who: string): Locator {
    return this.panel.getByRole('progressbar', {
      name: `Starting ${who}`,
      exact: true
    });
  }

  /**
   * Write down what the progress bar of a start says, from now on.
   *
   * @returns What it said, each once: a test that looks now and then would miss some.
   */
  async recordProgress(who: string): Promise<() => Promise<string[]>> {
    const heard = await this.page.evaluateHandle(name => {
      const texts: string[] = [];
      const look = () => {
        const text = document
          .querySelector(`[role=progressbar][aria-label="${name}"]`)
          ?.getAttribute('aria-valuetext');
        if (text && text !== texts[texts.length - 1]) {
          texts.push(text);
        }
      };
      new MutationObserver(look).observe(document.body, {
        attributes: true,
        childList: true,
        subtree: true
      });
      return texts;
    }, `Starting ${who}`);
    return () => heard.jsonValue();
  }

  /** Show the panel. */
  async open(): Promise<void> {
    // A click on the tab of an open panel closes it, and JupyterLab may just be opening it again.
    await expect(async () => {
      if (!(await this.panel.isVisible())) {
        await this.tab.click();
      }
      await expect(this.panel).toBeVisible({ timeout: 1000 });
    }).toPass({ timeout: 15_000 });
  }

  /** Make it as it is at first, after another test. */
  async tidy(): Promise<void> {
    const { page } = this;
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await this.dismiss();
    await this.filter.selectOption('all');
    await this.search.fill('');
    if (await this.selection.isVisible()) {
      await this.selection
        .getByRole('button', { name: 'Clear selection' })
        .click();
    }
    while (await this.bulks.count()) {
      await this.bulks.first().getByRole('button', { name: 'Dismiss' }).click();
    }
    if (await this.thisServer.isVisible()) {
      await this.section('This Server').click();
    }
    await this.refresh();
    await this.rows.first().focus();
    await page.mouse.move(800, 400);
    await page.locator('.jp-Launcher').focus();
  }

  /** Close whatever asks something. */
  async dismiss(): Promise<void> {
    const { page } = this;
    // Questions and popovers alike, and one that is just closing needs no help.
    await expect(async () => {
      if (await page.getByRole('dialog').count()) {
        await page.keyboard.press('Escape');
      }
      await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 500 });
    }).toPass({ timeout: 15_000 });
  }

  /** Show the panel and wait for the whole list. */
  async openList(): Promise<void> {
    await this.open();
    await this.loaded();
  }

  /** Wait for the end of the list. */
  async loaded(): Promise<void> {
    await expect(this.rows.first()).toBeVisible();
    await expect(this.panel.getByText('End of the list')).toBeAttached();
  }

  /** The names of the rows, which tell everything that a row shows. */
  async rowNames(): Promise<string[]> {
    return this.rows.evaluateAll(rows =>
      rows.map(row => row.getAttribute('aria-label') ?? '')
    );
  }

  /** What each row's name begins with: what the server is called, and its state. */
  async states(): Promise<string[]> {
    const names = await this.rowNames();
    return names.map(name => name.split(', ').slice(0, 2).join(', '));
  }

  /** What can be done with what is selected. */
  get selection(): Locator {
    return this.panel.getByRole('group', { name: 'Selection' });
  }

  /** What is said of actions on many servers, above the list. */
  get bulks(): Locator {
    return this.panel.locator('.jp-HubAdmin-bulk');
  }

  /** A notification by what it says. */
  note(text: string | RegExp): Locator {
    return this.page.getByRole('alert').filter({ hasText: text });
  }

  /** Choose from the menu of a row. */
  async choose(item: string, row: Locator): Promise<void> {
    await row.click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  /** The title of a section, which opens and closes it. */
  section(title: string): Locator {
    return this.panel.getByRole('heading', { name: `${title} Section` });
  }

  /** Open the section of this server. */
  async openThisServer(title = 'This Server'): Promise<void> {
    if (!(await this.thisServer.isVisible())) {
      await this.section(title).click();
    }
    await expect(this.thisServer).toBeVisible();
  }

  /** Load the list anew, in its order. */
  async refresh(): Promise<void> {
    await this.panel.getByRole('button', { name: 'More actions' }).click();
    await this.page.getByRole('menuitem', { name: 'Refresh' }).click();
    await this.loaded();
  }

  /** What the palette offers under *Hub Admin*, by command. */
  async palette(): Promise<Record<string, string>> {
    await this.openPalette('hub admin');
    const items = this._paletteItems;
    await expect(items.first()).toBeVisible();
    const offers = await items.evaluateAll(nodes =>
      nodes.map(node => [
        node.getAttribute('data-command') ?? '',
        node.querySelector('.lm-CommandPalette-itemLabel')?.textContent ?? ''
      ])
    );
    await this.page.keyboard.press('Escape');
    await expect(this._paletteField).toBeHidden();
    return Object.fromEntries(offers) as Record<string, string>;
  }

  /** Run a command from the palette, found by its label. */
  async command(label: string): Promise<void> {
    await this.openPalette(label);
    const item = this._paletteItems.filter({ hasText: label }).first();
    await expect(item).toHaveClass(/lm-mod-active/);
    await this.page.keyboard.press('Enter');
    await expect(this._paletteField).toBeHidden();
  }

  /** Open the palette and search in it. */
  async openPalette(text: string): Promise<void> {
    // It closes when something else takes the focus, as JupyterLab does while it starts.
    await expect(async () => {
      if (!(await this._paletteField.isVisible())) {
        await this.page.keyboard.press('ControlOrMeta+Shift+c');
      }
      await expect(this._paletteField).toBeFocused({ timeout: 1000 });
      await this._paletteField.fill(text, { timeout: 1000 });
      await expect(this._paletteItems.first()).toBeVisible({ timeout: 1000 });
    }).toPass();
  }

  private get _paletteField(): Locator {
    return this.page.locator('.lm-CommandPalette-input');
  }

  private get _paletteItems(): Locator {
    return this.page.locator(
      '.lm-CommandPalette-item[data-command^="hub-admin:"]'
    );
  }
}
