/**
 * What a program can find wrong for people who see, hear or point otherwise, in each theme.
 */
import { problems, THEMES, themed } from './axe';
import { expect, test } from './fixtures';
import { ask, START } from './hub';
import { putRule } from './idle';

for (const theme of THEMES) {
  test.describe(`in the theme ${theme}`, () => {
    test.use({ settings: themed(theme) });
    test.beforeEach(async ({ page }) => {
      await expect(page.locator('body')).toHaveAttribute(
        'data-jp-theme-name',
        theme
      );
    });

    test('axe finds nothing wrong with the panel', async ({
      hub,
      page,
      panel
    }) => {
      // One row of each kind, and one with the focus.
      await hub.run('alice');
      await hub.stop('frank');
      await panel.refresh();
      await panel.click('Start', 'frank');
      await expect(panel.row('frank', 'failed')).toBeVisible({
        timeout: START
      });
      await panel.row('admin').focus();
      await expect(panel.row('admin')).toBeFocused();
      expect(await problems(page, '#hub-admin')).toEqual([]);

      await panel.search.fill('idle:2x');
      await expect(
        panel.panel.getByText('"idle:2x" is not understood.')
      ).toBeVisible();
      expect(await problems(page, '#hub-admin')).toEqual([]);
      await panel.search.fill('');
      await panel.panel
        .getByRole('button', { name: 'What can I type?' })
        .click();
      await expect(panel.panel.getByRole('listbox')).toBeVisible();
      expect(await problems(page, '#hub-admin')).toEqual([]);
      await panel.search.press('Escape');

      await panel.row('alice').click({ modifiers: ['ControlOrMeta'] });
      await expect(panel.selection).toBeVisible();
      expect(await problems(page, '#hub-admin')).toEqual([]);
      await page.keyboard.press('Escape');

      await panel.openThisServer();
      expect(await problems(page, '#hub-admin')).toEqual([]);

      await panel.click('Stop', 'alice');
      const dialog = panel.dialog('Stop server of alice?');
      await expect(dialog).toBeVisible();
      expect(await problems(page, '.jp-HubAdmin-dialog')).toEqual([]);
      await dialog.getByRole('button', { name: 'Cancel' }).click();

      await panel.button('Details of', 'alice').click();
      await expect(panel.dialog('Details of alice')).toBeVisible();
      expect(await problems(page, '.jp-HubAdmin-popover')).toEqual([]);
    });

    test('axe finds nothing wrong with the dashboard', async ({
      hub,
      page,
      panel,
      dashboard
    }) => {
      await hub.run('alice');
      await hub.run('bob/gpu');
      await hub.stop('frank');
      await dashboard.button('Start', 'frank').click();
      await expect(dashboard.row('frank', 'failed')).toBeVisible({
        timeout: START
      });
      const whole = '#hub-admin-dashboard';
      expect(await problems(page, whole)).toEqual([]);

      await dashboard.button('Details of', 'bob/gpu').click();
      const details = dashboard.details('bob/gpu');
      await details.getByText('As JSON', { exact: true }).click();
      await expect(details.locator('pre')).toContainText('"bob"');
      expect(await problems(page, whole)).toEqual([]);
      await details.getByRole('button', { name: 'Close details' }).click();

      for (const who of ['alice', 'bob/gpu']) {
        await dashboard.table
          .getByRole('checkbox', { name: `Select ${who}`, exact: true })
          .check();
      }
      expect(await problems(page, whole)).toEqual([]);
      await dashboard.selection.getByRole('button', { name: 'Stop…' }).click();
      await expect(panel.dialog('Stop ')).toBeVisible();
      expect(await problems(page, '.jp-HubAdmin-dialog')).toEqual([]);
      await page.keyboard.press('Escape');
      await dashboard.selection.getByRole('button', { name: 'Clear' }).click();

      await dashboard.tab('Groups').click();
      await dashboard.view.getByRole('button', { name: /^class-a/ }).click();
      await dashboard.tool('Add a property').click();
      await expect(
        dashboard.view.getByText('A property needs a name.')
      ).toBeVisible();
      expect(await problems(page, whole)).toEqual([]);
    });

    test('axe finds nothing wrong with the idle rules', async ({
      hub,
      page,
      panel,
      dashboard
    }) => {
      await hub.run('grace');
      const whole = '#hub-admin-dashboard';
      const { view } = dashboard;
      await panel.button('Details of', 'grace').click();
      const why = panel.dialog('Details of grace');
      await why.getByRole('button', { name: 'Keep until…' }).click();
      await why.getByRole('button', { name: 'Other…' }).click();
      expect(await problems(page, '.jp-HubAdmin-popover')).toEqual([]);
      await why.getByRole('button', { name: 'Exempt…' }).click();
      await expect(panel.dialog('Exempt server of grace')).toBeVisible();
      expect(await problems(page, '.jp-HubAdmin-dialog')).toEqual([]);
      await panel.dismiss();

      await dashboard.tab('Idle rules').click();
      await view.getByText('Ceilings: the most that lower levels').click();
      await expect(
        view.getByRole('group', { name: 'With these values' })
      ).toContainText('grace');
      expect(await problems(page, whole)).toEqual([]);
      await dashboard.tool('Add rule…').click();
      const name = view.getByRole('combobox', { name: 'Name of the group' });
      await name.fill('class');
      await expect(view.getByRole('option', { name: 'class-b' })).toBeVisible();
      expect(await problems(page, whole)).toEqual([]);
      await name.fill('class-b');
      await view.getByRole('button', { name: 'Add', exact: true }).click();
      await view.getByRole('combobox', { name: 'Warn before' }).fill('2x');
      await view.getByLabel('Never stop').check();
      await expect(view.getByText('An exemption needs a reason.')).toBeVisible();
      expect(await problems(page, whole)).toEqual([]);
      await view.getByRole('button', { name: 'Discard' }).click();

      await dashboard.tab('Log').click();
      await expect(view.getByRole('table', { name: 'Log' })).toBeVisible();
      expect(await problems(page, whole)).toEqual([]);
    });

    test('axe finds nothing wrong with what owners are told', async ({
      page,
      panel
    }) => {
      await putRule(page, 'user/admin', {
        server: { idle_timeout: 1500, warn_before: 1499 }
      });
      try {
        const item = page.getByRole('button', { name: /^Stops in/ });
        await expect(async () => {
          // A page that is shown again asks at once.
          await page.evaluate(() =>
            document.dispatchEvent(new Event('visibilitychange'))
          );
          await expect(item).toBeVisible({ timeout: 1000 });
        }).toPass({ timeout: START });
        await expect(panel.note('Your server stops at')).toBeVisible();
        expect(await problems(page, '.jp-HubAdmin-stops')).toEqual([]);
        await item.click();
        const popup = page.getByRole('dialog', {
          name: 'Why this server stops'
        });
        await expect(popup).toBeVisible();
        expect(await problems(page, '.jp-HubAdmin-stopsPopup')).toEqual([]);
        await page.keyboard.press('Escape');
      } finally {
        const path = '/user/admin/hub-admin-lab/api/service/rules/user/admin';
        await ask(page, path, 'DELETE');
      }
    });
  });
}
