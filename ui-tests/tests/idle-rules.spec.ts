/**
 * The idle rules, and why a server stops or stays: with the hub service of the demo.
 */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { ask, START } from './hub';

const SERVICE = '/user/admin/hub-admin-lab/api/service';

/** Take away what a test has set. */
async function removeRules(page: Page): Promise<void> {
  await ask(page, `${SERVICE}/rules/group/class-b`, 'DELETE');
  await ask(page, `${SERVICE}/rules/server/grace/`, 'DELETE');
}

test.beforeEach(({ hub }) => hub.run('grace'));

test.afterEach(({ page }) => removeRules(page));

test('a rule for a class is previewed, saved, seen in Why and the log, and deleted', async ({
  panel,
  dashboard
}) => {
  const { view } = dashboard;
  await dashboard.tab('Idle rules').click();
  await dashboard.tool('Add rule…').click();
  await view.getByLabel('Level', { exact: true }).selectOption('group');
  await view.getByRole('combobox', { name: 'Name of the group' }).fill('class-b');
  await view.getByRole('button', { name: 'Add', exact: true }).click();

  const limit = view.getByRole('combobox', { name: 'Stop idle servers after' });
  await expect(limit).toHaveAttribute('placeholder', '1 h');
  await limit.fill('10 min');
  const preview = view.getByRole('group', { name: 'With these values' });
  // The warning of ten minutes is no shorter than this.
  await view.getByRole('combobox', { name: 'Warn before' }).fill('10 min');
  await expect(
    view.getByRole('button', { name: 'Save', exact: true })
  ).toHaveAttribute('aria-disabled', 'true');
  await view.getByRole('combobox', { name: 'Warn before' }).fill('');
  await limit.fill('40 min');
  await expect(preview).toContainText('the limit is 40 min', {
    timeout: START
  });
  await view.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(view.getByText(/^Saved\. Holds now in/)).toBeVisible();

  await panel.button('Details of', 'grace').click();
  await expect(
    panel.page.getByText(/the limit is 40 min, set for group class-b/).first()
  ).toBeVisible({ timeout: START });
  await panel.page.keyboard.press('Escape');

  await dashboard.tab('Log').click();
  await expect(
    view.getByRole('row').filter({ hasText: 'class-b' }).first()
  ).toContainText('admin');

  await dashboard.tab('Idle rules').click();
  await view.getByRole('button', { name: 'Delete rule…' }).click();
  await view.getByRole('button', { name: 'Delete rule', exact: true }).click();
  await expect(
    view.getByRole('button', { name: 'Delete rule…' })
  ).toHaveCount(0);
});
