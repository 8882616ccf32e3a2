/**
 * The groups of the hub: a tab of the dashboard.
 */
import { expect, test } from './fixtures';

const GROUP = 'class-z';

test.afterEach(({ hub }) => hub.removeGroup(GROUP));

test('a group is created, filled, given a property, and deleted', async ({
  hub,
  panel,
  dashboard
}) => {
  const { view } = dashboard;
  await dashboard.tab('Groups').click();
  const list = view.getByRole('list', { name: 'Groups' });
  await expect(list.getByRole('button', { name: /^class-a/ })).toContainText(
    '5 members'
  );

  await view.getByLabel('Name of a new group').fill(GROUP);
  await dashboard.tool('Create').click();
  const group = view.getByRole('region', { name: `Group ${GROUP}` });
  await expect(group.getByText('0 members')).toBeVisible();

  await group.getByLabel('Users to add, one a line').fill('ivan\njudy');
  await group.getByRole('button', { name: 'Add', exact: true }).click();
  const members = group.getByRole('list', { name: 'Members' });
  await expect(members.getByRole('listitem')).toHaveText(['ivan', 'judy']);
  await members
    .getByRole('button', { name: `Remove judy from ${GROUP}` })
    .click();
  await expect(members.getByRole('listitem')).toHaveText(['ivan']);
  // What the Hub refuses is said.
  await group
    .getByLabel('Users to add, one a line')
    .fill('nobody-of-that-name');
  await group.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(
    group.getByRole('alert').filter({ hasText: 'nobody-of-that-name' })
  ).toBeVisible();

  await group.getByRole('button', { name: 'Add a property' }).click();
  await group.getByLabel('Name of property 1').fill('seats');
  await group.getByLabel('Value of property 1').fill('12');
  await group.getByRole('button', { name: 'Save' }).click();
  await expect(group.getByRole('button', { name: 'Save' })).toBeHidden();
  expect(await hub.group(GROUP)).toMatchObject({
    users: ['ivan'],
    properties: { seats: 12 }
  });
  // The table knows it.
  await dashboard.tab('Servers').click();
  await expect(dashboard.row('ivan')).toContainText(GROUP);
  await dashboard.tab('Groups').click();

  await view.getByLabel('Search groups').fill('-z');
  await expect(list.getByRole('button')).toHaveCount(1);
  await list.getByRole('button', { name: new RegExp(`^${GROUP}`) }).click();
  await group.getByRole('button', { name: 'Delete group…' }).click();
  const dialog = panel.dialog(`Delete group ${GROUP}?`);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(group).toBeHidden();
  await expect(view.getByText('No group matches "-z".')).toBeVisible();
  expect(await hub.group(GROUP)).toBeNull();
});

test.describe('the assistant', () => {
  test.use({ user: 'assistant' });

  test('sees nothing of users, groups and the end of the Hub', async ({
    page,
    panel,
    dashboard
  }) => {
    await expect(dashboard.view.getByRole('tab')).toHaveText([
      'Servers',
      'Idle rules',
      'Log'
    ]);
    await expect(dashboard.tool('Add users…')).toHaveCount(0);
    await dashboard.button('Details of', 'alice').click();
    const details = dashboard.details('alice');
    await expect(details.getByText('What the hub sent')).toBeVisible();
    for (const name of ['Edit user…', 'Delete user…']) {
      await expect(details.getByRole('button', { name })).toHaveCount(0);
    }
    await dashboard.row('alice').focus();
    await page.keyboard.press('Escape');

    const menu = async () => {
      const items = page.getByRole('menuitem');
      await expect(items.first()).toBeVisible();
      const texts = await items.locator('.lm-Menu-itemLabel').allTextContents();
      await page.keyboard.press('Escape');
      return texts.filter(Boolean);
    };
    await panel.panel.getByRole('button', { name: 'More actions' }).click();
    const more = await menu();
    expect(more).toContain('Refresh');
    await panel.row('alice').click({ button: 'right' });
    const row = await menu();
    expect(row).toContain('Details');
    for (const label of [
      'Add Users…',
      'Open Groups',
      'Edit User…',
      'Delete User…',
      'Shut Down the Hub…'
    ]) {
      expect([...more, ...row]).not.toContain(label);
    }
    // The Hub's own page of users and groups would not let the assistant in.
    expect([...more, ...row].join(' ')).not.toMatch(/Hub's Page/);
  });
});
