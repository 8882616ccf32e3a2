/**
 * The dashboard: the same servers as a table, with more of each.
 */
import type { Request } from '@playwright/test';
import { DashboardPage } from './dashboard';
import { expect, test } from './fixtures';
import { START } from './hub';

/** Whoever the servers in the table belong to, each once. */
async function owners(dashboard: DashboardPage): Promise<string[]> {
  const names = await dashboard.names();
  return [...new Set(names.map(name => name.split('/')[0]))];
}

test.describe('on a page of its own', () => {
  test.use({ ownPage: true });

  test('is opened by command, sidebar button and launcher card, once', async ({
    page,
    panel
  }) => {
    const dashboard = new DashboardPage(panel);
    await dashboard.open();
    await expect(dashboard.mainTab).toHaveCount(1);
    await page.getByRole('tab', { name: 'Launcher' }).click();
    await expect(dashboard.view).toBeHidden();
    await panel.panel.getByRole('button', { name: 'Open dashboard' }).click();
    await expect(dashboard.row('admin')).toBeVisible();
    await expect(dashboard.mainTab).toHaveCount(1);

    await dashboard.close();
    await page
      .locator('.jp-LauncherCard')
      .filter({ hasText: 'Hub Admin' })
      .click();
    await dashboard.loaded();
    await expect(dashboard.mainTab).toHaveCount(1);
    // The launcher made place for it.
    await expect(page.getByRole('tab', { name: 'Launcher' })).toHaveCount(0);
  });

  test('shows the same again after a reload', async ({ page, panel }) => {
    const dashboard = new DashboardPage(panel);
    const saved = page.waitForRequest(isKept, { timeout: START });
    await dashboard.open();
    await saved;
    await dashboard.search.fill('o');
    await dashboard.view
      .getByRole('combobox', { name: 'Server state' })
      .selectOption('stopped');
    await dashboard.heading('User').getByRole('button').click();
    await expect(dashboard.row('mallory')).toBeVisible();
    await expect(dashboard.row('ivan')).toBeHidden();
    // Until it comes in the new order the list stays in the old one.
    await expect.poll(async () => (await owners(dashboard))[0]).toBe('élodie');
    const before = await dashboard.names();

    await page.reload();
    await expect(dashboard.row('mallory')).toBeVisible({ timeout: START });
    await expect(dashboard.search).toHaveValue('o');
    await expect(dashboard.heading('User')).toHaveAttribute(
      'aria-sort',
      'descending'
    );
    await expect.poll(() => dashboard.names()).toEqual(before);
  });

  test.describe('with settings', () => {
    // What the menu keeps is forgotten after the test.
    test.use({ settings: { 'hub-admin-lab:panel': {} } });

    test('shows the columns that are wished', async ({ dashboard, page }) => {
      await expect(dashboard.heading('Groups')).toBeVisible();
      const kept = page.waitForResponse(
        response =>
          response.url().includes('hub-admin-lab:panel') &&
          response.request().method() === 'PUT'
      );
      await dashboard.tool('Columns').click();
      // Those that cannot be hidden are not offered.
      await expect(page.getByRole('menuitemcheckbox')).toHaveText([
        'Server',
        'Last activity',
        'Started',
        'Groups',
        'Options',
        'Stops'
      ]);
      await page.getByRole('menuitemcheckbox', { name: 'Groups' }).click();
      await expect(dashboard.heading('Groups')).toBeHidden();
      await expect(dashboard.heading('Server')).toBeVisible();
      expect((await kept).status()).toBe(204);
    });
  });
});

/** Whether JupyterLab keeps that the dashboard is open. */
function isKept(request: Request): boolean {
  return (
    request.method() === 'PUT' &&
    request.url().includes('/lab/api/workspaces') &&
    (request.postData() ?? '').includes('hub-admin-lab:dashboard')
  );
}

test('says of each server what there is to say', async ({ hub, dashboard }) => {
  await hub.run('bob/gpu');
  await hub.stop('bob');
  await expect(dashboard.row('bob/gpu', 'running')).toBeVisible();
  const cells = (who: string) => dashboard.row(who).getByRole('gridcell');
  await expect(cells('bob/gpu')).toHaveText([
    '',
    'bob',
    'gpu',
    'Running',
    /ago$|^just now$/,
    /\d/,
    'class-a',
    '',
    // When it stops, or that it stays.
    /\S/,
    ''
  ]);
  await expect(cells('bob')).toHaveText([
    '',
    'bob',
    'default',
    'Stopped',
    /ago$|^just now$|^never$/,
    '',
    'class-a',
    '',
    '',
    ''
  ]);
  await expect(cells('admin').nth(1)).toHaveText('admin (admin)');
  for (const verb of ['Open', 'Restart', 'Stop'] as const) {
    await expect(dashboard.button(verb, 'bob/gpu')).toBeVisible();
  }
  await expect(dashboard.button('Start', 'bob')).toBeVisible();
  await expect(dashboard.button('Open', 'bob')).toHaveCount(0);
});

test('is sorted by user and by last activity', async ({ hub, dashboard }) => {
  await hub.run('alice');
  await hub.run('bob/gpu');
  const user = dashboard.heading('User');
  const activity = dashboard.heading('Last activity');
  await expect(user).toHaveAttribute('aria-sort', 'ascending');
  await expect(activity).toHaveAttribute('aria-sort', 'none');
  // What the Hub cannot sort by is no button.
  await expect(dashboard.heading('Groups').getByRole('button')).toHaveCount(0);

  await user.getByRole('button').click();
  await expect(user).toHaveAttribute('aria-sort', 'descending');
  await dashboard.loaded();
  const active = new Set(
    [...(await hub.active()).keys()].map(who => who.split('/')[0])
  );
  await expect
    .poll(async () => (await owners(dashboard)).filter(isIn(active)))
    .toEqual([...active].sort().reverse());

  await activity.getByRole('button').click();
  await expect(activity).toHaveAttribute('aria-sort', 'descending');
  await expect(user).toHaveAttribute('aria-sort', 'none');
  await dashboard.loaded();
  const expected = await hub.request(
    'GET',
    'users?sort=-last_activity&limit=100'
  );
  const byActivity = (await expected.json()) as { name: string }[];
  // These two are at work: who of them was last is another one every moment.
  const atRest = (name: string) => !['admin', 'assistant'].includes(name);
  await expect
    .poll(async () => (await owners(dashboard)).filter(atRest))
    .toEqual(byActivity.map(({ name }) => name).filter(atRest));
});

function isIn(names: ReadonlySet<string>): (name: string) => boolean {
  return name => names.has(name);
}

test('has totals that find what they count', async ({ hub, dashboard }) => {
  await hub.run('alice');
  await hub.stop('heidi');
  await expect(dashboard.row('heidi', 'stopped')).toBeVisible();
  const users = dashboard.total(/^\d+ users$/);
  await expect(users).toHaveAttribute('aria-pressed', 'true');
  const running = dashboard.total(/running$/);
  await expect(running).toHaveAttribute('aria-pressed', 'false');
  await running.click();
  await expect(running).toHaveAttribute('aria-pressed', 'true');
  await expect(users).toHaveAttribute('aria-pressed', 'false');
  await expect(dashboard.row('heidi')).toBeHidden();
  await expect(dashboard.row('alice', 'running')).toBeVisible();
  await running.click();
  await expect(running).toHaveAttribute('aria-pressed', 'false');
  await expect(dashboard.row('heidi')).toBeVisible();

  const idle = dashboard.total(/idle over 1 h$/);
  await idle.click();
  await expect(dashboard.search).toHaveValue('idle:>1h');
  await expect(idle).toHaveAttribute('aria-pressed', 'true');
  await expect(dashboard.row('heidi')).toBeHidden();
  await users.click();
  await expect(dashboard.search).toHaveValue('');
  await expect(dashboard.row('heidi')).toBeVisible();
});

test('has details that follow the row', async ({ hub, page, dashboard }) => {
  await hub.run('alice');
  await hub.stop('heidi');
  await expect(dashboard.row('alice', 'running')).toBeVisible();
  await dashboard.row('alice').focus();
  await page.keyboard.press('i');
  const details = dashboard.details('alice');
  await expect(details).toBeVisible();
  for (const fact of ['State', 'Started', 'Last activity', 'Groups', 'Admin']) {
    await expect(
      details.getByRole('term').getByText(fact, { exact: true }).first()
    ).toBeVisible();
  }
  await expect(details.getByText('class-a').first()).toBeVisible();
  // What the Hub sent, under its own names, and as it sent it.
  await expect(details.getByText('What the hub sent')).toBeVisible();
  await details.getByText('As JSON', { exact: true }).click();
  await expect(details.locator('pre')).toContainText('"name": "alice"');
  await expect(
    details.getByRole('button', { name: 'Copy JSON' })
  ).toBeVisible();

  // From row to row with the keys.
  await dashboard.row('alice').focus();
  await page.keyboard.press('End');
  const last = (await dashboard.names()).pop()!;
  await expect(dashboard.details(last)).toBeVisible();
  await expect(details).toBeHidden();
  await expect(dashboard.row(last)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dashboard.details(last)).toBeHidden();
  await expect(dashboard.row(last)).toBeFocused();

  // By the state, with the mouse, and back to it.
  await dashboard.button('Details of', 'heidi').click();
  const other = dashboard.details('heidi');
  await expect(
    other.getByRole('button', { name: 'Start with options…' })
  ).toBeVisible();
  await other.getByRole('button', { name: 'Close details' }).click();
  await expect(other).toBeHidden();
});
