/**
 * The panel in a JupyterLab without a hub: this server's kernels and its idle settings.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { APIRequestContext, Locator } from '@playwright/test';
import { HubAdminPage } from './panel';

/** What ui-tests/jupyter_server_test_config.py sets. */
const DEFAULTS = { timeout: '1 h', interval: '5 min' };

const API = '/hub-admin-lab/api';

/** A kernel with a document of that name, which runs code or has just run some. */
async function startKernel(
  page: IJupyterLabPageFixture,
  name: string,
  code: string,
  isBusy = false
): Promise<string> {
  return page.evaluate(
    async ([name, code, isBusy]) => {
      const { sessions } = window.jupyterapp.serviceManager;
      const session = await sessions.startNew({
        name,
        path: name,
        type: 'notebook',
        kernel: { name: 'python3' }
      });
      const kernel = session.kernel!;
      const run = kernel.requestExecute({ code });
      if (isBusy) {
        // It has begun once it says what it executes.
        await new Promise<void>(resolve => {
          run.onIOPub = message => {
            if (message.header.msg_type === 'execute_input') {
              resolve();
            }
          };
        });
      } else {
        await run.done;
      }
      return kernel.id;
    },
    [name, code, isBusy] as const
  );
}

/** The kernels that run, by id. */
async function kernelIds(request: APIRequestContext): Promise<string[]> {
  const kernels = await (await request.get('/api/kernels')).json();
  return kernels.map(({ id }: { id: string }) => id);
}

/** What holds now. */
async function idleTimeout(
  request: APIRequestContext
): Promise<{ value: number | null; source: string }> {
  const settings = await (await request.get(`${API}/idle`)).json();
  return settings.kernels.idle_timeout;
}

/** The form, by the names of its fields, which are a contract. */
class IdleForm {
  constructor(readonly hubAdmin: HubAdminPage) {
    this.form = hubAdmin.panel.getByRole('form', { name: 'Idle settings' });
    this.timeout = this.form.getByLabel('Stop idle kernels after');
    this.interval = this.form.getByLabel('Check every', { exact: true });
    this.connected = this.form.getByLabel('Also kernels with open notebooks');
    this.busy = this.form.getByLabel('Also busy kernels');
    this.preview = this.form.getByRole('status');
    this.apply = this.form.getByRole('button', { name: /^Apply/ });
    this.back = this.form.getByRole('button', { name: 'Back to default' });
  }

  readonly form: Locator;
  readonly timeout: Locator;
  readonly interval: Locator;
  readonly connected: Locator;
  readonly busy: Locator;
  /** What a change would stop, and whether it was saved. */
  readonly preview: Locator;
  readonly apply: Locator;
  readonly back: Locator;

  /** Save, once it is known what that stops. */
  async save(button = 'Apply'): Promise<void> {
    await expect(this.apply).toHaveText(button);
    await this.apply.click();
    await expect(this.preview).toHaveText('Saved.');
    await expect(this.apply).toBeHidden();
  }
}

async function openForm(page: IJupyterLabPageFixture): Promise<IdleForm> {
  const hubAdmin = new HubAdminPage(page);
  await hubAdmin.open();
  const form = new IdleForm(hubAdmin);
  await expect(form.timeout).toBeVisible();
  return form;
}

test.use({
  viewport: { width: 1280, height: 760 },
  // Galata would take every request with `api/kernels` in it for one of core's, ours as well.
  kernels: null,
  sessions: null
});

test.afterEach(async ({ request }) => {
  await request.delete(`${API}/idle`);
  for (const id of await kernelIds(request)) {
    await request.delete(`/api/kernels/${id}`);
  }
});

test('without a hub the panel is about this server alone', async ({ page }) => {
  const { hubAdmin, ...form } = await openForm(page);
  await expect(hubAdmin.tab).toHaveAttribute('title', 'Hub Admin');
  await expect(hubAdmin.section('This Server')).toHaveAttribute(
    'aria-expanded',
    'true'
  );
  await expect(hubAdmin.section('Users')).toHaveCount(0);
  await expect(hubAdmin.list).toHaveCount(0);
  await expect(hubAdmin.panel.getByText('No kernel is running.')).toBeVisible();
  await expect(form.timeout).toHaveValue(DEFAULTS.timeout);
  await expect(form.interval).toHaveValue(DEFAULTS.interval);
  await expect(form.connected).not.toBeChecked();
  await expect(form.busy).not.toBeChecked();
  // There is nothing to save, and nothing to go back from.
  await expect(form.apply).toBeHidden();
  await expect(form.back).toBeHidden();

  await form.form.getByText('Terminals and this server').click();
  for (const name of [
    'Stop idle terminals after',
    'Check terminals every',
    'Stop this server after'
  ]) {
    await expect(form.form.getByLabel(name)).toBeVisible();
  }
  await expect(form.form.getByLabel('Protect running work')).toBeChecked();
  await expect
    .poll(async () => Object.keys(await hubAdmin.palette()).sort())
    .toEqual([
      'hub-admin:kernel-settings',
      'hub-admin:open',
      'hub-admin:shutdown-idle-kernels'
    ]);
});

test('kernels are listed with what they do and what becomes of them', async ({
  page,
  request
}) => {
  const { hubAdmin } = await openForm(page);
  await startKernel(page, 'done.ipynb', '1 + 1');
  const busy = await startKernel(
    page,
    'train.ipynb',
    'import time; time.sleep(600)',
    true
  );
  const kernels = hubAdmin.panel.getByRole('list', { name: 'Kernels' });
  const row = (name: string) =>
    kernels.getByRole('listitem').filter({ hasText: name });
  await expect(row('train.ipynb').getByText(/^busy/)).toBeVisible({
    timeout: 20_000
  });
  await expect(
    row('train.ipynb').getByText('Stays: it is running code')
  ).toBeVisible();
  await expect(row('done.ipynb').getByText(/^idle/)).toBeVisible();
  await expect(row('done.ipynb').locator('.jp-HubAdmin-kernelFate')).toHaveText(
    /^(Stops at \d\d:\d\d unless it is used|Stays: .+)$/
  );

  await row('train.ipynb').hover();
  await row('train.ipynb')
    .getByRole('button', { name: 'Interrupt train.ipynb' })
    .click();
  // The words are where the buttons were.
  await hubAdmin.tab.hover();
  await hubAdmin.tab.focus();
  await expect(row('train.ipynb').getByText(/^idle/)).toBeVisible({
    timeout: 20_000
  });

  await row('train.ipynb').hover();
  await row('train.ipynb')
    .getByRole('button', { name: 'Shut down train.ipynb' })
    .click();
  const dialog = hubAdmin.dialog('Shut down the kernel of train.ipynb?');
  await dialog.getByRole('button', { name: 'Shut down' }).click();
  await expect(row('train.ipynb')).toBeHidden();
  await expect(row('done.ipynb')).toBeVisible();
  expect(await kernelIds(request)).not.toContain(busy);
});

test('times are written as people write them, and checked', async ({
  page
}) => {
  const form = await openForm(page);
  for (const [written, full] of [
    ['90', '1 h 30 min'],
    ['2h', '2 h'],
    ['90 s', '1 min 30 s'],
    ['1 day', '1 d']
  ]) {
    await form.timeout.fill(written);
    await form.timeout.blur();
    await expect(form.timeout).toHaveValue(full);
    await expect(form.timeout).not.toHaveAttribute('aria-invalid', 'true');
  }
  for (const wrong of ['soon', '-5 min', '0']) {
    await form.timeout.fill(wrong);
    await expect(form.timeout).toHaveAttribute('aria-invalid', 'true');
    await expect(form.timeout).toHaveAccessibleDescription(
      /Write a time such as 30 min or 2 h, or off\./
    );
    await expect(form.apply).toBeDisabled();
  }
  // Below what the server is configured to allow.
  await form.timeout.fill('1 s');
  await expect(
    form.form.getByText('Your hub allows no less than 2 s.')
  ).toBeVisible();
  await expect(form.apply).toBeDisabled();
  // How often to check cannot be off.
  await form.timeout.fill(DEFAULTS.timeout);
  await form.interval.fill('off');
  await expect(form.interval).toHaveAttribute('aria-invalid', 'true');
  await form.back.click();
  await expect(form.interval).toHaveValue(DEFAULTS.interval);
});

test('a saved value holds, outlives a reload, and can be given up', async ({
  page,
  request
}) => {
  let form = await openForm(page);
  await form.timeout.fill('30 min');
  await form.connected.check();
  await expect(form.form.getByText('Nothing stops.')).toBeVisible();
  await form.save();
  expect(await idleTimeout(request)).toMatchObject({
    value: 1800,
    source: 'saved'
  });
  await expect(form.form.getByText('Default: 1 hour')).toBeVisible();

  await page.reload();
  form = await openForm(page);
  await expect(form.timeout).toHaveValue('30 min');
  await expect(form.connected).toBeChecked();
  await expect(form.form.getByText('Default: 1 hour')).toBeVisible();

  await form.back.click();
  await expect(form.timeout).toHaveValue(DEFAULTS.timeout);
  await expect(form.connected).not.toBeChecked();
  await form.save();
  await expect(form.back).toBeHidden();
  expect(await idleTimeout(request)).toMatchObject({
    value: 3600,
    source: 'config'
  });
});

test('off stops nothing; short stops what is idle and leaves what is busy', async ({
  page,
  request
}) => {
  const form = await openForm(page);
  const idle = await startKernel(page, 'idle.ipynb', '1 + 1');
  const busy = await startKernel(
    page,
    'busy.ipynb',
    'import time; time.sleep(600)',
    true
  );
  await expect(
    form.hubAdmin.panel.getByRole('button', { name: 'Interrupt busy.ipynb' })
  ).toBeAttached({ timeout: 20_000 });

  await form.timeout.fill('off');
  await expect(form.preview).toHaveText('Nothing stops.');
  await form.save();
  expect(await idleTimeout(request)).toMatchObject({ value: null });
  expect((await kernelIds(request)).sort()).toEqual([idle, busy].sort());

  // This page is connected to both of them.
  await form.connected.check();
  await form.timeout.fill('2 s');
  await expect(form.preview).toContainText('1 kernel stops now: idle.ipynb.');
  await expect(form.preview).toContainText('1 kernel stays.');
  // Nothing has happened by looking.
  expect((await kernelIds(request)).sort()).toEqual([idle, busy].sort());
  await form.save('Apply and stop 1');
  await expect.poll(() => kernelIds(request)).toEqual([busy]);

  // A new interval holds within that interval.
  await form.interval.fill('1 s');
  await form.save();
  const next = await startKernel(page, 'next.ipynb', '1 + 1');
  expect(await kernelIds(request)).toContain(next);
  await expect.poll(() => kernelIds(request)).toEqual([busy]);
});

test('a value that cannot be saved is told', async ({ page }) => {
  const form = await openForm(page);
  await page.route('**/hub-admin-lab/api/idle', route =>
    route.request().method() === 'PUT'
      ? route.fulfill({
          status: 500,
          json: {
            message: 'The settings could not be written: no space left.',
            code: 'not_saved',
            detail: null
          }
        })
      : route.fallback()
  );
  await form.timeout.fill('30 min');
  await expect(form.apply).toBeEnabled();
  await form.apply.click();
  await expect(form.preview).toHaveText(
    'Not saved: The settings could not be written: no space left.'
  );
  await expect(form.timeout).toHaveValue('30 min');
});

test('Shut Down Idle Kernels names them and leaves the busy one', async ({
  page,
  request
}) => {
  const { hubAdmin } = await openForm(page);
  await startKernel(page, 'idle.ipynb', '1 + 1');
  const busy = await startKernel(
    page,
    'busy.ipynb',
    'import time; time.sleep(600)',
    true
  );
  await hubAdmin.command('Shut Down Idle Kernels');
  const dialog = hubAdmin.dialog('Shut down idle kernels?');
  await expect(dialog.getByText(/^idle\.ipynb: idle for /)).toBeVisible();
  await expect(dialog.getByText(/busy\.ipynb/)).toBeHidden();
  await dialog.getByRole('button', { name: 'Shut down 1 kernel' }).click();
  await expect.poll(() => kernelIds(request)).toEqual([busy]);
});
