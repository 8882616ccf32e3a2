/**
 * The list in the sidebar: who is in it, in which order, and what finds them.
 */
import { expect, test } from './fixtures';
import { EVERYBODY, NEWS, OBRIEN } from './hub';

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
      (await panel.states()).map(state => state.replace('failed', 'stopped'))
    )
    .toEqual(expected);
  await expect(
    panel.panel.getByText(`${owners.size} running · ${EVERYBODY.length} users`)
  ).toBeVisible();
});

test('has named servers under their user', async ({ hub, panel }) => {
  await hub.run('bob/gpu');
  await panel.search.fill('bob');
  await expect(panel.rows).toHaveCount(2);
  await expect(panel.row('bob', 'stopped')).toHaveAttribute('aria-level', '1');
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
  for (const state of await panel.states()) {
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
  // First what becomes of it, then why, and what that rests on.
  await expect(details.getByText(/^Stops .* unless it is used\.$/)).toBeVisible({
    timeout: NEWS
  });
  await expect(details.getByText(/the limit is 1 h, the default/)).toBeVisible();
  for (const source of ['Terminals', 'Somebody at the page', 'Reported']) {
    await expect(details.getByRole('term').getByText(source)).toBeVisible();
  }
  for (const name of ['Keep until…', 'Exempt…', 'All details']) {
    await expect(details.getByRole('button', { name })).toBeVisible();
  }
  // Words in the row, the exact time on hover.
  await expect(
    panel.row('grace').getByTitle(/^Last activity: .*\d\d:\d\d/)
  ).toHaveText(/ago$|^just now$/);
});
