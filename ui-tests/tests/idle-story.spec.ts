/**
 * What the idle rules do on a hub, from the change of a rule to the word to whoever lost a server:
 * with limits of seconds, which the shared demo hub does not survive.
 */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect, test } from '@playwright/test';
import { DashboardPage } from './dashboard';
import { HubApi, labOf, labStarted, logIn, openLab, START } from './hub';
import { fateOf, kernelLimit, putRule, runCode } from './idle';
import { OwnHub } from './ownHub';
import { HubAdminPage } from './panel';

/** Who stays, why, and what the panel says of it. */
const KEPT = {
  alice: [/^Stays: it is running code\.$/, /^A kernel has run code for /],
  bob: [/^Stays: kept until .* by admin\.$/, /^Kept for another .* by admin\./],
  judy: [/^Stays: exempt until /, /set for user judy: Her thesis is due\.$/],
  mallory: [
    /^Stays: it was running code when it last reported\.$/,
    /^It last reported .* ago, while a kernel ran code, which keeps it/
  ]
} as const;

const SILENT = 'import time; time.sleep(3600)';

const OPTIONS = {
  viewport: { width: 1280, height: 800 },
  locale: 'en-US'
};

test('idle servers are stopped by rules that their owners and the admin can see', async ({
  browser
}) => {
  test.setTimeout(10 * START);
  // So near that the pages of owners count down to it.
  const own = await OwnHub.start({ HUB_ADMIN_LAB_DEMO_IDLE_TIMEOUT: '600' });
  const people = new People(browser, own.address);
  let frozen = 0;
  try {
    const admin = await people.inLab('admin');
    const hub = new HubApi(admin.context(), own.address);
    await Promise.all([...Object.keys(KEPT), 'grace'].map(who => hub.run(who)));
    const ivan = await people.inLab('ivan');
    const panel = new HubAdminPage(admin);
    await panel.openList();
    await panel.refresh();

    await test.step('some have a reason to stay', async () => {
      for (const who of ['alice', 'mallory']) {
        await runCode(await people.inServer(who), who, SILENT, 'busy');
      }
      // The one who looks on is exempt, too.
      const exempt = { reason: 'Her thesis is due.', until: inAnHour() };
      await putRule(admin, 'user/judy', { exempt });
      await putRule(admin, 'user/admin', { exempt });
      await panel.button('Details of', 'bob').click();
      const details = panel.dialog('Details of bob');
      await details.getByRole('button', { name: 'Keep until…' }).click();
      await details.getByRole('button', { name: 'In 1 h' }).click();
      await expect(details.getByText(/^Kept until /)).toBeVisible();
      await panel.dismiss();
      for (const who of ['alice', 'mallory']) {
        await expect
          .poll(async () => (await fateOf(admin, who))?.decision)
          .toMatchObject({ reason_code: 'busy' });
      }
      frozen = (await hub.user('mallory'))?.servers['']?.state?.pid ?? 0;
      process.kill(frozen, 'SIGSTOP');
    });
    const before = await hub.active();

    await test.step('a question before a stop knows who runs code', async () => {
      const stop = await panel.ask('Stop', 'alice');
      await expect(stop.getByText('1 kernel runs code.')).toBeVisible();
      await stop.getByRole('button', { name: 'Cancel' }).click();
      await panel.command('Stop Idle Servers…');
      const idle = panel.dialog('Stop idle servers');
      const spares = idle.getByRole('checkbox', {
        name: 'Leave out servers with a busy kernel'
      });
      await expect(spares).toBeChecked();
      await idle.getByRole('textbox').or(idle.getByRole('combobox')).fill('5 s');
      const listed = idle.getByRole('listitem');
      await expect(listed.filter({ hasText: /^grace: idle/ })).toBeVisible();
      await expect(listed.filter({ hasText: /^alice/ })).toHaveCount(0);
      await spares.uncheck();
      await expect(
        listed.filter({ hasText: 'alice: a kernel runs code' })
      ).toBeVisible();
      await idle.getByRole('button', { name: 'Cancel' }).click();
    });

    await test.step('two were used just now, and no more', async () => {
      await ivan.keyboard.press('Shift');
      const grace = await people.inServer('grace');
      await runCode(grace, 'grace', '6 * 7', 'idle');
      await expect
        .poll(async () => (await fateOf(admin, 'ivan'))?.report?.presence)
        .toBeTruthy();
      await expect
        .poll(async () => (await fateOf(admin, 'grace'))?.report?.kernels)
        .toMatchObject([{ state: 'idle' }]);
    });

    await test.step('a rule that is changed holds with the next report', async () => {
      await putRule(admin, 'group/class-b', {
        server: { idle_timeout: 20, warn_before: 10 }
      });
      const dashboard = new DashboardPage(panel);
      await dashboard.open();
      await dashboard.tab('Idle rules').click();
      for (const [field, value] of [
        ['Stop idle servers after', '45 s'],
        ['Warn before', '20 s'],
        ['Stop idle kernels after', '30 min']
      ] as const) {
        const box = dashboard.view.getByRole('combobox', { name: field });
        await box.fill(value);
      }
      // The name says it: nothing is stopped at once.
      await dashboard.tool('Save').click();
      await expect(
        dashboard.view.getByText(/^Saved\. Holds now in \d+ running servers\./)
      ).toBeVisible();

      const alice = await people.inServer('alice');
      const saved = (await fateOf(admin, 'alice'))?.report?.at;
      const reports = new Set<string>();
      await expect
        .poll(
          async () => {
            const at = (await fateOf(admin, 'alice'))?.report?.at ?? '';
            if (at !== saved) {
              reports.add(at);
            }
            return kernelLimit(alice, 'alice');
          },
          { intervals: [100], timeout: START }
        )
        .toMatchObject({ value: 1800, source: 'rules' });
      expect(reports.size).toBeLessThanOrEqual(1);
    });

    await test.step('the owner is warned, the class goes first', async () => {
      await expect(
        new HubAdminPage(ivan).note(
          /^Your server stops at .*: nothing was used since .* files stay\./
        )
      ).toBeVisible({ timeout: START });
      await expect(ivan.getByRole('button', { name: /^Stops/ })).toBeVisible();
      await expect
        .poll(() => hub.state('grace'), { timeout: START })
        .toBe('stopped');
      expect(await hub.state('ivan')).toBe('running');
      await expect
        .poll(() => hub.state('ivan'), { timeout: START })
        .toBe('stopped');
    });

    await test.step('the others run on, each for its own reason', async () => {
      for (const [who, texts] of Object.entries(KEPT)) {
        await panel.button('Details of', who).click();
        const details = panel.dialog(`Details of ${who}`);
        for (const text of texts) {
          await expect(details.getByText(text).first()).toBeVisible();
        }
        await panel.dismiss();
      }
      const after = await hub.active();
      const started = (who: string) => [
        before.get(who)?.started,
        after.get(who)?.started
      ];
      for (const who of Object.keys(KEPT)) {
        const [then, now] = started(who);
        expect(now, `${who} was not restarted`).toBe(then);
        expect(now).toBeTruthy();
      }
    });

    await test.step('the log tells each stop with its rule', async () => {
      const dashboard = new DashboardPage(panel);
      await dashboard.tab('Log').click();
      for (const [who, limit] of [
        ['grace', 'the limit is 20 s, set for group class-b.'],
        ['ivan', 'the limit is 45 s, set for the hub.']
      ] as const) {
        const stops = dashboard.view
          .getByRole('row')
          .filter({ hasText: 'stopped the server' })
          .filter({ hasText: who });
        await expect(stops).toHaveCount(1);
        await expect(stops).toContainText(limit);
      }
    });

    await test.step('the owner is told why at the next start', async () => {
      await people.start(ivan, 'ivan');
      const note = new HubAdminPage(ivan).note(
        /^Your server was stopped at .*: .*the limit is 45 s, set for the hub\./
      );
      await expect(note).toBeVisible({ timeout: START });
      await note.getByRole('button', { name: 'Why?' }).click();
      await expect(
        ivan.getByRole('dialog', { name: 'Why your server was stopped' })
      ).toContainText('the limit is 45 s, set for the hub.');
    });
  } finally {
    if (frozen) {
      process.kill(frozen, 'SIGCONT');
    }
    await people.leave();
    await own.stop();
  }
});

/** Each with a browser of their own as far as cookies go, and one page. */
class People {
  constructor(
    private readonly _browser: Browser,
    private readonly _address: string
  ) {}

  /** Somebody's JupyterLab, in a server that is started if it does not run. */
  async inLab(user: string): Promise<Page> {
    const page = await this._newPage(user);
    await openLab(page, user, this._address);
    return page;
  }

  /** A page of somebody's own running server that does nothing by itself. */
  async inServer(user: string): Promise<Page> {
    const known = this._pages.get(user);
    if (known) {
      return known;
    }
    const page = await this._newPage(user);
    await logIn(page, user, this._address);
    // Its files want the person to be known, but are shown as of nobody; a page that is not there
    // is the other way round.
    for (const path of ['files/nothing-is-here', 'nothing-is-here']) {
      await page.goto(`${this._address}/user/${user}/${path}`);
      await page.waitForURL(`**/user/${user}/${path}`);
    }
    return page;
  }

  /** Start somebody's server again, in the page that has lost it. */
  async start(page: Page, user: string): Promise<void> {
    await page.goto(`${this._address}/hub/spawn/${user}?next=`);
    await page.waitForURL('**/lab**', { timeout: START });
    await page.goto(labOf(user, this._address));
    await labStarted(page);
  }

  async leave(): Promise<void> {
    for (const context of this._contexts) {
      await context.close();
    }
  }

  private async _newPage(user: string): Promise<Page> {
    const context = await this._browser.newContext(OPTIONS);
    this._contexts.push(context);
    const page = await context.newPage();
    this._pages.set(user, page);
    return page;
  }

  private readonly _contexts: BrowserContext[] = [];
  private readonly _pages = new Map<string, Page>();
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
