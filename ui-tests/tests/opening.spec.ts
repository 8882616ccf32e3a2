/**
 * Opening somebody's server, and what one sees there.
 */
import { expect, test } from './fixtures';
import { ask, HUB, OBRIEN, START } from './hub';
import { HubAdminPage } from './panel';

test("leads to the user's JupyterLab in a tab without an opener", async ({
  hub,
  page,
  panel
}) => {
  test.slow();
  // A server that has just been started has never been visited.
  await hub.stop(OBRIEN);
  await panel.refresh();
  await panel.click('Start', OBRIEN);
  await expect(panel.row(OBRIEN, 'running')).toBeVisible({ timeout: START });

  await panel.click('Open', OBRIEN);
  const dialog = panel.dialog(`Open server of ${OBRIEN}?`);
  await expect(
    dialog.getByText(
      `You work as ${OBRIEN}: whatever you run, save or delete there, ${OBRIEN} does.`
    )
  ).toBeVisible();
  await expect(
    dialog.getByText(
      "If you both edit the same notebook, each save overwrites the other's."
    )
  ).toBeVisible();
  // This hub gives servers no addresses of their own.
  await expect(
    dialog.getByText(
      /share one address, so code in an opened server can act as you\..*private window/
    )
  ).toBeVisible();
  const opened = page.waitForEvent('popup');
  await dialog.getByRole('button', { name: 'Open in new tab' }).click();
  const tab = await opened;

  await tab.waitForURL('**/oauth2/authorize**', { timeout: START });
  await tab.getByRole('button', { name: 'Authorize' }).click();
  await tab.waitForURL(
    url => decodeURIComponent(url.pathname).startsWith(`/user/${OBRIEN}/lab`),
    { timeout: START }
  );
  await expect(tab.locator('#jp-main-dock-panel')).toBeVisible({
    timeout: START
  });
  expect(await tab.evaluate(() => window.opener)).toBeNull();

  const band = tab.getByRole('region', { name: 'Visit' });
  await expect(band).toContainText(`You are in the server of ${OBRIEN}.`);
  await expect(band).toContainText(`Everything here runs as ${OBRIEN}.`);
  await expect(
    band.getByRole('link', { name: 'Back to my server' })
  ).toHaveAttribute('href', '/hub/user-redirect/lab');
  await expect.poll(() => tab.title()).toMatch(/^\(o'brien\+x@example\.org\) /);

  // There the panel is about that server and nothing else.
  const there = new HubAdminPage(tab);
  await there.open();
  await expect(there.section(`Server of ${OBRIEN}`)).toBeVisible();
  await expect(there.thisServer).toBeVisible();
  await expect(there.panel.getByLabel('Stop idle kernels after')).toBeVisible();
  await expect(there.section('Users')).toBeHidden();
  await expect(there.list).toBeHidden();
  await expect(there.search).toBeHidden();
  // The palette is filled once JupyterLab has started.
  await expect
    .poll(async () => Object.keys(await there.palette()).sort())
    .toEqual([
      'hub-admin:kernel-settings',
      'hub-admin:open',
      'hub-admin:shutdown-idle-kernels'
    ]);
  const base = new URL(tab.url()).pathname.replace(/\/lab.*/, '');
  const users = await ask(tab, `${base}/hub-admin-lab/api/users`);
  expect(users.status).toBe(403);
  expect(users.code).toBe('not_at_home');
  await hub.stop(OBRIEN);
});

test('does nothing when it is not confirmed', async ({ hub, page, panel }) => {
  await hub.run('alice');
  await panel.refresh();
  await panel.click('Open', 'alice');
  const dialog = panel.dialog('Open server of alice?');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  expect(page.context().pages()).toHaveLength(1);
});

test.describe('in a browser that allows no new tab', () => {
  test.use({ ownPage: true });

  test('leaves a link where the browser keeps the new tab back', async ({
    hub,
    page,
    panel
  }) => {
    await hub.run('alice');
    await panel.refresh();
    await page.evaluate(() => {
      window.open = () => null;
    });
    await panel.click('Open', 'alice');
    await panel
      .dialog('Open server of alice?')
      .getByRole('button', { name: 'Open in new tab' })
      .click();
    const row = panel.row('alice');
    await expect(
      row.getByText('The browser blocked the new tab.')
    ).toBeVisible();
    const link = row.getByRole('link', { name: 'Open' });
    await expect(link).toHaveAttribute('href', `${HUB}/user/alice/`);
    await expect(link).toHaveAttribute('rel', /noopener/);
  });
});

test.describe('with other settings', () => {
  // What the dialog sets is forgotten after the test.
  test.use({ settings: { 'hub-admin-lab:panel': {} } });

  test('asks no more when that was wished', async ({ hub, page, panel }) => {
    await hub.run('alice');
    await panel.refresh();
    await panel.click('Open', 'alice');
    const dialog = panel.dialog('Open server of alice?');
    await dialog.getByText('Do not ask again').click();
    const first = page.waitForEvent('popup');
    await dialog.getByRole('button', { name: 'Open in new tab' }).click();
    await (await first).close();
    const second = page.waitForEvent('popup');
    await expect(async () => {
      await panel.click('Open', 'alice');
      await expect(dialog).toBeHidden();
    }).toPass();
    await (await second).close();
  });
});
