/**
 * Jupyter Notebook 7: the sidebar is there, the dashboard is not, as its main area holds one widget.
 */
import { expect, test } from './fixtures';
import { HUB, START } from './hub';
import { HubAdminPage } from './panel';

test('Notebook 7 has the sidebar and the commands', async ({ hub, people }) => {
  await hub.stop('carol');
  const page = await (await people.as('admin')).newPage();
  await page.goto(`${HUB}/user/admin/tree`);
  const menu = page.getByRole('menuitem', { name: 'View', exact: true });
  await expect(menu).toBeVisible({ timeout: START });
  await menu.click();
  await page.getByText('Left Sidebar', { exact: true }).hover();
  const show = page.getByRole('menuitem', { name: 'Show Hub Admin' });
  await show.click();

  const panel = new HubAdminPage(page);
  await expect(panel.row('carol', 'stopped')).toBeVisible();
  await panel.click('Start', 'carol');
  await expect(panel.row('carol', 'running')).toBeVisible({ timeout: START });
  await panel.search.fill('nobody is called so');
  await expect(panel.row('carol')).toBeHidden();
  await panel.search.fill('');
  await expect(panel.row('carol')).toBeVisible();

  // What needs the main area is absent; groups are on the Hub's own page.
  await expect(
    panel.panel.getByRole('button', { name: 'Open dashboard' })
  ).toBeHidden();
  await panel.panel.getByRole('button', { name: 'More actions' }).click();
  const more = page.getByRole('menu');
  await expect(more.getByText("Users and Groups on the Hub's Page")).toBeVisible();
  await expect(more.getByText('Idle Rules')).toBeHidden();
  await page.close();
});
