/**
 * The Hub is ended and started again under an open panel.
 */
import { expect, test } from '@playwright/test';
import { HubApi, NEWS, openLab } from './hub';
import { OwnHub } from './ownHub';
import { HubAdminPage } from './panel';

test.use({ viewport: { width: 1280, height: 760 }, locale: 'en-US' });

test('the list stays, tells its age, and is right again by itself', async ({
  page
}) => {
  test.setTimeout(4 * NEWS);
  const own = await OwnHub.start();
  try {
    await openLab(page, 'admin', own.address);
    const hub = new HubApi(page.context(), own.address);
    await hub.run('alice');
    const panel = new HubAdminPage(page);
    await panel.openList();
    await expect(panel.row('alice', 'running')).toBeVisible();
    await panel.refresh();
    const before = await panel.states();
    expect(new Set(before).size).toBe(before.length);
    let reloads = 0;
    page.on('framenavigated', () => {
      reloads += 1;
    });

    await own.kill();
    await expect(panel.awayBand).toHaveText(
      /^The hub does not answer\. Shown as of \d\d:\d\d\. Trying again in \d+ s\./,
      { timeout: NEWS }
    );
    expect(await panel.states()).toEqual(before);
    await expect(
      panel.list.getByRole('button', { name: /^(Open|Start|Stop|Restart) / })
    ).toHaveCount(0);
    // By keys neither.
    const acts: string[] = [];
    page.on('request', request => {
      if (/\/api\/(users|bulk)/.test(request.url())) {
        acts.push(request.method());
      }
    });
    for (const who of ['heidi', 'alice']) {
      await panel.row(who).focus();
      for (const key of ['Enter', 's', 'r', 'o']) {
        await page.keyboard.press(key);
      }
      await expect(panel.row(who)).toBeFocused();
    }
    await expect(page.getByRole('dialog')).toHaveCount(0);
    expect(acts.filter(method => method !== 'GET')).toEqual([]);

    await own.start();
    await expect(panel.awayBand).toBeHidden({ timeout: NEWS });
    await expect(panel.button('Stop', 'alice')).toBeVisible();
    await expect.poll(() => panel.states()).toEqual(before);
    // And it is live as before.
    await hub.stop('alice');
    await expect(panel.row('alice', 'stopped')).toBeVisible({ timeout: NEWS });
    expect(reloads).toBe(0);
  } finally {
    await page.close();
    await own.stop();
  }
});
