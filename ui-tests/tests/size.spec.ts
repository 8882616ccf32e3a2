/**
 * What the browser has to load of the extension: little at the start of every page, what an admin
 * looks at first once nothing else is to be done, the rest when it is needed. A budget that is too
 * small after a change for which it is worth it is raised here, and in docs/developers.md.
 */
import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import type { BrowserContext, Page, Request } from '@playwright/test';
import { gzipSync } from 'zlib';
import { expect, test } from './fixtures';
import { labOf, labStarted, USERS_ROUTE } from './hub';
import { HubAdminPage } from './panel';

/** Bytes, compressed, of everything that was loaded until then. */
const BUDGET = {
  plainUser: 27_000,
  adminStart: 29_000,
  /** And the list, which is loaded ahead. */
  adminQuiet: 82_000,
  /** All files that there are, loaded or not. */
  all: 140_000
};

const STATIC = path.resolve(
  __dirname,
  '../../hub_admin_lab/labextension/static'
);

const ADDRESS = '/lab/extensions/hub-admin-lab/static/';

/** A file, compressed as a web server compresses it. */
function sizeOf(name: string): number {
  return gzipSync(readFileSync(path.join(STATIC, name)), { level: 9 }).length;
}

/** What a page has loaded of the extension so far. */
class Loaded {
  constructor(page: Page) {
    page.on('request', (request: Request) => {
      const { pathname } = new URL(request.url());
      const start = pathname.indexOf(ADDRESS);
      if (start >= 0) {
        this._names.add(pathname.slice(start + ADDRESS.length));
      }
    });
  }

  /** Bytes, compressed. */
  get size(): number {
    return [...this._names].reduce((sum, name) => sum + sizeOf(name), 0);
  }

  private readonly _names = new Set<string>();
}

/** Somebody's JupyterLab as it is loaded for the first time. */
interface IOpened {
  page: Page;
  loaded: Loaded;
  /** Let the browser tell that it has nothing else to do, which it did not do before. */
  beQuiet: () => Promise<void>;
}

/** Have it loaded until nothing more comes. */
async function open(
  people: { as: (user: string) => Promise<BrowserContext> },
  user: string
): Promise<IOpened> {
  const context = await people.as(user);
  const page = await context.newPage();
  const loaded = new Loaded(page);
  await page.addInitScript(holdQuiet);
  await page.goto(labOf(user));
  await labStarted(page);
  await expect(page.locator('.jp-Launcher')).toBeFocused();
  await page.waitForLoadState('networkidle');
  const beQuiet = async () => {
    await page.evaluate(() => window.dispatchEvent(new Event('quiet')));
    await page.waitForLoadState('networkidle');
    // That state holds from before where nothing was asked for at once.
    await page.waitForTimeout(1000);
  };
  return { page, loaded, beQuiet };
}

/** Runs in the page: whatever waits for the browser to be idle waits for an event of ours. */
function holdQuiet(): void {
  const quiet = new Promise(resolve =>
    window.addEventListener('quiet', resolve, { once: true })
  );
  window.requestIdleCallback = callback => {
    void quiet.then(() =>
      callback({ didTimeout: false, timeRemaining: () => 50 })
    );
    return 0;
  };
}

test("a plain user's page loads what tells of the own server", async ({
  people
}) => {
  const { page, loaded, beQuiet } = await open(people, 'ivan');
  expect(loaded.size).toBeGreaterThan(0);
  await beQuiet();
  expect(loaded.size).toBeLessThan(BUDGET.plainUser);
  await page.close();
});

test("an admin's page loads the list ahead, and asks nothing", async ({
  people
}) => {
  const { page, loaded, beQuiet } = await open(people, 'admin');
  const panel = new HubAdminPage(page);
  let asked = 0;
  page.on('request', request => {
    asked += USERS_ROUTE.test(request.url()) ? 1 : 0;
  });
  // Every command is there before the code of any.
  expect(Object.keys(await panel.palette())).toContain(
    'hub-admin:start-server'
  );
  const atStart = loaded.size;
  expect(atStart).toBeLessThan(BUDGET.adminStart);
  await beQuiet();
  await expect.poll(() => loaded.size).toBeGreaterThan(atStart);
  await page.waitForLoadState('networkidle');
  const whenQuiet = loaded.size;
  expect(whenQuiet).toBeLessThan(BUDGET.adminQuiet);
  expect(asked).toBe(0);
  await panel.openList();
  expect(asked).toBeGreaterThan(0);
  // The first rows waited for no code.
  expect(loaded.size).toBe(whenQuiet);
  await page.close();
});

test('a list that is opened at once does not wait until nothing else is to be done', async ({
  people
}) => {
  const { page, loaded } = await open(people, 'admin');
  const atStart = loaded.size;
  await new HubAdminPage(page).openList();
  expect(loaded.size).toBeGreaterThan(atStart);
  expect(loaded.size).toBeLessThan(BUDGET.adminQuiet);
  await page.close();
});

test('all parts together', () => {
  const all = readdirSync(STATIC).filter(name => name.endsWith('.js'));
  const size = all.reduce((sum, name) => sum + sizeOf(name), 0);
  expect(size).toBeLessThan(BUDGET.all);
});
