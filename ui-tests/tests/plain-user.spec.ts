/**
 * Somebody without any permission beyond the own server.
 */
import { expect, test } from './fixtures';
import { ask } from './hub';

test.use({ user: 'ivan', panelIsOpen: false });

test('a plain user has no list, and what concerns the own server by the palette', async ({
  page,
  panel
}) => {
  // Known once the commands are there.
  await expect
    .poll(async () => Object.keys(await panel.palette()).sort())
    .toEqual([
      'hub-admin:keep-own-server',
      'hub-admin:kernel-settings',
      'hub-admin:shutdown-idle-kernels'
    ]);
  await expect(panel.tab).toHaveCount(0);
  await expect(panel.panel).toHaveCount(0);

  await panel.command('Kernel Settings');
  const dialog = panel.dialog('Kernel settings');
  await expect(dialog.getByLabel('Stop idle kernels after')).toHaveValue('1 h');
  await expect(dialog.getByLabel('Check every')).toHaveValue('5 min');
  await expect(
    dialog.getByLabel('Also kernels with open notebooks')
  ).toBeChecked();
  await expect(dialog.getByLabel('Also busy kernels')).not.toBeChecked();
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await panel.command('Shut Down Idle Kernels');
  await expect(page.getByText('No kernel is idle.')).toBeVisible();
});

test('a plain user gets 403 from every route of the hub', async ({
  hub,
  page
}) => {
  await hub.run('grace');
  const api = '/user/ivan/hub-admin-lab/api';
  // The proof that such a request can do something.
  expect((await ask(page, `${api}/kernels`)).status).toBe(200);

  const routes = [['GET', 'users']];
  for (const server of ['server', 'servers/gpu']) {
    const path = `users/grace/${server}`;
    routes.push(
      ['POST', path],
      ['DELETE', path],
      ['POST', `${path}/restart`],
      ['GET', `${path}/progress`]
    );
  }
  for (const [method, path] of routes) {
    expect
      .soft(await ask(page, `${api}/${path}`, method), `${method} ${path}`)
      .toEqual({
        status: 403,
        code: 'forbidden',
        message: "You may not look after other people's servers on this hub."
      });
  }
  expect(await hub.state('grace')).toBe('running');
});
