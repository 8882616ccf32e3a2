/**
 * The demo hub as the browser tests use it: where it is, and how a person logs in.
 */
import * as fs from 'fs';
import * as path from 'path';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The demo hub's address. */
export const HUB = `http://127.0.0.1:${process.env.HUB_ADMIN_LAB_DEMO_PORT}`;

/** Everybody's password there. */
export const PASSWORD = 'demo';

/** Where the demo keeps the home directories. */
export function home(user: string): string {
  return path.join(process.env.HUB_ADMIN_LAB_DEMO_STATE ?? '', 'homes', user);
}

/** Log in at the hub; the page is then on its way to the person's server. */
export async function logIn(page: Page, user: string): Promise<void> {
  await page.goto(`${HUB}/hub/login?next=%2Fhub%2Fhome`);
  await page.getByLabel('Username').fill(user);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/hub/home');
}

/**
 * Log in and open the person's own JupyterLab, with an empty workspace.
 *
 * @returns Once the application has started.
 */
export async function openLab(page: Page, user: string): Promise<void> {
  await logIn(page, user);
  await page.goto(`${HUB}/hub/spawn/${encodeURIComponent(user)}?next=`);
  await page.waitForURL('**/lab**', { timeout: 60_000 });
  await page.goto(`${HUB}/user/${encodeURIComponent(user)}/lab?reset`);
  await expect(page.locator('#jp-main-dock-panel')).toBeVisible({
    timeout: 60_000
  });
}

/** Write a file into somebody's home directory, as they could themselves. */
export function writeHome(user: string, file: string, text: string): void {
  const target = path.join(home(user), file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, text);
}
