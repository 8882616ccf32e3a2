/**
 * The teaching assistant: class-a and nobody else.
 */
import { expect, test } from './fixtures';
import { ask, CLASS_A, EVERYBODY, START } from './hub';

test.use({ user: 'assistant' });

test('sees class-a and nobody else', async ({ hub, panel }) => {
  await hub.run('alice');
  await hub.run('bob/gpu');
  await panel.refresh();
  for (const user of CLASS_A) {
    await expect(panel.row(user)).toBeVisible();
  }
  await expect(panel.row('bob/gpu', 'running')).toBeVisible();
  await expect(panel.rows).toHaveCount(CLASS_A.length + 1);
  await expect(panel.panel.getByText(`${CLASS_A.length} users`)).toBeVisible();

  // Not by searching either.
  await panel.search.fill('frank');
  await expect(panel.panel.getByText('No user matches "frank".')).toBeVisible();
});

test('starts and stops servers of class-a', async ({ hub, panel }) => {
  test.slow();
  await hub.run('alice');
  await hub.stop('dmitri');
  await panel.refresh();
  // What may be done, by the row that it is done to.
  for (const verb of ['Open', 'Restart', 'Stop'] as const) {
    await expect(panel.button(verb, 'alice')).toBeVisible();
  }
  await panel.click('Start', 'dmitri');
  await expect(panel.row('dmitri', 'running')).toBeVisible({ timeout: START });
  expect(await hub.state('dmitri')).toBe('running');
  const dialog = await panel.ask('Stop', 'dmitri');
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect(panel.row('dmitri', 'stopped')).toBeVisible({ timeout: START });
  expect(await hub.state('dmitri')).toBe('stopped');
});

test('has no button for anybody else, and is refused without one', async ({
  hub,
  page,
  panel
}) => {
  await hub.run('grace');
  await expect(panel.row('alice')).toBeVisible();
  const names = await panel.panel
    .getByRole('button', { name: /^(Open|Start|Stop|Restart) / })
    .evaluateAll(buttons =>
      buttons.map(button => button.getAttribute('aria-label') ?? '')
    );
  expect(names.length).toBeGreaterThan(0);
  const others = EVERYBODY.filter(user => !CLASS_A.includes(user));
  for (const name of names) {
    const user = name.replace(/^\S+ /, '').split('/')[0];
    expect(others).not.toContain(user);
  }

  const api = '/user/assistant/hub-admin-lab/api/users';
  // The proof that such a request can do something.
  expect((await ask(page, `${api}?search=alice`)).status).toBe(200);
  for (const [method, path] of [
    ['DELETE', 'grace/server'],
    ['POST', 'heidi/server'],
    ['POST', 'grace/server/restart'],
    ['DELETE', 'admin/server']
  ]) {
    const { status, code } = await ask(page, `${api}/${path}`, method);
    // The Hub does not even say that there is such a user.
    expect
      .soft([status, code], `${method} ${path}`)
      .toEqual([404, 'hub_not_found']);
  }
  expect(await hub.state('grace')).toBe('running');
  expect(await hub.state('heidi')).toBe('stopped');
});

test('has the commands, and not those that need more', async ({ panel }) => {
  await expect
    .poll(async () => Object.keys(await panel.palette()).sort())
    .toEqual([
      'hub-admin:access-server',
      'hub-admin:dashboard',
      'hub-admin:exempt-server',
      'hub-admin:idle-rules',
      'hub-admin:keep-own-server',
      'hub-admin:keep-server',
      'hub-admin:kernel-settings',
      'hub-admin:open',
      'hub-admin:open-log',
      'hub-admin:refresh',
      'hub-admin:restart-server',
      'hub-admin:select-all',
      'hub-admin:shutdown-idle-kernels',
      'hub-admin:start-server',
      'hub-admin:start-with-options',
      'hub-admin:stop-idle-servers',
      'hub-admin:stop-server'
    ]);
});
