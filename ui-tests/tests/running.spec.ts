/**
 * Servers that run: stopped and restarted, after a question that says what is lost.
 */
import { expect, test } from './fixtures';
import { failure, START, USERS_ROUTE } from './hub';

test('is restarted after a confirmation', async ({ hub, panel }) => {
  test.slow();
  await hub.run('carol');
  const before = (await hub.active()).get('carol');
  await panel.refresh();
  const dialog = await panel.ask('Restart', 'carol');
  await expect(dialog.getByText(/^Running since \d\d:\d\d/)).toBeVisible();
  await expect(
    dialog.getByText('It starts again at once, with the same options.')
  ).toBeVisible();
  await dialog.getByRole('button', { name: 'Restart' }).click();
  await expect(panel.row('carol', 'running')).toBeHidden();
  await expect(panel.progress('carol')).toBeVisible({ timeout: START });
  await expect(panel.row('carol', 'running')).toBeVisible({
    timeout: START
  });
  expect((await hub.active()).get('carol')).not.toMatchObject({
    started: before?.started
  });
});

test('is stopped after a confirmation that says what is lost', async ({
  hub,
  panel
}) => {
  test.slow();
  await hub.run('carol');
  await panel.refresh();
  const dialog = await panel.ask('Stop', 'carol');
  await expect(
    dialog.getByText(/Used .*\. Somebody may be working in it\./)
  ).toBeVisible();
  for (const [what, text] of [
    [
      'Ends',
      'Running kernels and terminals, with all that is in their memory. Unsaved edits may be lost.'
    ],
    ['Stays', 'Files in the home directory.'],
    ['May go', 'Packages and files put elsewhere during this session.']
  ]) {
    await expect(
      dialog.getByRole('term').getByText(what, { exact: true })
    ).toBeVisible();
    await expect(
      dialog.getByRole('definition').getByText(text, { exact: true })
    ).toBeVisible();
  }
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(panel.row('carol', 'running')).toBeVisible();

  await panel.click('Stop', 'carol');
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect(panel.row('carol', 'stopped')).toBeVisible({
    timeout: START
  });
  await expect(panel.button('Start', 'carol')).toBeVisible();
  expect(await hub.state('carol')).toBe('stopped');
});

test('keeps its state when the Hub refuses to stop it', async ({
  hub,
  page,
  panel
}) => {
  await hub.run('grace');
  const reason = 'Servers of class-b are kept until the exam is over.';
  await page.route(USERS_ROUTE, route =>
    route.request().method() === 'DELETE'
      ? route.fulfill(failure(403, 'hub_forbidden', reason))
      : route.fallback()
  );
  await panel.refresh();
  await panel.click('Stop', 'grace');
  await panel
    .dialog('Stop server of grace?')
    .getByRole('button', { name: 'Stop' })
    .click();
  const row = panel.row('grace', 'running');
  await expect(row.getByText(`Not stopped: ${reason}`)).toBeVisible();
  await expect(panel.button('Stop', 'grace')).toBeVisible();
  await row.getByText('Dismiss', { exact: true }).click();
  await expect(row.getByText(reason)).toBeHidden();
  expect(await hub.state('grace')).toBe('running');
});

test('that is this one is stopped only with more care', async ({ panel }) => {
  await panel.click('Stop', 'admin');
  const dialog = panel.dialog('Stop your own server?');
  await expect(
    dialog.getByText(
      'This is the server you are in. This page loses its connection.'
    )
  ).toBeVisible();
  const cancel = dialog.getByRole('button', { name: 'Cancel' });
  await panel.dialogFocused('Stop your own server?');
  await expect(cancel).toBeFocused();
  await cancel.click();
  await expect(panel.row('admin', 'running')).toBeVisible();
});
