/**
 * The Hub takes a permission away under an open panel.
 */
import { expect, test } from '@playwright/test';
import { CLASS_A, NEWS, openLab } from './hub';
import { OwnHub } from './ownHub';
import { HubAdminPage } from './panel';

test.use({ viewport: { width: 1280, height: 760 }, locale: 'en-US' });

test('the refusal is explained, and what is left stays', async ({ page }) => {
  test.setTimeout(5 * NEWS);
  const own = await OwnHub.start();
  try {
    await openLab(page, 'assistant', own.address);
    // This Hub starts its proxy again too, which knows the server only after a moment.
    const lost = page.getByRole('dialog', { name: /^Server unavailable/ });
    await page.addLocatorHandler(lost, () =>
      lost.getByRole('button', { name: 'Dismiss' }).click()
    );
    const panel = new HubAdminPage(page);
    await panel.openList();
    await expect(panel.row('dmitri', 'stopped')).toBeVisible();
    const starts = panel.list.getByRole('button', { name: /^Start / });
    await expect(starts).not.toHaveCount(0);
    // Roles change where they are kept: in the Hub's configuration.
    await own.kill();
    await own.start({ HUB_ADMIN_LAB_UI_REVOKED: 'servers!group=class-a' });
    await expect(panel.awayBand).toBeHidden({ timeout: NEWS });

    await panel.click('Start', 'dmitri');
    await expect(
      panel
        .row('dmitri')
        .getByText('No access to resources or resources not found')
    ).toBeVisible({ timeout: NEWS });
    // Not of the one row alone; the permission to look is left.
    await expect(starts).toHaveCount(0);
    for (const user of CLASS_A) {
      await expect(panel.row(user)).toBeVisible();
    }
    // Nor does the next change of a row bring a button back: whether it runs is not shown any more,
    // but that it was used is.
    await own.startServer('alice');
    await expect(
      panel.list.getByRole('row', { name: /^alice, .*last activity/ })
    ).toBeVisible({ timeout: NEWS });
    await expect(
      panel.list.getByRole('button', { name: /^(Start|Stop|Restart) / })
    ).toHaveCount(0);
  } finally {
    await page.close();
    await own.stop();
  }
});
