/**
 * What the code of a server that an admin opens gets out of the admin's session.
 *
 * On a hub without subdomains all servers share one address, so the browser does not keep their
 * pages apart. What is left of the ties between pages is cut by headers: docs/permissions.md.
 */
import { expect, test } from '@playwright/test';
import { home, HUB, logIn, openLab, writeHome } from './hub';

const STUDENT = 'mallory';

/** A page that opens another one and reports what it can see of it. */
function opens(address: string): string {
  return `<!doctype html><title>hostile</title><button onclick="attack()">go</button>
<script>
function attack() {
  const other = window.open('${address}');
  const look = () => {
    let seen;
    try {
      const there = other.document;
      seen = there.readyState === 'complete' && there.URL !== 'about:blank'
        ? 'got ' + there.title + ' ' + there.documentElement.outerHTML.length
        : null;
    } catch (error) { seen = 'nothing: ' + error.name; }
    if (other.closed) { seen = 'nothing: closed'; }
    if (seen) { document.title = seen; } else { setTimeout(look, 100); }
  };
  setTimeout(look, 100);
}
</script>`;
}

const READS_OPENER = `<!doctype html><title>hostile</title><script>
  let seen = 'nothing: no opener';
  try {
    if (window.opener) { seen = 'got ' + window.opener.document.title; }
  } catch (error) { seen = 'nothing: ' + error.name; }
  document.title = seen;
</script>`;

test.beforeAll(async ({ browser }) => {
  // The student's server is the student's: it serves what it likes, without our header.
  writeHome(STUDENT, 'pages/opener.html', READS_OPENER);
  writeHome(STUDENT, 'pages/lab.html', opens('/user/admin/lab'));
  writeHome(STUDENT, 'pages/home.html', opens('/hub/home'));
  writeHome(
    STUDENT,
    '.jupyter/jupyter_server_config.py',
    `c.ServerApp.extra_static_paths = [${JSON.stringify(home(STUDENT))} + "/pages"]
c.HubAdminLab.set_opener_policy = False
`
  );
  const page = await browser.newPage();
  await openLab(page, STUDENT);
  const response = await page.request.get(
    `${HUB}/user/${STUDENT}/static/opener.html`
  );
  expect(response.status()).toBe(200);
  expect(response.headers()['cross-origin-opener-policy']).toBeUndefined();
  await page.close();
});

test('the page that an admin opens has no opener', async ({ page }) => {
  await openLab(page, 'admin');
  const address = `${HUB}/user/${STUDENT}/static/opener.html`;
  const open = async (cut: boolean) => {
    const opened = page.waitForEvent('popup');
    await page.evaluate(
      ([to, without]) => {
        const tab = window.open('about:blank')!;
        if (without) {
          tab.opener = null;
        }
        tab.location.href = to;
      },
      [address, cut] as const
    );
    return opened;
  };
  // As *Open* does it. No header does this for us: the other page need not send it.
  await expect(await open(true)).toHaveTitle(/^nothing/);
  // The proof that it matters.
  await expect(await open(false)).toHaveTitle(/^got/);
});

for (const [name, file, title] of [
  ["the admin's own JupyterLab", 'lab.html', /JupyterLab/],
  ["the Hub's home page", 'home.html', /JupyterHub/]
] as const) {
  test(`a page of a student's server that opens ${name} sees nothing of it`, async ({
    page
  }) => {
    await openLab(page, 'admin');
    await page.goto(`${HUB}/user/${STUDENT}/static/${file}`);
    await expect(page).toHaveTitle('hostile');
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'go' }).click();
    const other = await opened;
    // The other page does open, as the admin: it is the tie to it that is cut.
    await expect(other).toHaveTitle(title, { timeout: 60_000 });
    await expect(page).toHaveTitle(/^nothing/);
  });
}

test('without the header such a page would see it all', async ({ page }) => {
  // The proof that the tests above can fail.
  await logIn(page, 'admin');
  await page.context().route('**/hub/home', async route => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers['cross-origin-opener-policy'];
    await route.fulfill({ response, headers });
  });
  await page.goto(`${HUB}/user/${STUDENT}/static/home.html`);
  await expect(page).toHaveTitle('hostile');
  await page.getByRole('button', { name: 'go' }).click();
  await expect(page).toHaveTitle(/^got/);
});
