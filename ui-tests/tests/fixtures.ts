/**
 * `test` for everything that happens on the demo hub: each person logs in once.
 */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect, test as base } from '@playwright/test';
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

  /** Log everybody out of this browser. */
  async leave(): Promise<void> {
    for (const context of this._contexts.values()) {
      await context.close();
    }
  }

  private readonly _contexts = new Map<string, BrowserContext>();
}

interface IFixtures {
  /** Who has logged in; `test.use({ user: 'assistant' })`. */
  user: string;
  /** JupyterLab in the person's own server, with an empty workspace. */
  page: Page;
  /** The panel there, which `test.use({ panelIsOpen: false })` leaves closed. */
  panel: HubAdminPage;
  panelIsOpen: boolean;
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
  page: async ({ people, user, settings }, use) => {
    const context = await people.as(user);
    for (const [plugin, values] of Object.entries(settings)) {
      await setSettings(context, plugin, values);
    }
    const page = await context.newPage();
    await page.goto(labOf(user));
    await labStarted(page);
    // The last thing that JupyterLab does while it starts is to give the focus to its launcher.
    await expect(page.locator('.jp-Launcher')).toBeFocused();
    await use(page);
    // New tabs that the page opened are the test's too.
    await Promise.all(context.pages().map(opened => opened.close()));
    for (const plugin of Object.keys(settings)) {
      await setSettings(context, plugin, {});
    }
  },
  panel: async ({ page, panelIsOpen }, use) => {
    const panel = new HubAdminPage(page);
    if (panelIsOpen) {
      await panel.openList();
    }
    await use(panel);
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
