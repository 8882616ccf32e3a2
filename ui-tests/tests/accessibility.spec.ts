/**
 * What a program can find wrong for people who see, hear or point otherwise, in both themes.
 */
import { problems, THEMES, themed } from './axe';
import { expect, test } from './fixtures';
import { START } from './hub';

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
  });
}
