/**
 * The panel without a mouse.
 */
import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures';
import { NEWS, START } from './hub';
import type { HubAdminPage } from './panel';

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

test('the menu of a row opens under the keys for that', async ({
  page,
  panel
}) => {
  for (const key of ['Shift+F10', 'ContextMenu']) {
    await focusRow(panel, 'alice');
    await page.keyboard.press(key);
    const menu = page.getByRole('menu').filter({ hasText: 'Copy Name' });
    await expect(menu).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
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

test('the focus stays on the slot whose meaning changes', async ({
  hub,
  panel
}) => {
  test.slow();
  await hub.stop('heidi');
  await panel.refresh();
  await panel.button('Start', 'heidi').focus();
  // Somebody else starts it: at the Hub, past this page.
  await hub.run('heidi');
  await expect(panel.row('heidi', 'running')).toBeVisible({ timeout: NEWS });
  await expect(panel.button('Stop', 'heidi')).toBeFocused();
  await expect(stops(panel)).toHaveAttribute('data-key', 'heidi');
});
