/**
 * The dashboard as a person uses it: by the roles and names of its parts.
 */
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { HubAdminPage, State, Verb } from './panel';
import { literally } from './panel';

/** The tab *Hub Admin* of the main area. */
export class DashboardPage {
  constructor(readonly hubAdmin: HubAdminPage) {}

  get page(): Page {
    return this.hubAdmin.page;
  }

  /** The widget of the main area. */
  get view(): Locator {
    return this.page.locator('#hub-admin-dashboard');
  }

  /** Its tab in the main area. */
  get mainTab(): Locator {
    return this.page
      .locator('#jp-main-dock-panel .lm-TabBar-tab')
      .filter({ hasText: 'Hub Admin' });
  }

  get search(): Locator {
    return this.view.getByRole('searchbox', { name: 'Search users' });
  }

  get table(): Locator {
    return this.view.getByRole('grid', { name: 'Users and servers' });
  }

  /** The rows of servers, without the headings. */
  get rows(): Locator {
    return this.table.locator('tbody').getByRole('row');
  }

  /** The row of a server: its name begins with what the server is called. */
  row(who: string, state?: State): Locator {
    return this.table.getByRole('row', {
      name: new RegExp(`^${literally(who)}, ${state ?? ''}`)
    });
  }

  /** A button of a row. */
  button(verb: Verb | 'Details of', who: string): Locator {
    return this.table.getByRole('button', {
      name: `${verb} ${who}`,
      exact: true
    });
  }

  /** Any button of the dashboard, by its whole name. */
  tool(name: string): Locator {
    return this.view.getByRole('button', { name, exact: true });
  }

  heading(name: string): Locator {
    return this.table.getByRole('columnheader', { name, exact: true });
  }

  /** One of the numbers above the table. */
  total(name: RegExp): Locator {
    return this.view
      .getByRole('group', { name: 'Totals' })
      .getByRole('button', { name });
  }

  /** What can be done with what is selected. */
  get selection(): Locator {
    return this.view.getByRole('group', { name: 'Selection' });
  }

  /** The details of a server, beside the table. */
  details(who: string): Locator {
    return this.view.getByRole('region', { name: `Details of ${who}` });
  }

  /** A tab within the dashboard. */
  tab(name: 'Servers' | 'Groups' | 'Idle rules' | 'Log'): Locator {
    return this.view.getByRole('tab', { name });
  }

  /** What the servers are called, from the top. */
  async names(): Promise<string[]> {
    return this.rows.evaluateAll(rows =>
      rows.map(row => row.getAttribute('data-key') ?? '')
    );
  }

  /** Open it as it is at first, with the whole list. */
  async open(): Promise<void> {
    await this.forget();
    await this.hubAdmin.command('Open Dashboard');
    await this.loaded();
  }

  /** Wait for the end of the list. */
  async loaded(): Promise<void> {
    await expect(this.rows.first()).toBeVisible();
    await expect(this.view.getByText(/^All \d+ users shown$/)).toBeVisible();
  }

  async close(): Promise<void> {
    await this.mainTab.locator('.lm-TabBar-tabCloseIcon').click();
    await expect(this.view).toHaveCount(0);
    await this.forget();
  }

  /** What the page would show again. */
  private async forget(): Promise<void> {
    await this.page.evaluate(() => {
      for (const key of Object.keys(sessionStorage)) {
        if (key.endsWith('list:dashboard')) {
          sessionStorage.removeItem(key);
        }
      }
    });
  }
}
