/**
 * Many servers at once: selected, asked about once, and told of one by one.
 */
import { expect, test } from './fixtures';
import { FRANKS_REASON, START } from './hub';
import type { HubAdminPage } from './panel';

/** Select servers one by one, with the mouse. */
async function select(panel: HubAdminPage, servers: string[]): Promise<void> {
  for (const who of servers) {
    await panel.row(who).click({ modifiers: ['ControlOrMeta'] });
    await expect(panel.row(who)).toHaveAttribute('aria-selected', 'true');
  }
}

/** What the selected rows are called. */
async function selected(panel: HubAdminPage): Promise<string[]> {
  return panel.list
    .locator('[role=row][aria-selected=true]')
    .evaluateAll(rows => rows.map(row => row.getAttribute('data-key') ?? ''));
}

test('rows are selected by mouse and keyboard', async ({
  hub,
  page,
  panel
}) => {
  await hub.run('alice');
  await hub.run('bob/gpu');
  await panel.refresh();
  const all = await panel.rows.evaluateAll(rows =>
    rows.map(row => row.getAttribute('data-key') ?? '')
  );
  const first = all.indexOf('alice');
  await select(panel, ['alice']);
  await expect(panel.selection).toContainText('1 selected');
  await expect(
    panel.panel.getByRole('checkbox', { name: 'Select alice', exact: true })
  ).toBeChecked();

  // A range, by the mouse and by the keys.
  await panel.row(all[first + 2]).click({ modifiers: ['Shift'] });
  await expect(panel.selection).toContainText('3 selected');
  expect(await selected(panel)).toEqual(all.slice(first, first + 3));
  await page.keyboard.press('Shift+ArrowDown');
  await expect(panel.selection).toContainText('4 selected');
  await page.keyboard.press('Shift+ArrowUp');
  await expect(panel.selection).toContainText('3 selected');

  // One more, and one less.
  await panel.row(all[first]).focus();
  await page.keyboard.press('Space');
  expect(await selected(panel)).toEqual(all.slice(first + 1, first + 3));

  await page.keyboard.press('ControlOrMeta+a');
  await expect(panel.selection).toContainText(`${all.length} selected`);
  expect(await selected(panel)).toEqual(all);

  await page.keyboard.press('Escape');
  await expect(panel.selection).toBeHidden();
  expect(await selected(panel)).toEqual([]);
});

test('all that match are selected, here and in the dashboard', async ({
  hub,
  page,
  panel,
  dashboard
}) => {
  await hub.run('bob/gpu');
  await panel.refresh();
  await panel.search.fill('group:class-a');
  await expect(panel.row('grace')).toBeHidden();
  await expect(panel.row('élodie')).toBeVisible();
  const count = await panel.rows.count();
  await panel.panel.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Select All That Match' }).click();
  await expect(panel.selection).toContainText(`${count} selected`);
  await expect(dashboard.selection).toContainText(`${count} servers selected`);
  await expect(dashboard.row('bob/gpu')).toHaveAttribute(
    'aria-selected',
    'true'
  );
  await expect(dashboard.row('grace')).toHaveAttribute(
    'aria-selected',
    'false'
  );
  await dashboard.selection.getByRole('button', { name: 'Clear' }).click();
  await expect(panel.selection).toBeHidden();
});

test('what is selected is stopped after one question, and can be undone', async ({
  hub,
  page,
  panel
}) => {
  test.slow();
  const both = ['dmitri', 'heidi'];
  for (const who of both) {
    await hub.stop(who);
    await hub.run(who);
  }
  await panel.refresh();
  const stop = panel.selection.getByRole('button', { name: 'Stop selected' });
  const ask = async () => {
    await stop.click();
    const dialog = panel.dialog('Stop ');
    // They have just been started, so somebody may be at work there.
    const spare = dialog.getByRole('checkbox', { name: /^Leave (it|them) / });
    await expect(dialog.getByText(/in use: /)).toBeVisible();
    await expect(spare).toBeChecked();
    await spare.uncheck();
    await expect(
      panel
        .dialog('Stop 2 servers?')
        .getByRole('group', { name: '2 servers', exact: true })
    ).toHaveText('dmitri, heidi');
    return panel.dialog('Stop 2 servers?');
  };
  await select(panel, both);
  await (await ask()).getByRole('button', { name: 'Cancel' }).click();
  await expect(panel.selection).toContainText('2 selected');

  await (await ask()).getByRole('button', { name: 'Stop 2 servers' }).click();
  await panel.bulks.getByRole('button', { name: 'Undo' }).click();
  await expect(
    page.locator('[aria-live]').filter({ hasText: 'Nothing was done.' })
  ).toBeAttached();
  await expect(panel.bulks).toHaveCount(0);
  // What was selected is so again.
  await expect(panel.selection).toContainText('2 selected');
  for (const who of both) {
    expect(await hub.state(who)).toBe('running');
  }

  await (await ask()).getByRole('button', { name: 'Stop 2 servers' }).click();
  await expect(panel.selection).toBeHidden();
  await expect(panel.note('2 servers stopped.')).toBeVisible({
    timeout: START
  });
  for (const who of both) {
    await expect(panel.row(who, 'stopped')).toBeVisible({ timeout: START });
    expect(await hub.state(who)).toBe('stopped');
  }
});

test('what failed is told with its reason, and tried again alone', async ({
  hub,
  panel
}) => {
  test.slow();
  await hub.stop('frank');
  await hub.stop('heidi');
  await panel.refresh();
  await select(panel, ['frank', 'heidi']);
  await panel.selection
    .getByRole('button', { name: 'Start selected', exact: true })
    .click();
  await expect(panel.bulks).toContainText('1 of 2 servers started.', {
    timeout: START
  });
  await expect(panel.row('heidi', 'running')).toBeVisible({ timeout: START });
  await expect(panel.row('frank', 'failed')).toBeVisible();
  await panel.bulks.getByRole('button', { name: 'Show' }).click();
  const dialog = panel.dialog('1 of 2 servers started');
  await expect(dialog.getByRole('rowheader')).toHaveText(['frank']);
  await expect(dialog.getByRole('cell')).toContainText([FRANKS_REASON]);
  await dialog.getByRole('button', { name: 'Try 1 again' }).click();
  await expect(panel.bulks).toContainText('0 of 1 server started.', {
    timeout: START
  });
  await panel.bulks.getByRole('button', { name: 'Dismiss' }).click();
  await expect(panel.bulks).toHaveCount(0);
  await hub.stop('heidi');
});

test('idle servers are stopped, by name', async ({ hub, page, panel }) => {
  test.slow();
  await hub.run('heidi');
  await panel.refresh();
  // Of all who are idle only one, so that other tests find theirs running.
  await page.route('**/hub-admin-lab/api/bulk?dry_run=1', async route => {
    const response = await route.fetch();
    const plan = (await response.json()) as {
      targets: { user: string }[];
    };
    const targets = plan.targets.filter(({ user }) => user === 'heidi');
    await route.fulfill({
      response,
      json: { ...plan, targets, total: targets.length, in_use: targets.length }
    });
  });
  await panel.command('Stop Idle Servers');
  const dialog = panel.dialog('Stop idle servers');
  await dialog.getByLabel('Stop servers idle longer than').fill('1 s');
  await expect(dialog.getByText(/^heidi: idle for /)).toBeVisible();
  await dialog.getByRole('button', { name: 'Stop 1 server' }).click();
  await expect(panel.bulks).toContainText('Stopping 1 server');
  await expect(panel.note('1 server stopped.')).toBeVisible({ timeout: START });
  await expect(panel.row('heidi', 'stopped')).toBeVisible({ timeout: START });
  expect(await hub.state('heidi')).toBe('stopped');
});
