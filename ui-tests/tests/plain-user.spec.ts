/**
 * Somebody without any permission beyond the own server.
 */
import { expect, test } from './fixtures';
import { HUB } from './hub';

test.use({ user: 'ivan', panelIsOpen: false });

test('a plain user has no list, and what concerns the own server by the palette', async ({
  page,
  panel
}) => {
  // Known once the commands are there.
  expect(Object.keys(await panel.palette()).sort()).toEqual([
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
  const api = `${HUB}/user/ivan/hub-admin-lab/api/`;
  const answers = await page.evaluate(async address => {
    const xsrf = /_xsrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
    const ask = async (method: string, path: string) => {
      const response = await fetch(address + path, {
        method,
        headers: { 'X-XSRFToken': xsrf }
      });
      return `${method} ${path}: ${response.status}`;
    };
    const asked: string[] = [await ask('GET', 'users')];
    for (const server of ['server', 'servers/gpu']) {
      const path = `users/grace/${server}`;
      asked.push(
        await ask('POST', path),
        await ask('DELETE', path),
        await ask('POST', `${path}/restart`),
        await ask('GET', `${path}/progress`)
      );
    }
    return asked;
  }, api);
  expect(answers).toHaveLength(9);
  for (const answer of answers) {
    expect(answer).toMatch(/: 403$/);
  }
  expect(await hub.state('grace')).toBe('running');
});
