/**
 * What the browser has to load of the extension: little at the start of every page, the rest when
 * it is needed. A budget that is too small after a change for which it is worth it is raised here,
 * and in docs/developers.md.
 */
import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import type { BrowserContext, Page, Request } from '@playwright/test';
import { gzipSync } from 'zlib';
import { expect, test } from './fixtures';
import { labOf, labStarted } from './hub';
import { HubAdminPage } from './panel';

/** Bytes, compressed, of everything that was loaded until then. */
const BUDGET = {
  plainUser: 26_000,
  adminClosed: 28_000,
  adminOpen: 82_000,
  /** All files that there are, loaded or not. */
  all: 135_000
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

/** Somebody's JupyterLab as it is loaded for the first time, once nothing more comes. */
async function open(
  people: { as: (user: string) => Promise<BrowserContext> },
  user: string
): Promise<{ page: Page; loaded: Loaded }> {
  const context = await people.as(user);
  const page = await context.newPage();
  const loaded = new Loaded(page);
  await page.goto(labOf(user));
  await labStarted(page);
  await expect(page.locator('.jp-Launcher')).toBeFocused();
  await page.waitForLoadState('networkidle');
  return { page, loaded };
}

test("a plain user's page loads what tells of the own server", async ({
  people
}) => {
  const { page, loaded } = await open(people, 'ivan');
  expect(loaded.size).toBeGreaterThan(0);
  expect(loaded.size).toBeLessThan(BUDGET.plainUser);
  await page.close();
});

test("an admin's page loads the list when it is looked at", async ({
  people
}) => {
  const { page, loaded } = await open(people, 'admin');
  const panel = new HubAdminPage(page);
  // Every command is there before the code of any.
  expect(Object.keys(await panel.palette())).toContain(
    'hub-admin:start-server'
  );
  const closed = loaded.size;
  expect(closed).toBeLessThan(BUDGET.adminClosed);
  await panel.openList();
  await page.waitForLoadState('networkidle');
  expect(loaded.size).toBeGreaterThan(closed);
  expect(loaded.size).toBeLessThan(BUDGET.adminOpen);
  await page.close();
});

test('all parts together', () => {
  const all = readdirSync(STATIC).filter(name => name.endsWith('.js'));
  const size = all.reduce((sum, name) => sum + sizeOf(name), 0);
  expect(size).toBeLessThan(BUDGET.all);
});
