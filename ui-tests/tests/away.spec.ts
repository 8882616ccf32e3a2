/**
 * While the Hub is away: the list stays, nothing can be done, and it recovers by itself.
 */
import { expect, test } from './fixtures';
import { failure, USERS_ROUTE } from './hub';

const away = failure(
  502,
  'hub_unreachable',
  'The hub cannot be reached: connection refused.'
);

test('the list stays readable, and works again once it answers', async ({
  page,
  panel
}) => {
  const before = await panel.states();
  await page.route(USERS_ROUTE, route => route.fulfill(away));
  await panel.panel.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Refresh' }).click();
  await expect(panel.awayBand).toHaveText(
    /^The hub does not answer\. Shown as of \d\d:\d\d\. Trying again in \d+ s\./
  );
  expect(await panel.states()).toEqual(before);
  await expect(
    panel.list.getByRole('button', { name: /^(Open|Start|Stop|Restart) / })
  ).toHaveCount(0);
  await expect(panel.button('Details of', 'alice')).toBeVisible();

  await page.unroute(USERS_ROUTE);
  await panel.awayBand.getByRole('button', { name: 'Try now' }).click();
  await expect(panel.awayBand).toBeHidden();
  await expect(panel.button('Stop', 'admin')).toBeVisible();
  await expect.poll(() => panel.states()).toEqual(before);
});

test('asking for the list anew does not take it away', async ({
  page,
  panel
}) => {
  const before = await panel.states();
  await page.route(USERS_ROUTE, route => route.fulfill(away));
  await panel.panel.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Refresh' }).click();
  await expect(panel.awayBand).toBeVisible();
  expect(await panel.states()).toEqual(before);
});

test('the list comes by itself once it answers', async ({ page, panel }) => {
  await page.route(USERS_ROUTE, route => route.fulfill(away));
  await page.reload();
  await panel.open();
  await expect(
    panel.panel.getByText(/Trying again in \d+ s\./).first()
  ).toBeVisible();
  await expect(
    panel.panel.getByRole('button', { name: 'Try now' }).first()
  ).toBeVisible();
  await page.unroute(USERS_ROUTE);
  await expect(panel.row('admin', 'running')).toBeVisible({
    timeout: 20_000
  });
  await expect(panel.awayBand).toBeHidden();
});
