/**
 * Starts: how they go on, how they end, and what is said when they fail.
 */
import { expect, test } from './fixtures';
import { failure, FRANKS_REASON, START, USERS_ROUTE } from './hub';

test('that is given up leaves the server stopped', async ({ hub, panel }) => {
  await hub.stop('carol');
  await panel.refresh();
  await panel.start('carol');
  await expect(panel.progress('carol')).toHaveAttribute(
    'aria-valuetext',
    /Pulling the image/
  );
  const cancel = panel.button('Stop', 'carol');
  await expect(cancel).toHaveAttribute('title', 'Cancel start');
  await cancel.click();
  await expect(panel.row('carol', 'stopped')).toBeVisible({
    timeout: START
  });
  await expect(panel.progress('carol')).toBeHidden();
  await expect(panel.button('Start', 'carol')).toBeVisible();
  // It was given up, so nothing failed.
  await expect(panel.row('carol').getByText('Dismiss')).toBeHidden();
  expect(await hub.state('carol')).toBe('stopped');
});

test('shows its progress, then that it runs, without a reload', async ({
  hub,
  page,
  panel
}) => {
  test.slow();
  await hub.stop('carol');
  await panel.refresh();
  await expect(panel.row('carol', 'stopped')).toBeVisible();
  const before = await panel.states();
  await page.evaluate(() => {
    document.body.dataset.stillTheSamePage = 'yes';
  });

  const progress = await panel.recordProgress('carol');
  await panel.click('Start', 'carol');
  const bar = panel.progress('carol');
  await expect(bar).toBeVisible();
  const row = panel.row('carol', 'starting');
  await expect(row).toHaveAttribute('aria-busy', 'true');
  await expect(row.getByText(/^\d+ %$/)).toBeVisible();
  await expect(bar).toHaveAttribute('aria-valuenow', /^[1-9]\d*$/);
  await expect(panel.row('carol', 'running')).toBeVisible({
    timeout: START
  });
  // The Hub's own words and numbers, in their order.
  const words = await progress();
  const steps = [
    '30 %, Pulling the image',
    '50 %, Attaching the home directory',
    '70 %, Starting the container'
  ];
  expect(words.filter(text => steps.includes(text))).toEqual(steps);
  await expect(bar).toBeHidden();
  await expect(panel.button('Stop', 'carol')).toBeVisible();
  await expect(panel.button('Open', 'carol')).toBeVisible();
  expect(await hub.state('carol')).toBe('running');
  // The row stayed where it was clicked.
  expect(await panel.states()).toEqual(
    before.map(state => state.replace('carol, stopped', 'carol, running'))
  );
  await expect(page.locator('body')).toHaveAttribute(
    'data-still-the-same-page',
    'yes'
  );
});

test('is not undone by a double click', async ({ page, panel }) => {
  let stops = 0;
  await page.route(USERS_ROUTE, async route => {
    const request = route.request();
    if (request.method() === 'DELETE') {
      stops += 1;
    }
    await route.fallback();
  });
  await panel.row('frank').hover();
  await panel.button('Start', 'frank').dblclick();
  await expect(panel.row('frank', 'failed')).toBeVisible({ timeout: START });
  expect(stops).toBe(0);
});

test("that fails tells the Hub's reason until it is dismissed", async ({
  page,
  panel
}) => {
  await panel.click('Start', 'frank');
  const row = panel.row('frank', 'failed');
  await expect(row).toBeVisible({ timeout: START });
  await expect(row.getByText(FRANKS_REASON)).toBeVisible();
  // Elsewhere the word is seen where the buttons were.
  await panel.search.hover();
  await panel.search.focus();
  await expect(row.getByText('Failed', { exact: true })).toBeVisible();
  await row.getByText('Details', { exact: true }).click();
  const dialog = panel.dialog('What happened to frank');
  await expect(dialog.getByText(FRANKS_REASON)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Copy' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
  await row.getByText('Dismiss', { exact: true }).click();
  await expect(panel.row('frank', 'stopped')).toBeVisible();
  await expect(panel.row('frank').getByText(FRANKS_REASON)).toBeHidden();
  await expect(panel.button('Start', 'frank')).toBeVisible();
});

test('a start that the Hub refuses leaves the server stopped, with its reason', async ({
  hub,
  page,
  panel
}) => {
  await hub.stop('judy');
  const reason = 'User judy already has the maximum of 5 servers.';
  await page.route(USERS_ROUTE, route =>
    route.request().method() === 'POST'
      ? route.fulfill(failure(400, 'hub_refused', reason))
      : route.fallback()
  );
  await panel.refresh();
  await panel.click('Start', 'judy');
  const row = panel.row('judy', 'stopped');
  await expect(row.getByText(`Not started: ${reason}`)).toBeVisible();
  await expect(panel.button('Start', 'judy')).toBeVisible();
  await expect(panel.progress('judy')).toBeHidden();
});

test('a name with an accent is started and stopped', async ({ hub, panel }) => {
  test.slow();
  await hub.stop('élodie');
  await panel.refresh();
  await panel.click('Start', 'élodie');
  await expect(panel.row('élodie', 'running')).toBeVisible({ timeout: START });
  const dialog = await panel.ask('Stop', 'élodie');
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect(panel.row('élodie', 'stopped')).toBeVisible({ timeout: START });
  expect(await hub.state('élodie')).toBe('stopped');
});
