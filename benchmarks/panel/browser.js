/**
 * The browser's part: what an admin waits for, on the Hub's admin page and in the panel.
 *
 * node browser.js '{"url": …, "password": …, "chromium": …, "rounds": 5, …}'
 *
 * Prints one JSON object: figure -> {page: [ms, …], panel: [ms, …]}. Times are taken in the page,
 * by a MutationObserver, from the input event to the row that answers it.
 */
const { chromium } = require('@playwright/test');

const P = JSON.parse(process.argv[2]);
const ADMIN_PAGE = `${P.url}/hub/admin`;
const LAB = `${P.url}/user/admin/lab?reset`;

/** Into so many parts the time is cut in which an admin only looks: the Hub has work of its own. */
const WINDOWS = 5;

/** The panel's parts. */
const PANEL = {
  rows: '#hub-admin .jp-HubAdmin-row',
  search: '#hub-admin input[type=search]',
  row: user => `#hub-admin .jp-HubAdmin-row[data-key="${user}"]`
};

async function main() {
  const browser = await chromium.launch({ executablePath: P.chromium });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 }
  });
  const page = await context.newPage();
  await logIn(page);
  await page.goto(`${P.url}/hub/spawn/admin?next=`);
  await page.waitForURL('**/lab**', { timeout: 120_000 });
  await openLab(page);

  const found = {
    'first rows': { page: [], panel: [] },
    'filter typed': { page: [], panel: [] },
    'next rows': { page: [], panel: [] },
    'start to running': { page: [], panel: [] },
    'change made elsewhere': { page: [], panel: [] },
    'bytes of the first rows': { page: [], panel: [] },
    'relay of a page': { page: [], panel: [] }
  };
  for (let round = 0; round < P.rounds; round++) {
    await onAdminPage(page, found, round);
    await inPanel(page, found, round);
  }
  await relay(page, found);
  const watching = await watch(page);
  await browser.close();
  console.log(JSON.stringify({ found, watching }));
}

async function logIn(page) {
  await page.goto(`${P.url}/hub/login?next=%2Fhub%2Fhome`);
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill(P.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/hub/home');
}

async function openLab(page) {
  await page.goto(LAB);
  await page.locator('#jp-main-dock-panel').waitFor({ timeout: 120_000 });
  await page.locator('.jp-SideBar [data-id="hub-admin"]').waitFor();
}

async function onAdminPage(page, found, round) {
  const bytes = countBytes(page, '/hub/api/');
  const begin = Date.now();
  await page.goto(ADMIN_PAGE, { waitUntil: 'commit' });
  await drawn(page, 'tr.user-row');
  found['first rows'].page.push(Date.now() - begin);
  found['bytes of the first rows'].page.push(await bytes());
  const first = await page.locator('tr.user-row').first().innerText();
  found['next rows'].page.push(
    await timed(page, 'tr.user-row', () => clickNext(page), first)
  );
  await page.goto(ADMIN_PAGE);
  await page.locator('tr.user-row').first().waitFor();
  found['filter typed'].page.push(
    await typed(
      page,
      'input[name="user_search"]',
      'tr.user-row',
      P.parts[round]
    )
  );
  const user = P.starts.page[round];
  await page.locator('input[name="user_search"]').fill(user);
  const row = page.locator(`tr.user-row:has-text("${user}")`).first();
  await row.waitFor();
  await page.waitForTimeout(600);
  const clicked = Date.now();
  await row.getByRole('button', { name: /^start/i }).click();
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('tr.user-row button')].some(button =>
        /^stop/i.test(button.textContent)
      ),
    undefined,
    { polling: 'raf', timeout: 60_000 }
  );
  found['start to running'].page.push(Date.now() - clicked);
  // Behind its back: it never looks again, which is waited for once only.
  if (round === 0) {
    await stopBehind(user);
    await page.waitForTimeout(P.neverAfter);
    const still = await row.getByRole('button', { name: /^stop/i }).count();
    found['change made elsewhere'].page.push(still ? null : P.neverAfter);
  }
}

async function inPanel(page, found, round) {
  await openLab(page);
  // As a person finds it, not while JupyterLab itself still starts.
  await page.waitForLoadState('networkidle');
  const bytes = countBytes(page, '/hub-admin-lab/api/');
  const tab = page.locator('.jp-SideBar [data-id="hub-admin"]');
  const begin = Date.now();
  await tab.click();
  await drawn(page, PANEL.rows);
  found['first rows'].panel.push(Date.now() - begin);
  found['bytes of the first rows'].panel.push(await bytes());
  found['next rows'].panel.push(await scrollOn(page));
  found['filter typed'].panel.push(
    await typed(page, PANEL.search, PANEL.rows, P.parts[round])
  );
  const user = P.starts.panel[round];
  await page.locator(PANEL.search).fill(user);
  const row = page.locator(PANEL.row(user));
  await row.waitFor();
  await row.hover();
  const clicked = Date.now();
  await row.locator('[data-name="power"]').click();
  await drawn(page, `${PANEL.row(user)}[aria-label*=", running"]`, 60_000);
  found['start to running'].panel.push(Date.now() - clicked);
  const changed = Date.now();
  await stopBehind(user);
  await drawn(page, `${PANEL.row(user)}[aria-label*=", stopped"]`, 120_000);
  found['change made elsewhere'].panel.push(Date.now() - changed);
  // The next round begins with everybody: a search outlives a reload.
  await page.locator(PANEL.search).fill('');
  await row.waitFor({ state: 'detached' });
  await page.waitForTimeout(1000);
}

/** Wait for it frame by frame: Playwright's own waiting looks but every half second after a while. */
async function drawn(page, selector, timeout = 30_000) {
  await page.waitForFunction(
    selector => document.querySelector(selector) !== null,
    selector,
    { polling: 'raf', timeout }
  );
}

/** From the first key to rows that all hold what was typed. */
async function typed(page, field, rows, part) {
  await page.locator(field).click();
  const begin = Date.now();
  await page.keyboard.type(part, { delay: 60 });
  await page.waitForFunction(
    ([rows, part]) => {
      // A named server's row in the panel holds its user's name in the key alone.
      const texts = [...document.querySelectorAll(rows)].map(
        row => row.dataset.key ?? row.textContent ?? ''
      );
      return texts.length > 0 && texts.every(text => text.includes(part));
    },
    [rows, part],
    { polling: 'raf' }
  );
  return Date.now() - begin;
}

async function timed(page, rows, act, before) {
  const begin = Date.now();
  await act();
  await page.waitForFunction(
    ([rows, before]) =>
      document.querySelector(rows) &&
      document.querySelector(rows).innerText !== before,
    [rows, before],
    { polling: 'raf' }
  );
  return Date.now() - begin;
}

async function clickNext(page) {
  await page.getByRole('button', { name: /next/i }).click();
}

/** From the end of what is loaded to a row that was not loaded before. */
async function scrollOn(page) {
  const scroll = '#hub-admin .jp-HubAdmin-scroll';
  await page.waitForTimeout(500);
  const asked = page.waitForRequest(
    request =>
      request.url().includes('/hub-admin-lab/api/users') &&
      !request.url().includes('offset=0'),
    { timeout: 30_000 }
  );
  const begin = Date.now();
  const height = await page.evaluate(selector => {
    const node = document.querySelector(selector);
    const before = node.scrollHeight;
    node.scrollTop = node.scrollHeight;
    return before;
  }, scroll);
  await asked;
  await page.waitForFunction(
    ([selector, height]) =>
      document.querySelector(selector).scrollHeight > height,
    [scroll, height],
    { polling: 'raf' }
  );
  return Date.now() - begin;
}

/** The same page of users, asked for through the relay and from the Hub itself, in turn. */
async function relay(page, found) {
  await openLab(page);
  const pairs = await page.evaluate(
    async ([base, rounds]) => {
      const config = JSON.parse(
        document.getElementById('jupyter-config-data').textContent
      );
      const headers = {
        Authorization: `token ${config.token}`,
        Accept: 'application/jupyterhub-pagination+json'
      };
      const time = async address => {
        const begin = performance.now();
        const answer = await fetch(address, { headers, cache: 'no-store' });
        await answer.text();
        if (!answer.ok) {
          throw new Error(`${address}: ${answer.status}`);
        }
        return performance.now() - begin;
      };
      const page = 'offset=50&limit=50&sort=name';
      const hub = `${base}/hub/api/users?include_stopped_servers=1&state=active&${page}`;
      const ours = `${base}/user/admin/hub-admin-lab/api/users?state=running&${page}`;
      await time(hub);
      await time(ours);
      const pairs = [];
      for (let round = 0; round < rounds; round++) {
        pairs.push([await time(hub), await time(ours)]);
      }
      return pairs;
    },
    [P.url, P.relayRounds]
  );
  for (const [hub, ours] of pairs) {
    found['relay of a page'].page.push(hub);
    found['relay of a page'].panel.push(ours);
  }
}

/** What each costs the Hub's thread while an admin looks at it and does nothing. */
async function watch(page) {
  const during = async open => {
    await open();
    await page.waitForTimeout(3000);
    const windows = [];
    for (let window = 0; window < WINDOWS; window++) {
      await probe(true);
      await page.waitForTimeout((P.watchSeconds * 1000) / WINDOWS);
      windows.push(await probe(false));
    }
    return windows;
  };
  return {
    nothing: await during(() => page.goto('about:blank')),
    page: await during(() => page.goto(ADMIN_PAGE)),
    lab: await during(() => openLab(page)),
    panel: await during(async () => {
      await openLab(page);
      await page.locator('.jp-SideBar [data-id="hub-admin"]').click();
      await page.locator(PANEL.rows).first().waitFor();
    })
  };
}

async function probe(reset) {
  const answer = await fetch(
    P.api.replace('/api', '/bench/probe') + (reset ? '?reset=1' : '')
  );
  return answer.json();
}

async function stopBehind(user) {
  const answer = await fetch(`${P.api}/users/${user}/server`, {
    method: 'DELETE',
    headers: { Authorization: `token ${P.token}` }
  });
  if (!answer.ok) {
    throw new Error(`${user} was not stopped: ${answer.status}`);
  }
}

/** Count what comes over the network from some part of the hub, until the answer is asked for. */
function countBytes(page, part) {
  const answers = [];
  const onFinished = request => {
    if (request.url().includes(part) && !request.url().endsWith('/events')) {
      answers.push(request.sizes());
    }
  };
  page.on('requestfinished', onFinished);
  return async () => {
    page.off('requestfinished', onFinished);
    const sizes = await Promise.all(answers);
    return sizes.reduce((sum, size) => sum + size.responseBodySize, 0);
  };
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
