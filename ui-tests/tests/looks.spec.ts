/**
 * Narrow and wide, and in colours that the system forces on every page.
 */
import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures';

// Its size and its colours would stay with the next test.
test.use({ ownPage: true });

/** By how many pixels what is in an element is wider than the element. */
function overflow(element: Locator): Promise<number> {
  return element.evaluate(node => node.scrollWidth - node.clientWidth);
}

test('the sidebar holds its rows however narrow it is', async ({
  page,
  panel
}) => {
  const handle = page.locator('#jp-main-split-panel > .lm-SplitPanel-handle').first();
  for (const width of [250, 420]) {
    const box = await handle.boundingBox();
    const { x: left } = (await panel.panel.boundingBox())!;
    await page.mouse.move(box!.x + 1, 300);
    await page.mouse.down();
    await page.mouse.move(left + width, 300, { steps: 4 });
    await page.mouse.up();
    const now = (await panel.panel.boundingBox())!.width;
    expect(Math.abs(now - width)).toBeLessThan(12);
    expect(await overflow(panel.panel.locator('.jp-HubAdmin-scroll'))).toBe(0);
    await panel.row('admin').hover();
    const button = (await panel.button('Restart', 'admin').boundingBox())!;
    expect(button.x + button.width).toBeLessThanOrEqual(left + now);
    expect(button.width).toBeGreaterThanOrEqual(24);
    await expect(panel.search).toBeVisible();
    await expect(panel.filter).toBeVisible();
  }
});

test('the dashboard drops columns, never buttons', async ({
  page,
  dashboard
}) => {
  const heading = (name: string) =>
    dashboard.table.getByRole('columnheader', { name, exact: true });
  for (const [width, shown, dropped] of [
    [1600, ['User', 'State', 'Last activity', 'Groups', 'Actions'], []],
    [900, ['User', 'State', 'Actions'], ['Groups']]
  ] as const) {
    await page.setViewportSize({ width, height: 760 });
    for (const name of shown) {
      await expect(heading(name)).toBeVisible();
    }
    for (const name of dropped) {
      await expect(heading(name)).toBeHidden();
    }
    const { x, width: wide } = (await dashboard.view.boundingBox())!;
    const button = (await dashboard.button('Restart', 'admin').boundingBox())!;
    expect(button.x + button.width).toBeLessThanOrEqual(x + wide);
    expect(await overflow(dashboard.view)).toBe(0);
  }
});

test('states and what is selected show in forced colours', async ({
  page,
  panel
}) => {
  await page.emulateMedia({ forcedColors: 'active' });
  const row = panel.row('alice');
  await row.hover();
  await row.click({ modifiers: ['Control'] });
  await expect(row).toHaveAttribute('aria-selected', 'true');
  await expect(row).not.toHaveCSS('outline-style', 'none');
  await expect(
    panel.panel.getByRole('group', { name: 'Selection' })
  ).not.toHaveCSS('outline-style', 'none');
  // Drawn in the colour of text, and in shapes that differ.
  const shape = row.locator('.jp-icon3[fill]').first();
  const text = await page.evaluate(() => {
    const probe = document.createElement('span');
    probe.style.color = 'CanvasText';
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  });
  await expect(shape).toHaveCSS('fill', text);
});
