/**
 * The commands in the palette; without arguments they ask.
 */
import { expect, test } from './fixtures';
import { FRANKS_REASON, START } from './hub';

test('the palette has all commands under Hub Admin', async ({
  page,
  panel
}) => {
  await expect
    .poll(() => panel.palette())
    .toEqual({
      'hub-admin:open': 'Show Hub Admin',
      'hub-admin:dashboard': 'Open Dashboard',
      'hub-admin:refresh': 'Refresh',
      'hub-admin:start-server': 'Start a Server…',
      'hub-admin:stop-server': 'Stop a Server…',
      'hub-admin:restart-server': 'Restart a Server…',
      'hub-admin:access-server': 'Open a Server…',
      'hub-admin:start-with-options': 'Start a Server with Options…',
      'hub-admin:select-all': 'Select All That Match',
      'hub-admin:add-users': 'Add Users…',
      'hub-admin:open-groups': 'Open Groups',
      'hub-admin:shutdown-hub': 'Shut Down the Hub…',
      'hub-admin:stop-idle-servers': 'Stop Idle Servers…',
      'hub-admin:keep-server': 'Keep a Server Until…',
      'hub-admin:exempt-server': 'Exempt a Server…',
      'hub-admin:idle-rules': 'Idle Rules',
      'hub-admin:open-log': 'Open Log',
      'hub-admin:keep-own-server': 'Keep My Server Running',
      'hub-admin:kernel-settings': 'Kernel Settings',
      'hub-admin:shutdown-idle-kernels': 'Shut Down Idle Kernels…'
    });
  await panel.openPalette('hub admin');
  // One category; core does not show its name in the palette that is a dialog.
  await expect(
    page.locator('.lm-CommandPalette-header', { hasText: 'Hub Admin' })
  ).toHaveCount(1);
});

test('Start a Server asks for the server', async ({ hub, panel }) => {
  await hub.stop('frank');
  await panel.command('Start a Server…');
  const dialog = panel.dialog('Start a server');
  const field = dialog.getByRole('combobox', { name: 'User, or user/server' });
  const accept = dialog.getByRole('button', { name: 'Start' });
  await expect.soft(accept).toBeDisabled();
  // A server that runs cannot be started.
  await field.fill('grace');
  await expect(dialog.getByRole('option')).toHaveCount(0);
  await expect.soft(accept).toBeDisabled();
  await field.fill('fran');
  await expect(dialog.getByRole('option', { name: 'frank' })).toHaveAttribute(
    'aria-selected',
    'true'
  );
  await field.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(
    panel.row('frank', 'failed').getByText(FRANKS_REASON)
  ).toBeVisible({ timeout: START });
});

test('Stop, Restart and Open a Server ask for the server, then for sure', async ({
  hub,
  panel
}) => {
  await hub.run('bob/gpu');
  for (const [command, accept, question] of [
    ['Stop a Server', 'Stop', 'Stop server of bob/gpu?'],
    ['Restart a Server', 'Restart', 'Restart server of bob/gpu?'],
    ['Open a Server', 'Open', 'Open server of bob/gpu?']
  ]) {
    await panel.command(command);
    const pick = panel.dialog(command.replace(' Server', ' server'));
    await pick.getByRole('combobox').fill('bob/gpu');
    await expect(pick.getByRole('option', { name: 'bob/gpu' })).toBeVisible();
    await pick.getByRole('button', { name: accept }).click();
    const sure = panel.dialog(question);
    await sure.getByRole('button', { name: 'Cancel' }).click();
    await expect(sure).toBeHidden();
  }
  expect(await hub.state('bob/gpu')).toBe('running');
});

test('Stop Idle Servers names whom it would stop before it does', async ({
  hub,
  panel
}) => {
  await hub.run('alice');
  await panel.command('Stop Idle Servers');
  const dialog = panel.dialog('Stop idle servers');
  const limit = dialog.getByLabel('Stop servers idle longer than');
  await expect(limit).toHaveValue('2 h');
  await limit.fill('300 d');
  await expect(dialog.getByText('Nothing stops.')).toBeVisible();
  await expect(
    dialog.getByRole('button', { name: 'Stop', exact: true })
  ).toBeDisabled();
  await limit.fill('1 s');
  await expect(dialog.getByText(/^alice: idle for /)).toBeVisible();
  // The own server is not offered.
  await expect(dialog.getByText(/^admin: /)).toBeHidden();
  await expect(
    dialog.getByRole('button', { name: /^Stop \d+ servers?$/ })
  ).toBeEnabled();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await hub.state('alice')).toBe('running');
});

test.describe('the dashboard', () => {
  test.use({ ownPage: true });

  test('Open Dashboard shows the list in the main area, once', async ({
    page,
    panel
  }) => {
    await panel.command('Open Dashboard');
    const dashboard = page.locator('#hub-admin-dashboard');
    const list = dashboard.getByRole('grid', { name: 'Users and servers' });
    await expect(list.getByRole('row', { name: /^alice, / })).toBeVisible();
    await expect(
      dashboard.getByRole('searchbox', { name: 'Search users' })
    ).toBeVisible();
    await panel.command('Open Dashboard');
    await expect(dashboard).toHaveCount(1);
  });
});

test('Kernel Settings shows the settings of this server', async ({ panel }) => {
  await expect(panel.thisServer).toBeHidden();
  await panel.command('Kernel Settings');
  await expect(panel.panel.getByLabel('Stop idle kernels after')).toBeFocused();
});

test.describe('the panel', () => {
  test.use({ panelIsOpen: false });

  test('Show Hub Admin opens it', async ({ panel }) => {
    await expect(panel.panel).toBeHidden();
    await panel.command('Show Hub Admin');
    await expect(panel.panel).toBeVisible();
    await expect(panel.row('alice')).toBeVisible();
  });
});
