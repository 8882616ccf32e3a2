/**
 * The words that can be typed into the search field.
 */
import { expect, test } from './fixtures';
import { CLASS_A } from './hub';

test('words find what they say', async ({ hub, panel }) => {
  await hub.run('alice');
  await hub.run('bob/gpu');
  await hub.stop('heidi');

  await panel.search.fill('running');
  await expect(panel.row('heidi')).toBeHidden();
  await expect(panel.row('alice', 'running')).toBeVisible();
  await expect(panel.row('bob/gpu', 'running')).toBeVisible();

  await panel.search.fill('group:class-a');
  for (const user of CLASS_A) {
    await expect(panel.row(user)).toBeVisible();
  }
  await expect(panel.rows).toHaveCount(CLASS_A.length + 1);
  await expect(
    panel.panel.getByText(`${CLASS_A.length} users match`)
  ).toBeVisible();

  // All of them, and text of the name beside them.
  await panel.search.fill('group:class-a running ali');
  await expect(panel.rows).toHaveCount(1);
  await expect(panel.row('alice')).toBeVisible();

  await panel.search.fill('server:gp');
  await expect(panel.row('bob/gpu')).toBeVisible();
  await expect(panel.row('alice')).toBeHidden();

  await panel.search.fill('admin');
  await expect(panel.rows).toHaveCount(1);
  await expect(panel.row('admin')).toBeVisible();

  // In quotes it is a name, and nobody is called so.
  await panel.search.fill('"running"');
  await expect(
    panel.panel.getByText('No user matches ""running"".')
  ).toBeVisible();
});

test('a word that is not understood is said, and the list stays', async ({
  panel
}) => {
  const before = await panel.states();
  await panel.search.fill('idle:2x');
  await expect(
    panel.panel.getByText('"idle:2x" is not understood. Try idle:>2h.')
  ).toBeVisible();
  await expect(panel.search).toHaveAttribute('aria-invalid', 'true');
  await expect(panel.search).toHaveAccessibleDescription(
    '"idle:2x" is not understood. Try idle:>2h.'
  );
  expect(await panel.states()).toEqual(before);
  await panel.search.fill('idle:>3650d');
  await expect(panel.search).not.toHaveAttribute('aria-invalid', 'true');
  await expect(panel.rows).toHaveCount(0);
});

test('help is one click away, and writes the word', async ({ panel }) => {
  const help = panel.panel.getByRole('button', { name: 'What can I type?' });
  await help.click();
  const words = panel.panel.getByRole('listbox', { name: 'Filter words' });
  await expect(words.getByRole('option')).toHaveText([
    /^running/,
    /^stopped/,
    /^pending/,
    /^idle:>2h/,
    /^group:class-a/,
    /^server:gpu/,
    /^admin/,
    /^"running"/
  ]);
  await expect(panel.search).toBeFocused();
  await words.getByRole('option', { name: /^stopped/ }).click();
  await expect(panel.search).toHaveValue('stopped ');
  await expect(panel.search).toBeFocused();
  await expect(panel.row('admin')).toBeHidden();
});

test('words are completed by the keyboard', async ({ page, panel }) => {
  await panel.search.focus();
  await page.keyboard.type('gro');
  const words = panel.panel.getByRole('listbox', { name: 'Filter words' });
  await expect(words.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  const option = words.getByRole('option', { selected: true });
  await expect(option).toHaveText(/^group:/);
  await expect(panel.search).toHaveAttribute(
    'aria-activedescendant',
    (await option.getAttribute('id'))!
  );
  await page.keyboard.press('Enter');
  await expect(panel.search).toHaveValue('group:');
  // Now those groups that somebody in the list is in.
  await page.keyboard.type('class-b');
  await page.keyboard.press('Backspace');
  await expect(words.getByRole('option')).toHaveText([/-a/, /-b/]);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(panel.search).toHaveValue('group:class-b ');
  await expect(panel.row('frank')).toBeVisible();
  await expect(panel.row('alice')).toBeHidden();

  // Escape closes the words first, then takes the text away.
  await page.keyboard.press('Alt+ArrowDown');
  await expect(words).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(words).toBeHidden();
  await expect(panel.search).toHaveValue('group:class-b ');
  await page.keyboard.press('Escape');
  await expect(panel.search).toHaveValue('');
});
