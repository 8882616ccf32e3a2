/**
 * An admin who opens JupyterLab, with the panel or without, and touches nothing from then on.
 *
 * node browser.js '{"url": …, "password": …, "chromium": …, "panel": true, "rules": false}'
 *
 * Prints `open` once it is, and ends when its standard input does.
 */
const { chromium } = require('@playwright/test');

const P = JSON.parse(process.argv[2]);

async function main() {
  const browser = await chromium.launch({ executablePath: P.chromium });
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 }
  });
  await page.goto(`${P.url}/hub/login?next=%2Fhub%2Fhome`);
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill(P.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/hub/home');
  await page.goto(`${P.url}/hub/spawn/admin?next=`);
  await page.waitForURL('**/lab**', { timeout: 120_000 });
  await page.locator('#jp-main-dock-panel').waitFor({ timeout: 120_000 });
  if (P.panel) {
    await page.locator('.jp-SideBar [data-id="hub-admin"]').click();
    await page.locator('#hub-admin .jp-HubAdmin-row').first().waitFor();
  }
  if (P.rules) {
    await page.locator('#hub-admin [data-jp-item-name="dashboard"]').click();
    await page.getByRole('tab', { name: 'Idle rules' }).click();
    await page.getByRole('group', { name: 'With these values' }).waitFor();
  }
  console.log('open');
  await new Promise(resolve => process.stdin.on('end', resolve).resume());
  await browser.close();
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
