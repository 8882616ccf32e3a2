/**
 * What happens elsewhere is shown by itself: one stream of events for all tabs of a browser, none
 * while nobody looks.
 */
import type { Page, Request } from '@playwright/test';
import { DashboardPage } from './dashboard';
import { expect, test } from './fixtures';
import { HUB, labStarted, NEWS, START } from './hub';
import { HubAdminPage } from './panel';

/** The streams of events that a page holds. */
class Streams {
  constructor(page: Page) {
    page.on('request', request => {
      if (isStream(request)) {
        this._open.add(request);
        this.opened += 1;
      }
    });
    page.on('requestfinished', request => this._open.delete(request));
    page.on('requestfailed', request => this._open.delete(request));
  }

  /** How many were opened so far. */
  opened = 0;

  /** How many are open now. */
  get open(): number {
    return this._open.size;
  }

  private readonly _open = new Set<Request>();
}

function isStream(request: Request): boolean {
  const { pathname } = new URL(request.url());
  return (
    request.method() === 'GET' && pathname.endsWith('/hub-admin-lab/api/events')
  );
}

test('a row follows what is done to its server elsewhere', async ({
  hub,
  page,
  panel,
  dashboard
}) => {
  test.slow();
  const lists: string[] = [];
  await hub.run('grace');
  for (const list of [panel, dashboard]) {
    await expect(list.row('grace', 'running')).toBeVisible({ timeout: NEWS });
  }
  page.on('request', request => {
    if (/\/api\/users\?/.test(request.url())) {
      lists.push(request.url());
    }
  });
  await hub.stop('grace');
  for (const list of [panel, dashboard]) {
    await expect(list.row('grace', 'stopped')).toBeVisible({ timeout: NEWS });
  }
  await hub.run('grace');
  for (const list of [panel, dashboard]) {
    await expect(list.row('grace', 'running')).toBeVisible({ timeout: NEWS });
    await expect(list.button('Stop', 'grace')).toBeVisible();
  }
  // The list was not loaded again for it.
  expect(lists).toEqual([]);
});

test('who comes to work and who is deleted is told', async ({ hub, panel }) => {
  test.slow();
  const user = 'new-person';
  await hub.removeUser(user);
  await panel.refresh();
  await expect(panel.row(user)).toHaveCount(0);
  try {
    await hub.request('POST', `users/${user}`);
    await hub.run(user);
    await expect(panel.row(user, 'running')).toBeVisible({ timeout: NEWS });
  } finally {
    await hub.stop(user);
    await hub.removeUser(user);
  }
  await expect(panel.row(user)).toHaveCount(0, { timeout: NEWS });
});

test('a start in the sidebar goes on in the dashboard too', async ({
  hub,
  panel,
  dashboard
}) => {
  test.slow();
  await hub.stop('carol');
  await panel.refresh();
  await panel.start('carol');
  const bar = dashboard.table.getByRole('progressbar', {
    name: 'Starting carol',
    exact: true
  });
  await expect(bar).toHaveAttribute('aria-valuetext', /^\d+ %, \S/);
  await expect(dashboard.row('carol', 'starting')).toContainText(
    /Starting \d+ %/
  );
  await expect(dashboard.row('carol', 'running')).toBeVisible({
    timeout: START
  });
  await expect(panel.row('carol', 'running')).toBeVisible();
  await expect(bar).toHaveCount(0);
  await hub.stop('carol');
});

test.describe('on a page of its own', () => {
  test.use({ ownPage: true });

  test('all tabs of a browser share one stream', async ({
    hub,
    page,
    panel
  }) => {
    test.slow();
    const second = await page.context().newPage();
    const streams = new Streams(second);
    await second.goto(`${HUB}/user/admin/lab/workspaces/second?reset`);
    await labStarted(second);
    const other = new HubAdminPage(second);
    await other.openList();

    const all = [panel, other];
    await hub.run('heidi');
    for (const tab of all) {
      await expect(tab.row('heidi', 'running')).toBeVisible({ timeout: NEWS });
    }
    expect(streams.opened).toBe(0);

    // Whoever is left goes on.
    await page.close();
    await expect.poll(() => streams.open, { timeout: NEWS }).toBe(1);
    await hub.stop('heidi');
    await expect(other.row('heidi', 'stopped')).toBeVisible({ timeout: NEWS });
    expect(streams.open).toBe(1);
  });

  test('a panel that is hidden asks nothing', async ({ hub, page, panel }) => {
    test.slow();
    const requests: string[] = [];
    page.on('request', request => {
      if (request.url().includes('/hub-admin-lab/api/')) {
        requests.push(request.url());
      }
    });
    // It began before this test could listen: only its end is seen.
    const ended = page.waitForEvent('requestfailed', {
      predicate: isStream,
      timeout: NEWS
    });
    await hub.run('heidi');
    await expect(panel.row('heidi', 'running')).toBeVisible({ timeout: NEWS });
    await panel.tab.click();
    await expect(panel.panel).toBeHidden();
    await ended;
    requests.length = 0;
    // As much as a panel that looks would hear of at once.
    await hub.stop('heidi');
    await hub.run('heidi');
    await hub.stop('heidi');
    expect(requests).toEqual([]);

    await panel.open();
    await expect(panel.row('heidi', 'stopped')).toBeVisible({ timeout: NEWS });
    expect(requests.length).toBeGreaterThan(0);
  });

  test('a hidden dashboard asks nothing either', async ({ page, panel }) => {
    const dashboard = new DashboardPage(panel);
    await dashboard.open();
    const ended = page.waitForEvent('requestfailed', {
      predicate: isStream,
      timeout: NEWS
    });
    await panel.tab.click();
    await page.getByRole('tab', { name: 'Launcher' }).click();
    await expect(dashboard.view).toBeHidden();
    await ended;
  });
});
