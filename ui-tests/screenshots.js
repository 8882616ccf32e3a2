/**
 * The pictures of the README: the panel on a demo hub where something happens, light and dark.
 *
 *     HUB_ADMIN_LAB_DEMO_PORT=8000 HUB_ADMIN_LAB_DEMO_STATE=.demo node screenshots.js
 *
 * A demo hub has to run there. The pictures go to docs/images/.
 */
const fs = require('fs');
const path = require('path');
const { chromium } = require('@playwright/test');

const HUB = `http://127.0.0.1:${process.env.HUB_ADMIN_LAB_DEMO_PORT || 8000}`;
const IMAGES = path.join(__dirname, '..', 'docs', 'images');
const START = 60_000;

const systemChromium = [
  process.env.HUB_ADMIN_LAB_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome'
].find(file => file && fs.existsSync(file));

async function logIn(page) {
  await page.goto(`${HUB}/hub/login?next=%2Fhub%2Fhome`);
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill('demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/hub/home');
  await page.goto(`${HUB}/hub/spawn/admin?next=`);
  await page.waitForURL('**/lab**', { timeout: START });
}

/** Set the theme as a person does, so that the page needs no reload. */
async function setTheme(page, theme) {
  await page.keyboard.press('Control+Shift+c');
  await page.locator('.lm-CommandPalette-input').fill(`theme: ${theme}`);
  await page
    .locator('.lm-CommandPalette-item[data-command="apputils:change-theme"]')
    .filter({ hasText: theme })
    .first()
    .click();
  await page
    .locator(`body[data-jp-theme-name="${theme}"]`)
    .waitFor({ state: 'attached' });
}

async function stopped(page, who) {
  const stop = page.getByRole('button', { name: `Stop ${who}`, exact: true });
  const confirm = page
    .getByRole('dialog', { name: `Stop server of ${who}?` })
    .getByRole('button', { name: 'Stop' });
  if (await stop.isVisible()) {
    // For a moment after its meaning has changed the button does nothing.
    while (!(await confirm.isVisible())) {
      await stop.click({ force: true });
      await confirm.waitFor({ timeout: 1000 }).catch(() => undefined);
    }
    await confirm.click();
  }
  await page
    .getByRole('button', { name: `Start ${who}`, exact: true })
    .waitFor({ timeout: START });
}

async function take(page, file) {
  await stopped(page, 'carol');
  await page
    .getByRole('button', { name: 'Start frank', exact: true })
    .click({ force: true });
  await page.getByRole('row', { name: /^frank, failed/ }).waitFor();
  await page
    .getByRole('button', { name: 'Start carol', exact: true })
    .click({ force: true });
  await page
    .locator('[role=progressbar][aria-valuenow="50"]')
    .waitFor({ timeout: START });
  // The row that the mouse is over shows its buttons.
  await page.getByRole('row', { name: /^grace, / }).hover();
  await page.screenshot({ path: path.join(IMAGES, file) });
  await page
    .getByRole('row', { name: /^carol, running/ })
    .waitFor({ timeout: START });
}

async function main() {
  fs.mkdirSync(IMAGES, { recursive: true });
  const browser = await chromium.launch({ executablePath: systemChromium });
  const page = await browser.newPage({
    viewport: { width: 1280, height: 760 },
    locale: 'en-US'
  });
  try {
    await logIn(page);
    await page.goto(`${HUB}/user/admin/lab?reset`);
    await page.locator('.jp-Launcher').waitFor({ timeout: START });
    await page.locator('[data-id="hub-admin"]').click();
    await page.getByRole('row', { name: /^grace, running/ }).waitFor();
    for (const [theme, file] of [
      ['JupyterLab Dark', 'sidebar-dark.png'],
      ['JupyterLab Light', 'sidebar-light.png']
    ]) {
      await setTheme(page, theme);
      await take(page, file);
    }
  } finally {
    await browser.close();
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
