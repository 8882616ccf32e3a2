/**
 * The panel without a mouse and for screen readers.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { START } from './hub';
import type { HubAdminPage } from './panel';

const USERS_ROUTE = /\/hub-admin-lab\/api\/users\?/;

/** The rows that Tab stops at. */
function stops(panel: HubAdminPage): Locator {
  return panel.list.locator('[role=row][tabindex="0"]');
}

async function focusRow(panel: HubAdminPage, who: string): Promise<void> {
  await panel.row(who).focus();
  await expect(panel.row(who)).toBeFocused();
}

test('the list is one tab stop, and its rows have names and levels', async ({
  hub,
  page,
  panel
}) => {
  await hub.run('bob/gpu');
  await panel.refresh();
  await expect(panel.list).toHaveAttribute(
    'aria-rowcount',
    `${await panel.rows.count()}`
  );
  for (const name of await panel.rowNames()) {
    expect(name).toMatch(
      /^\S+, (running|stopped|failed)(, last activity |, never used|$)/
    );
  }
  await expect(panel.row('bob')).toHaveAttribute('aria-level', '1');
  await expect(panel.row('bob/gpu')).toHaveAttribute('aria-level', '2');

  await panel.search.focus();
  await page.keyboard.press('Tab');
  await expect(panel.filter).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(panel.rows.first()).toBeFocused();
  await expect(stops(panel)).toHaveCount(1);
  // Then the buttons of that row only, then out of the list.
  for (const name of ['Details of', 'Open', 'Restart', 'Stop'] as const) {
    await page.keyboard.press('Tab');
    await expect(panel.button(name as 'Open', 'admin')).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(panel.section('This Server')).toBeFocused();
});

test('arrows, Home and End move between rows and buttons', async ({
  hub,
  page,
  panel
}) => {
  await hub.run('alice');
  await panel.refresh();
  await panel.search.focus();
  await page.keyboard.press('ArrowDown');
  await expect(panel.row('admin')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(panel.row('alice')).toBeFocused();
  await expect(stops(panel)).toHaveCount(1);
  await expect(stops(panel)).toHaveAttribute('data-key', 'alice');
  for (const name of ['Details of', 'Open', 'Restart', 'Stop'] as const) {
    await page.keyboard.press('ArrowRight');
    await expect(panel.button(name as 'Open', 'alice')).toBeFocused();
  }
  await page.keyboard.press('ArrowLeft');
  await expect(panel.button('Restart', 'alice')).toBeFocused();
  // From a button, too, the arrows go to another row.
  await page.keyboard.press('ArrowUp');
  await expect(panel.row('admin')).toBeFocused();
  await page.keyboard.press('End');
  await expect(panel.rows.last()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(panel.rows.last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(panel.rows.first()).toBeFocused();
  await page.keyboard.press('PageDown');
  await expect(panel.rows.first()).not.toBeFocused();
  await page.keyboard.press('PageUp');
  await expect(panel.rows.first()).toBeFocused();
});

test('/ goes to the search, Escape step by step back', async ({
  page,
  panel
}) => {
  await focusRow(panel, 'alice');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Escape');
  await expect(panel.row('alice')).toBeFocused();
  await page.keyboard.press('/');
  await expect(panel.search).toBeFocused();
  await expect(panel.search).toHaveValue('');
  await page.keyboard.type('ali');
  await expect(panel.rows).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await expect(panel.row('alice')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(panel.search).toBeFocused();
  await expect(panel.search).toHaveValue('ali');
  await page.keyboard.press('Escape');
  await expect(panel.search).toHaveValue('');
  await expect(panel.search).toBeFocused();
});

test('letters in the search field are letters', async ({ page, panel }) => {
  await panel.search.focus();
  await page.keyboard.type('sroi/');
  await expect(panel.search).toHaveValue('sroi/');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('o, r, s and Enter act on a row that runs', async ({
  hub,
  page,
  panel
}) => {
  await hub.run('grace');
  await panel.refresh();
  for (const [key, title] of [
    ['o', 'Open server of grace?'],
    ['r', 'Restart server of grace?'],
    ['s', 'Stop server of grace?'],
    ['Enter', 'Open server of grace?']
  ]) {
    await focusRow(panel, 'grace');
    await page.keyboard.press(key);
    const dialog = await panel.dialogFocused(title);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(panel.row('grace')).toBeFocused();
  }
  expect(await hub.state('grace')).toBe('running');
});

test('s and Enter start a stopped server; the row tells how it goes', async ({
  hub,
  page,
  panel
}) => {
  await hub.stop('frank');
  for (const key of ['s', 'Enter']) {
    await focusRow(panel, 'frank');
    await page.keyboard.press(key);
    await expect(panel.row('frank', 'starting')).toHaveAttribute(
      'aria-busy',
      'true'
    );
    await expect(panel.row('frank', 'failed')).toBeVisible({ timeout: START });
    await expect(panel.row('frank')).toBeFocused();
    // What I began and what failed is said at once.
    await expect(
      page.locator('[aria-live=assertive]').filter({ hasText: 'frank' })
    ).toHaveText(/^frank did not start\. .*no node with a free GPU/);
  }
});

test('i shows the details, Escape goes back', async ({ page, panel }) => {
  await focusRow(panel, 'alice');
  await page.keyboard.press('i');
  const details = panel.dialog('Details of alice');
  await expect(details).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(panel.row('alice').locator(':focus')).toHaveCount(1);
});

test('a dialog gives the focus back to the button that opened it', async ({
  hub,
  page,
  panel
}) => {
  await hub.run('grace');
  await panel.refresh();
  await panel.button('Restart', 'grace').focus();
  await page.keyboard.press('Enter');
  const dialog = await panel.dialogFocused('Restart server of grace?');
  await expect(dialog.getByRole('button', { name: 'Restart' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(panel.button('Restart', 'grace')).toBeFocused();
});

test.describe('while the list is kept true', () => {
  test.use({ settings: { 'hub-admin-lab:panel': { refreshPeriod: 2 } } });

  test('the focus stays on the slot whose meaning changes', async ({
    hub,
    page,
    panel
  }) => {
    await hub.stop('heidi');
    await panel.refresh();
    await panel.button('Start', 'heidi').focus();
    // Somebody else starts it, as far as the Hub tells.
    let seen = 0;
    await page.route(USERS_ROUTE, async route => {
      const response = await route.fetch();
      const users = await response.json();
      if (route.request().url().includes('state=running')) {
        seen += 1;
        const admin = users.items.find(
          (user: { name: string }) => user.name === 'admin'
        );
        const heidi = JSON.parse(
          JSON.stringify(admin).replaceAll('admin"', 'heidi"')
        );
        users.items.push({ ...heidi, admin: false });
      }
      await route.fulfill({ response, json: users });
    });
    await expect(panel.row('heidi', 'running')).toBeVisible();
    await expect(panel.button('Stop', 'heidi')).toBeFocused();
    const before = seen;
    await expect.poll(() => seen).toBeGreaterThan(before);
    await expect(panel.button('Stop', 'heidi')).toBeFocused();
    await expect(stops(panel)).toHaveAttribute('data-key', 'heidi');
  });
});

/** The rules of WCAG 2.2, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds wrong with a part of the page, in words. */
async function problems(page: Page, part: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(RULES)
    .include(part)
    // Core's: it says of every button of a toolbar whether it is pressed.
    .exclude('.jp-ToolbarButtonComponent')
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) =>
      [id, html.slice(0, 200), failureSummary].join('\n')
    )
  );
}

for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
  test.describe(`in the theme ${theme}`, () => {
    test.use({
      settings: { '@jupyterlab/apputils-extension:themes': { theme } }
    });

    test('axe finds nothing wrong', async ({ hub, page, panel }) => {
      await expect(page.locator('body')).toHaveAttribute(
        'data-jp-theme-name',
        theme
      );
      // One row of each kind, and one with the focus.
      await hub.stop('frank');
      await panel.click('Start', 'frank');
      await expect(panel.row('frank', 'failed')).toBeVisible({
        timeout: START
      });
      await focusRow(panel, 'admin');
      expect(await problems(page, '#hub-admin')).toEqual([]);

      await panel.openThisServer();
      expect(await problems(page, '#hub-admin')).toEqual([]);

      await panel.click('Stop', 'alice');
      const dialog = panel.dialog('Stop server of alice?');
      await expect(dialog).toBeVisible();
      expect(await problems(page, '.jp-HubAdmin-dialog')).toEqual([]);
      await dialog.getByRole('button', { name: 'Cancel' }).click();

      await panel.button('Details of', 'alice').click();
      await expect(panel.dialog('Details of alice')).toBeVisible();
      expect(await problems(page, '.jp-HubAdmin-popover')).toEqual([]);
    });
  });
}
