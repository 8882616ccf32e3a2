/**
 * The daily work of the demo hub's admin: see, find, start, stop, restart and open servers.
 */
import { expect, test } from './fixtures';
import { ask, EVERYBODY, FRANKS_REASON, HUB, START } from './hub';
import { HubAdminPage } from './panel';

const USERS_ROUTE = /\/hub-admin-lab\/api\/users(\?|\/|$)/;
const OBRIEN = "o'brien+x@example.org";

/** What a row's name begins with: what the server is called, and its state. */
async function states(panel: HubAdminPage): Promise<string[]> {
  const names = await panel.rowNames();
  return names.map(name => name.split(', ').slice(0, 2).join(', '));
}

/** Answer as the server extension does when something went wrong. */
function failure(status: number, code: string, message: string) {
  return { status, json: { message, code, detail: null } };
}

test.describe('the list', () => {
  test('is a sidebar tab', async ({ page, panel }) => {
    await expect(panel.tab).toHaveAttribute('title', 'Hub Admin');
    await expect(
      page.getByRole('tab', { name: 'Hub Admin', selected: true })
    ).toBeVisible();
    await expect(page.getByRole('region', { name: 'Hub Admin' })).toBeVisible();
    await expect(panel.section('Users')).toBeVisible();
    await expect(panel.section('This Server')).toBeVisible();
    // What belongs to this server alone is closed at first.
    await expect(panel.thisServer).toBeHidden();
  });

  test('shows everybody with the right state, the active ones first', async ({
    hub,
    panel
  }) => {
    for (const who of ['alice', 'bob/gpu', 'grace']) {
      await hub.run(who);
    }
    await hub.stop('heidi');
    await panel.refresh();
    const active = await hub.active();
    const owners = new Set([...active.keys()].map(who => who.split('/')[0]));
    const stateOf = (who: string) =>
      `${who}, ${active.has(who) ? 'running' : 'stopped'}`;
    const everybody = [...EVERYBODY].sort();
    const inOrder = [
      ...everybody.filter(user => owners.has(user)),
      ...everybody.filter(user => !owners.has(user))
    ];
    const expected = inOrder.flatMap(user =>
      [user, ...[...active.keys()].filter(who => who.startsWith(`${user}/`))]
        // One row for each.
        .map(stateOf)
    );
    await expect
      .poll(async () =>
        // As the Hub sees it, what failed to start is stopped.
        (await states(panel)).map(state => state.replace('failed', 'stopped'))
      )
      .toEqual(expected);
    await expect(
      panel.panel.getByText(
        `${owners.size} running · ${EVERYBODY.length} users`
      )
    ).toBeVisible();
  });

  test('has named servers under their user', async ({ hub, panel }) => {
    await hub.run('bob/gpu');
    await panel.search.fill('bob');
    await expect(panel.rows).toHaveCount(2);
    await expect(panel.row('bob', 'stopped')).toHaveAttribute(
      'aria-level',
      '1'
    );
    const gpu = panel.row('bob/gpu', 'running');
    await expect(gpu).toHaveAttribute('aria-level', '2');
    await expect(panel.button('Open', 'bob/gpu')).toBeVisible();
    await expect(panel.button('Restart', 'bob/gpu')).toBeVisible();
    await panel.click('Stop', 'bob/gpu');
    const dialog = panel.dialog('Stop server of bob/gpu?');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
    // The focus is where it was.
    await expect(panel.button('Stop', 'bob/gpu')).toBeFocused();
    expect(await hub.state('bob/gpu')).toBe('running');
  });

  test('is searched for what is typed, literally', async ({ panel }) => {
    await panel.search.fill('LIC');
    await expect(panel.rows).toHaveCount(1);
    await expect(panel.row('alice')).toBeVisible();
    await expect(panel.panel.getByText('1 user matches')).toBeVisible();

    await panel.search.fill("o'brien+x@");
    await expect(panel.row(OBRIEN)).toBeVisible();
    await expect(panel.rows).toHaveCount(1);

    await panel.search.fill('élo');
    await expect(panel.row('élodie')).toBeVisible();
    await expect(panel.rows).toHaveCount(1);

    // The database's wildcards are letters here.
    await panel.search.fill('al%');
    await expect(panel.panel.getByText('No user matches "al%".')).toBeVisible();
    await panel.panel.getByRole('button', { name: 'Clear search' }).click();
    await expect(panel.search).toHaveValue('');
    await expect(panel.row('élodie')).toBeVisible();
  });

  test('is filtered by state', async ({ hub, panel }) => {
    await hub.run('alice');
    await hub.stop('heidi');
    await panel.filter.selectOption('running');
    await expect(panel.row('heidi')).toBeHidden();
    await expect(panel.row('alice', 'running')).toBeVisible();
    for (const state of await states(panel)) {
      // bob is there because of bob/gpu.
      expect(state).toMatch(/, running$|^bob, /);
    }
    await panel.filter.selectOption('stopped');
    await expect(panel.row('heidi', 'stopped')).toBeVisible();
    await expect(panel.row('alice')).toBeHidden();
    await panel.search.fill('alice');
    await expect(
      panel.panel.getByText('No stopped server matches "alice".')
    ).toBeVisible();
    await panel.panel.getByRole('button', { name: 'Search all users' }).click();
    await expect(panel.filter).toHaveValue('all');
    await expect(panel.row('alice', 'running')).toBeVisible();
  });

  test('tells the details of a server', async ({ hub, panel }) => {
    await hub.run('alice');
    await hub.run('grace');
    await panel.refresh();
    await panel.button('Details of', 'alice').click();
    const details = panel.dialog('Details of alice');
    await expect(details).toBeFocused();
    for (const fact of ['State', 'Started', 'Last activity', 'Groups']) {
      await expect(details.getByRole('term').getByText(fact)).toBeVisible();
    }
    await expect(details.getByText('Running')).toBeVisible();
    await expect(details.getByText('class-a')).toBeVisible();
    // Words in the row, the exact time on hover.
    await expect(
      panel.row('grace').getByTitle(/^Last activity: .*\d\d:\d\d/)
    ).toHaveText(/ago$|^just now$/);
  });
});

test.describe('a start', () => {
  test('that is given up leaves the server stopped', async ({ hub, panel }) => {
    await hub.stop('carol');
    await panel.refresh();
    await panel.click('Start', 'carol');
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
    const before = await states(panel);
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
    expect(await states(panel)).toEqual(
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
});

test.describe('a server that runs', () => {
  test('is restarted after a confirmation', async ({ hub, panel }) => {
    test.slow();
    await hub.run('carol');
    const before = (await hub.active()).get('carol');
    await panel.refresh();
    const dialog = await panel.ask('Restart', 'carol');
    await expect(dialog.getByText(/^Running since \d\d:\d\d/)).toBeVisible();
    await expect(
      dialog.getByText('It starts again at once, with the same options.')
    ).toBeVisible();
    await dialog.getByRole('button', { name: 'Restart' }).click();
    await expect(panel.row('carol', 'running')).toBeHidden();
    await expect(panel.progress('carol')).toBeVisible({ timeout: START });
    await expect(panel.row('carol', 'running')).toBeVisible({
      timeout: START
    });
    expect((await hub.active()).get('carol')).not.toMatchObject({
      started: (before as unknown as { started: string }).started
    });
  });

  test('is stopped after a confirmation that says what is lost', async ({
    hub,
    panel
  }) => {
    test.slow();
    await hub.run('carol');
    await panel.refresh();
    const dialog = await panel.ask('Stop', 'carol');
    await expect(
      dialog.getByText(/Used .*\. Somebody may be working in it\./)
    ).toBeVisible();
    for (const [what, text] of [
      [
        'Ends',
        'Running kernels and terminals, with all that is in their memory. Unsaved edits may be lost.'
      ],
      ['Stays', 'Files in the home directory.'],
      ['May go', 'Packages and files put elsewhere during this session.']
    ]) {
      await expect(
        dialog.getByRole('term').getByText(what, { exact: true })
      ).toBeVisible();
      await expect(
        dialog.getByRole('definition').getByText(text, { exact: true })
      ).toBeVisible();
    }
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(panel.row('carol', 'running')).toBeVisible();

    await panel.click('Stop', 'carol');
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await expect(panel.row('carol', 'stopped')).toBeVisible({
      timeout: START
    });
    await expect(panel.button('Start', 'carol')).toBeVisible();
    expect(await hub.state('carol')).toBe('stopped');
  });

  test('keeps its state when the Hub refuses to stop it', async ({
    hub,
    page,
    panel
  }) => {
    await hub.run('grace');
    const reason = 'Servers of class-b are kept until the exam is over.';
    await page.route(USERS_ROUTE, route =>
      route.request().method() === 'DELETE'
        ? route.fulfill(failure(403, 'hub_forbidden', reason))
        : route.fallback()
    );
    await panel.refresh();
    await panel.click('Stop', 'grace');
    await panel
      .dialog('Stop server of grace?')
      .getByRole('button', { name: 'Stop' })
      .click();
    const row = panel.row('grace', 'running');
    await expect(row.getByText(`Not stopped: ${reason}`)).toBeVisible();
    await expect(panel.button('Stop', 'grace')).toBeVisible();
    await row.getByText('Dismiss', { exact: true }).click();
    await expect(row.getByText(reason)).toBeHidden();
    expect(await hub.state('grace')).toBe('running');
  });

  test('that is this one is stopped only with more care', async ({ panel }) => {
    await panel.click('Stop', 'admin');
    const dialog = panel.dialog('Stop your own server?');
    await expect(
      dialog.getByText(
        'This is the server you are in. This page loses its connection.'
      )
    ).toBeVisible();
    const cancel = dialog.getByRole('button', { name: 'Cancel' });
    await panel.dialogFocused('Stop your own server?');
    await expect(cancel).toBeFocused();
    await cancel.click();
    await expect(panel.row('admin', 'running')).toBeVisible();
  });
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

test.describe('while the Hub is away', () => {
  const away = failure(
    502,
    'hub_unreachable',
    'The hub cannot be reached: connection refused.'
  );

  test.use({ settings: { 'hub-admin-lab:panel': { refreshPeriod: 2 } } });

  test('the list stays readable, and works again once it answers', async ({
    page,
    panel
  }) => {
    const before = await states(panel);
    await page.route(USERS_ROUTE, route => route.fulfill(away));
    await expect(panel.awayBand).toHaveText(
      /^The hub does not answer\. Shown as of \d\d:\d\d\. Trying again in \d+ s\./
    );
    expect(await states(panel)).toEqual(before);
    await expect(
      panel.list.getByRole('button', { name: /^(Open|Start|Stop|Restart) / })
    ).toHaveCount(0);
    await expect(panel.button('Details of', 'alice')).toBeVisible();

    await page.unroute(USERS_ROUTE);
    await panel.awayBand.getByRole('button', { name: 'Try now' }).click();
    await expect(panel.awayBand).toBeHidden();
    await expect(panel.button('Stop', 'admin')).toBeVisible();
    expect(await states(panel)).toEqual(before);
  });

  test('asking for the list anew does not take it away', async ({
    page,
    panel
  }) => {
    const before = await states(panel);
    await page.route(USERS_ROUTE, route => route.fulfill(away));
    await panel.panel.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Refresh' }).click();
    await expect(panel.awayBand).toBeVisible();
    expect(await states(panel)).toEqual(before);
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
});

test.describe('opening', () => {
  test("leads to the user's JupyterLab in a tab without an opener", async ({
    hub,
    page,
    panel
  }) => {
    test.slow();
    // A server that has just been started has never been visited.
    await hub.stop(OBRIEN);
    await panel.refresh();
    await panel.click('Start', OBRIEN);
    await expect(panel.row(OBRIEN, 'running')).toBeVisible({ timeout: START });

    await panel.click('Open', OBRIEN);
    const dialog = panel.dialog(`Open server of ${OBRIEN}?`);
    await expect(
      dialog.getByText(
        `You work as ${OBRIEN}: whatever you run, save or delete there, ${OBRIEN} does.`
      )
    ).toBeVisible();
    await expect(
      dialog.getByText(
        "If you both edit the same notebook, each save overwrites the other's."
      )
    ).toBeVisible();
    // This hub gives servers no addresses of their own.
    await expect(
      dialog.getByText(
        /share one address, so code in an opened server can act as you\..*private window/
      )
    ).toBeVisible();
    const opened = page.waitForEvent('popup');
    await dialog.getByRole('button', { name: 'Open in new tab' }).click();
    const tab = await opened;

    await tab.waitForURL('**/oauth2/authorize**', { timeout: START });
    await tab.getByRole('button', { name: 'Authorize' }).click();
    await tab.waitForURL(
      url => decodeURIComponent(url.pathname).startsWith(`/user/${OBRIEN}/lab`),
      { timeout: START }
    );
    await expect(tab.locator('#jp-main-dock-panel')).toBeVisible({
      timeout: START
    });
    expect(await tab.evaluate(() => window.opener)).toBeNull();

    const band = tab.getByRole('region', { name: 'Visit' });
    await expect(band).toContainText(`You are in the server of ${OBRIEN}.`);
    await expect(band).toContainText(`Everything here runs as ${OBRIEN}.`);
    await expect(
      band.getByRole('link', { name: 'Back to my server' })
    ).toHaveAttribute('href', '/hub/user-redirect/lab');
    await expect
      .poll(() => tab.title())
      .toMatch(/^\(o'brien\+x@example\.org\) /);

    // There the panel is about that server and nothing else.
    const there = new HubAdminPage(tab);
    await there.open();
    await expect(there.section(`Server of ${OBRIEN}`)).toBeVisible();
    await expect(there.thisServer).toBeVisible();
    await expect(
      there.panel.getByLabel('Stop idle kernels after')
    ).toBeVisible();
    await expect(there.section('Users')).toBeHidden();
    await expect(there.list).toBeHidden();
    await expect(there.search).toBeHidden();
    // The palette is filled once JupyterLab has started.
    await expect
      .poll(async () => Object.keys(await there.palette()).sort())
      .toEqual([
        'hub-admin:kernel-settings',
        'hub-admin:open',
        'hub-admin:shutdown-idle-kernels'
      ]);
    const base = new URL(tab.url()).pathname.replace(/\/lab.*/, '');
    const users = await ask(tab, `${base}/hub-admin-lab/api/users`);
    expect(users.status).toBe(403);
    expect(users.code).toBe('not_at_home');
    await hub.stop(OBRIEN);
  });

  test('does nothing when it is not confirmed', async ({
    hub,
    page,
    panel
  }) => {
    await hub.run('alice');
    await panel.refresh();
    await panel.click('Open', 'alice');
    const dialog = panel.dialog('Open server of alice?');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
    expect(page.context().pages()).toHaveLength(1);
  });

  test.describe('in a browser that allows no new tab', () => {
    test.use({ ownPage: true });

    test('leaves a link where the browser keeps the new tab back', async ({
      hub,
      page,
      panel
    }) => {
      await hub.run('alice');
      await panel.refresh();
      await page.evaluate(() => {
        window.open = () => null;
      });
      await panel.click('Open', 'alice');
      await panel
        .dialog('Open server of alice?')
        .getByRole('button', { name: 'Open in new tab' })
        .click();
      const row = panel.row('alice');
      await expect(
        row.getByText('The browser blocked the new tab.')
      ).toBeVisible();
      const link = row.getByRole('link', { name: 'Open' });
      await expect(link).toHaveAttribute('href', `${HUB}/user/alice/`);
      await expect(link).toHaveAttribute('rel', /noopener/);
    });
  });

  test.describe('with other settings', () => {
    // What the dialog sets is forgotten after the test.
    test.use({ settings: { 'hub-admin-lab:panel': {} } });

    test('asks no more when that was wished', async ({ hub, page, panel }) => {
      await hub.run('alice');
      await panel.refresh();
      await panel.click('Open', 'alice');
      const dialog = panel.dialog('Open server of alice?');
      await dialog.getByText('Do not ask again').click();
      const first = page.waitForEvent('popup');
      await dialog.getByRole('button', { name: 'Open in new tab' }).click();
      await (await first).close();
      const second = page.waitForEvent('popup');
      await expect(async () => {
        await panel.click('Open', 'alice');
        await expect(dialog).toBeHidden();
      }).toPass();
      await (await second).close();
    });
  });
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
