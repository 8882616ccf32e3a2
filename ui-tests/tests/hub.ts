/**
 * The demo hub as the browser tests use it: where it is, who is on it, how a person logs in, and
 * its REST API, by which a test makes the state that it begins with.
 */
import * as fs from 'fs';
import * as path from 'path';
import type { APIResponse, BrowserContext, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The demo hub's address. */
export const HUB = `http://127.0.0.1:${process.env.HUB_ADMIN_LAB_DEMO_PORT}`;

/** Everybody's password there. */
export const PASSWORD = 'demo';

/** Whom the assistant looks after. */
export const CLASS_A = ['alice', 'bob', 'carol', 'dmitri', 'élodie'];

/** Everybody on the demo hub: hub_admin_lab/demo/people.py. */
export const EVERYBODY = [
  'admin',
  'assistant',
  ...CLASS_A,
  'frank',
  'grace',
  'heidi',
  'ivan',
  'judy',
  'mallory',
  "o'brien+x@example.org"
];

/** Why frank's server does not start. */
export const FRANKS_REASON =
  'Timeout waiting for server: no node with a free GPU';

/** How long a server may take to start while the machine does other things too. */
export const START = 60_000;

/** Where the demo keeps the home directories. */
export function home(user: string): string {
  return path.join(process.env.HUB_ADMIN_LAB_DEMO_STATE ?? '', 'homes', user);
}

/** Log in at the hub; the page is then on its way to the person's server. */
export async function logIn(page: Page, user: string): Promise<void> {
  await page.goto(`${HUB}/hub/login?next=%2Fhub%2Fhome`);
  await page.getByLabel('Username').fill(user);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/hub/home');
}

/**
 * Log in and open the person's own JupyterLab, with an empty workspace.
 *
 * @returns Once the application has started.
 */
export async function openLab(page: Page, user: string): Promise<void> {
  await logIn(page, user);
  await page.goto(`${HUB}/hub/spawn/${encodeURIComponent(user)}?next=`);
  await page.waitForURL('**/lab**', { timeout: 60_000 });
  await page.goto(labOf(user));
  await labStarted(page);
}

/** The address of somebody's JupyterLab, with an empty workspace. */
export function labOf(user: string): string {
  return `${HUB}/user/${encodeURIComponent(user)}/lab?reset`;
}

/** Wait until JupyterLab can be used. */
export async function labStarted(page: Page): Promise<void> {
  await expect(page.locator('#jp-main-dock-panel')).toBeVisible({
    timeout: START
  });
}

/** An answer of the server extension. */
export interface IAnswer {
  status: number;
  /** Of an error. */
  code?: string;
  message?: string;
}

/** Ask something as code in the page could. */
export async function ask(
  page: Page,
  path: string,
  method = 'GET'
): Promise<IAnswer> {
  return page.evaluate(
    async ([path, method]) => {
      const xsrf = /_xsrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
      const response = await fetch(path, {
        method,
        headers: { 'X-XSRFToken': xsrf }
      });
      const { code, message } = await response.json();
      return { status: response.status, code, message };
    },
    [path, method] as const
  );
}

/** Write a file into somebody's home directory, as they could themselves. */
export function writeHome(user: string, file: string, text: string): void {
  const target = path.join(home(user), file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, text);
}

/** A server as the Hub tells of it. */
export interface IServer {
  name: string;
  ready: boolean;
  pending: string | null;
  url: string;
}

/** The Hub's REST API, used as somebody who has logged in. */
export class HubApi {
  constructor(private readonly _context: BrowserContext) {}

  /** The servers of everybody that run or start, by `user` or `user/server`. */
  async active(): Promise<Map<string, IServer>> {
    const response = await this._context.request.get(
      `${HUB}/hub/api/users?state=active&limit=100`
    );
    expect(response.status()).toBe(200);
    const users = (await response.json()) as {
      name: string;
      servers: Record<string, IServer>;
    }[];
    return new Map(
      users.flatMap(({ name: user, servers }) =>
        Object.values(servers).map(server => [
          server.name ? `${user}/${server.name}` : user,
          server
        ])
      )
    );
  }

  /** A server's state as the panel names it. */
  async state(who: string): Promise<'running' | 'pending' | 'stopped'> {
    const server = (await this.active()).get(who);
    if (!server) {
      return 'stopped';
    }
    return server.ready && !server.pending ? 'running' : 'pending';
  }

  /** Have a server run, whatever it did before. */
  async run(who: string): Promise<void> {
    if ((await this.state(who)) !== 'running') {
      await this._send('POST', who);
    }
    await expect
      .poll(() => this.state(who), { timeout: START })
      .toBe('running');
  }

  /** Have a server not run, whatever it did before. */
  async stop(who: string): Promise<void> {
    if ((await this.state(who)) !== 'stopped') {
      await this._send('DELETE', who);
    }
    await expect
      .poll(() => this.state(who), { timeout: START })
      .toBe('stopped');
  }

  private async _send(
    method: 'POST' | 'DELETE',
    who: string
  ): Promise<APIResponse> {
    const [user, server] = who.split('/');
    const path = server
      ? `users/${encodeURIComponent(user)}/servers/${encodeURIComponent(server)}`
      : `users/${encodeURIComponent(user)}/server`;
    const cookies = await this._context.cookies(`${HUB}/hub/`);
    const xsrf = cookies.find(({ name }) => name === '_xsrf')?.value ?? '';
    return this._context.request.fetch(`${HUB}/hub/api/${path}`, {
      method,
      headers: { 'X-XSRFToken': xsrf }
    });
  }
}
