/**
 * What needs `manage_users`: users, groups, named servers, options, and the Hub's end.
 */
import { expect, test } from './fixtures';
import { START } from './hub';

const NEW = 'new-person';
const RENAMED = 'renamed-person';

test.afterEach(async ({ hub }) => {
  for (const user of [NEW, RENAMED]) {
    await hub.removeUser(user);
  }
});

test('users are added; who is there already or badly named is told', async ({
  hub,
  page,
  panel,
  dashboard
}) => {
  await dashboard.tool('Add users…').click();
  const dialog = panel.dialog('Add users');
  const accept = dialog.getByRole('button', { name: 'Add', exact: true });
  await expect(accept).toBeDisabled();
  await dialog
    .getByLabel('Names, one a line')
    .fill(`${NEW}\n\nalice\nwrong/name\n${NEW}`);
  await accept.click();
  const told = panel.dialog('Users added');
  await expect(told.getByText('1 user added.')).toBeVisible();
  await expect(told.getByText('1 was there already:')).toBeVisible();
  await expect(told.getByText('alice', { exact: true })).toBeVisible();
  await expect(told.getByText('1 was not added:')).toBeVisible();
  await expect(told.getByRole('term')).toHaveText(['wrong/name']);
  await expect(told.getByRole('definition')).not.toBeEmpty();
  await page.keyboard.press('Escape');
  await expect(panel.row(NEW)).toBeVisible();
  await expect(dashboard.row(NEW)).toBeVisible();
  expect(await hub.user(NEW)).toMatchObject({ admin: false });
});

test('a user is made admin and not, renamed, and deleted', async ({
  hub,
  panel
}) => {
  await hub.request('POST', `users/${NEW}`);
  await panel.refresh();
  for (const admin of [true, false]) {
    await panel.choose('Edit User…', panel.row(NEW));
    const dialog = panel.dialog(`Edit user ${NEW}`);
    await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
    await dialog.getByLabel('Admin').setChecked(admin);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await expect.poll(async () => (await hub.user(NEW))?.admin).toBe(admin);
  }
  // What the Hub refuses is said, with what was typed.
  await panel.choose('Edit User…', panel.row(NEW));
  const edit = panel.dialog(`Edit user ${NEW}`);
  await edit.getByLabel('Name').fill('alice');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit.getByRole('alert')).toContainText(/alice/);
  await expect(edit.getByLabel('Name')).toHaveValue('alice');
  await edit.getByLabel('Name').fill(RENAMED);
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(panel.row(RENAMED)).toBeVisible();
  await expect(panel.row(NEW)).toBeHidden();
  expect(await hub.user(NEW)).toBeNull();

  await panel.choose('Delete User…', panel.row(RENAMED));
  const dialog = panel.dialog(`Delete user ${RENAMED}?`);
  const accept = dialog.getByRole('button', { name: 'Delete' });
  await expect(accept).toBeDisabled();
  await dialog.getByLabel(`Type ${RENAMED} to go on`).fill(NEW);
  await expect(accept).toBeDisabled();
  await dialog.getByLabel(`Type ${RENAMED} to go on`).fill(RENAMED);
  await accept.click();
  await expect(panel.row(RENAMED)).toBeHidden();
  expect(await hub.user(RENAMED)).toBeNull();
});

test('a named server is created, renamed and deleted', async ({
  hub,
  panel
}) => {
  for (const name of ['exam', 'final']) {
    await hub.removeServer(`judy/${name}`);
  }
  await panel.refresh();
  await panel.choose('New Named Server…', panel.row('judy'));
  const create = panel.dialog('New named server of judy');
  await create.getByLabel('Name', { exact: true }).fill('exam');
  await create.getByLabel('Display name').fill('Exam in May');
  await create.getByRole('button', { name: 'Create' }).click();
  await expect(panel.row('judy/exam', 'stopped')).toContainText('Exam in May');

  await panel.choose('Rename Server…', panel.row('judy/exam'));
  const rename = panel.dialog('Rename server judy/exam');
  await rename.getByLabel('Name', { exact: true }).fill('final');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await expect(panel.row('judy/final', 'stopped')).toBeVisible();
  await expect(panel.row('judy/exam')).toBeHidden();
  expect(Object.keys((await hub.user('judy'))!.servers)).toContain('final');

  await panel.choose('Delete Server…', panel.row('judy/final'));
  const remove = panel.dialog('Delete server judy/final?');
  await expect(
    remove.getByText(
      'The named server and what its storage holds may be deleted for good.'
    )
  ).toBeVisible();
  await remove.getByRole('button', { name: 'Delete' }).click();
  await expect(panel.row('judy/final')).toBeHidden();
  expect(Object.keys((await hub.user('judy'))!.servers)).not.toContain('final');
});

test('a server is started with the options of its last start', async ({
  hub,
  page,
  panel
}) => {
  test.slow();
  await hub.stop('judy');
  await hub.request('POST', 'users/judy/server', { profile: 'large' });
  await hub.run('judy');
  await hub.stop('judy');
  await panel.refresh();
  await panel.choose('Start with Options…', panel.row('judy', 'stopped'));
  const dialog = panel.dialog('Start server of judy with options');
  await expect(dialog.getByText('"profile": "large"')).toBeVisible();
  // This hub has nothing to ask on that page, so it starts the server at once.
  const asked = page
    .context()
    .waitForEvent('request', request =>
      request.url().endsWith('/hub/spawn/judy')
    );
  const opened = page.waitForEvent('popup');
  await dialog
    .getByRole('button', { name: 'Choose on the hub’s page' })
    .click();
  await asked;
  await (await opened).close();

  await expect(panel.row('judy', 'stopped')).toBeHidden({ timeout: START });
  await hub.stop('judy');
  await panel.refresh();
  await panel.choose('Start with Options…', panel.row('judy', 'stopped'));
  await dialog.getByRole('button', { name: 'Start with these' }).click();
  await expect(panel.row('judy', 'running')).toBeVisible({ timeout: START });
  expect((await hub.user('judy'))!.servers['']).toMatchObject({
    user_options: { profile: 'large' }
  });
  await hub.stop('judy');
});

test('the Hub is shut down only by whoever types the word', async ({
  hub,
  page,
  panel
}) => {
  let sent = 0;
  await page.route('**/hub-admin-lab/api/shutdown', async route => {
    sent += 1;
    await route.abort();
  });
  await panel.command('Shut Down the Hub…');
  const dialog = panel.dialog('Shut down the hub?');
  for (const option of ['Also stop all servers', 'Also stop the proxy']) {
    await expect(dialog.getByLabel(option)).not.toBeChecked();
  }
  const accept = dialog.getByRole('button', { name: 'Shut down' });
  const word = dialog.getByLabel('Type shutdown to go on');
  await expect(accept).toBeDisabled();
  await word.fill('shut');
  await expect(accept).toBeDisabled();
  await word.fill('shutdown');
  await expect(accept).toBeEnabled();
  // Not by Enter.
  await word.press('Enter');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  expect(sent).toBe(0);
  expect((await hub.request('GET', 'info')).status()).toBe(200);
});
