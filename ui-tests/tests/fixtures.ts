/**
 * `test` for everything that happens on the demo hub: each person logs in once.
 */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect, test as base } from '@playwright/test';
import { DashboardPage } from './dashboard';
import { HUB, HubApi, labOf, labStarted, openLab } from './hub';
import { HubAdminPage } from './panel';

export { expect };

/** Everybody who has logged in, each with a browser of their own as far as cookies go. */
class People {
  constructor(private readonly _browser: Browser) {}

  /** A person's browser context, logged in and with the person's own server running. */
  async as(user: string): Promise<BrowserContext> {
    const known = this._contexts.get(user);
    if (known) {
      return known;
    }
    const context = await this._browser.newContext({
      viewport: { width: 1280, height: 760 },
      locale: 'en-US'
    });
    this._contexts.set(user, context);
    const page = await context.newPage();
    await openLab(page, user);
    await page.close();
    return context;
  }

  /**
   * JupyterLab in the person's own server: the page that the test before has left as it was, if
   * there is one, since loading it is most of the time that a test takes.
   */
  async lab(user: string, isFresh: boolean): Promise<Page> {
    const context = await this.as(user);
    const left = this._pages.get(user);
    this._pages.delete(user);
    if (left && !isFresh) {
      await new HubAdminPage(left).tidy();
      return left;
    }
    await left?.close();
    const page = await context.newPage();
    await page.goto(labOf(user));
    await labStarted(page);
    // The last thing that JupyterLab does while it starts is to give the focus to its launcher.
    await expect(page.locator('.jp-Launcher')).toBeFocused();
    return page;
  }

  /** Leave a page to the next test. */
  leavePage(user: string, page: Page): void {
    this._pages.set(user, page);
  }

  /** Log everybody out of this browser. */
  async leave(): Promise<void> {
    for (const context of this._contexts.values()) {
      await context.close();
    }
  }

  private readonly _contexts = new Map<string, BrowserContext>();
  private readonly _pages = new Map<string, Page>();
}

interface IFixtures {
  /** Who has logged in; `test.use({ user: 'assistant' })`. */
  user: string;
  /** JupyterLab in the person's own server, with an empty workspace. */
  page: Page;
  /** Whether the test needs a page of its own, because it does something for good to it. */
  ownPage: boolean;
  /** The panel there, which `test.use({ panelIsOpen: false })` leaves closed. */
  panel: HubAdminPage;
  panelIsOpen: boolean;
  /** The dashboard, open beside the panel for as long as the test takes. */
  dashboard: DashboardPage;
  /** The Hub's REST API as the admin. */
  hub: HubApi;
  /** What the admin has set by plugin; nothing any more after the test. */
  settings: Record<string, object>;
}

export const test = base.extend<IFixtures, { people: People }>({
  people: [
    async ({ browser }, use) => {
      const people = new People(browser);
      await use(people);
      await people.leave();
    },
    { scope: 'worker' }
  ],
  user: ['admin', { option: true }],
  panelIsOpen: [true, { option: true }],
  hub: async ({ people }, use) => {
    await use(new HubApi(await people.as('admin')));
  },
  settings: [{}, { option: true }],
  ownPage: [false, { option: true }],
  page: async (
    { people, user, settings, ownPage, panelIsOpen },
    use,
    testInfo
  ) => {
    const context = await people.as(user);
    const plugins = Object.entries(settings);
    for (const [plugin, values] of plugins) {
      await setSettings(context, plugin, values);
    }
    const isOwn = ownPage || !panelIsOpen || plugins.length > 0;
    const page = await people.lab(user, isOwn);
    await use(page);
    const isGood = testInfo.status === testInfo.expectedStatus;
    for (const opened of context.pages()) {
      // New tabs that the page opened are the test's too.
      if (opened !== page || isOwn || !isGood) {
        await opened.close();
      }
    }
    if (!page.isClosed()) {
      people.leavePage(user, page);
    }
    for (const [plugin] of plugins) {
      await setSettings(context, plugin, {});
    }
  },
  panel: async ({ page, panelIsOpen }, use) => {
    const panel = new HubAdminPage(page);
    if (panelIsOpen) {
      await panel.openList();
    }
    await use(panel);
  },
  dashboard: async ({ panel }, use) => {
    const dashboard = new DashboardPage(panel);
    await dashboard.open();
    await use(dashboard);
    if (!panel.page.isClosed() && (await dashboard.view.count())) {
      await panel.dismiss();
      await dashboard.close();
    }
  }
});

/** Set what a plugin of the admin's JupyterLab can be set to. */
async function setSettings(
  context: BrowserContext,
  plugin: string,
  values: object
): Promise<void> {
  const address = `${HUB}/user/admin`;
  const cookies = await context.cookies(`${address}/`);
  const xsrf = cookies.find(({ name }) => name === '_xsrf')?.value ?? '';
  const response = await context.request.put(
    `${address}/lab/api/settings/${plugin}`,
    {
      data: JSON.stringify({ raw: JSON.stringify(values) }),
      headers: { 'X-XSRFToken': xsrf }
    }
  );
  expect(response.status()).toBe(204);
}
