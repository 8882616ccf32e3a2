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

/** Whose name is everything that a name can be. */
export const OBRIEN = "o'brien+x@example.org";

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
  OBRIEN
];

/** Why frank's server does not start. */
export const FRANKS_REASON =
  'Timeout waiting for server: no node with a free GPU';

/** How long a server may take to start while the machine does other things too. */
export const START = 60_000;

/** How long news of the Hub may take: one that is slow is asked once a minute. */
export const NEWS = 2 * START;

/** Where the demo keeps the home directories. */
export function home(user: string): string {
  return path.join(process.env.HUB_ADMIN_LAB_DEMO_STATE ?? '', 'homes', user);
}

/** Log in at the hub; the page is then on its way to the person's server. */
export async function logIn(
  page: Page,
  user: string,
  address = HUB
): Promise<void> {
  await page.goto(`${address}/hub/login?next=%2Fhub%2Fhome`);
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
export async function openLab(
  page: Page,
  user: string,
  address = HUB
): Promise<void> {
  await logIn(page, user, address);
  await page.goto(`${address}/hub/spawn/${encodeURIComponent(user)}?next=`);
  await page.waitForURL('**/lab**', { timeout: START });
  await page.goto(labOf(user, address));
  await labStarted(page);
}

/** The address of somebody's JupyterLab, with an empty workspace. */
export function labOf(user: string, address = HUB): string {
  return `${address}/user/${encodeURIComponent(user)}/lab?reset`;
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
      const body = await response.text();
      const { code, message } = body ? JSON.parse(body) : {};
      return { status: response.status, code, message };
    },
    [path, method] as const
  );
}

/** Every request about users and their servers, with what is in its address. */
export const USERS_ROUTE = /\/hub-admin-lab\/api\/users(\?|\/|$)/;

/** Answer as the server extension does when something went wrong. */
export function failure(status: number, code: string, message: string) {
  return { status, json: { message, code, detail: null } };
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
  started: string;
  url: string;
  /** Of the spawner; for admins alone. */
  state?: { pid?: number };
}

/** A user as the Hub tells of them. */
export interface IUser {
  name: string;
  admin: boolean;
  groups: string[];
  servers: Record<string, IServer & { display_name?: string }>;
}

/** A group as the Hub tells of it. */
export interface IGroup {
  name: string;
  users: string[];
  properties: Record<string, unknown>;
}

/** The Hub's REST API, used as somebody who has logged in. */
export class HubApi {
  constructor(
    private readonly _context: BrowserContext,
    private readonly _address = HUB
  ) {}

  /** The servers of everybody that run or start, by `user` or `user/server`. */
  async active(): Promise<Map<string, IServer>> {
    const response = await this.request('GET', 'users?state=active&limit=100');
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
      await this.request('POST', pathOf(who));
    }
    await expect
      .poll(() => this.state(who), { timeout: START })
      .toBe('running');
  }

  /** Have a server not run, whatever it did before. */
  async stop(who: string): Promise<void> {
    if ((await this.state(who)) !== 'stopped') {
      await this.request('DELETE', pathOf(who));
    }
    await expect
      .poll(() => this.state(who), { timeout: START })
      .toBe('stopped');
  }

  /** Remove a user and their servers, if there is such a user. */
  async removeUser(user: string): Promise<void> {
    await this.request('DELETE', `users/${encodeURIComponent(user)}`);
  }

  /** Remove a named server, if there is one. */
  async removeServer(who: string): Promise<void> {
    await this.stop(who);
    await this.request('DELETE', pathOf(who), { remove: true });
  }

  /** Remove a group, if there is such a group. */
  async removeGroup(group: string): Promise<void> {
    await this.request('DELETE', `groups/${encodeURIComponent(group)}`);
  }

  /** What the Hub says of a user; null if it knows none of that name. */
  async user(user: string): Promise<IUser | null> {
    const response = await this.request(
      'GET',
      `users/${encodeURIComponent(user)}?include_stopped_servers=1`
    );
    return response.status() === 404
      ? null
      : ((await response.json()) as IUser);
  }

  /** What the Hub says of a group; null if it knows none of that name. */
  async group(group: string): Promise<IGroup | null> {
    const response = await this.request(
      'GET',
      `groups/${encodeURIComponent(group)}`
    );
    return response.status() === 404
      ? null
      : ((await response.json()) as IGroup);
  }

  /** Ask the Hub for something. */
  async request(
    method: string,
    path: string,
    data?: object
  ): Promise<APIResponse> {
    const cookies = await this._context.cookies(`${this._address}/hub/`);
    const xsrf = cookies.find(({ name }) => name === '_xsrf')?.value ?? '';
    return this._context.request.fetch(`${this._address}/hub/api/${path}`, {
      method,
      headers: { 'X-XSRFToken': xsrf },
      data
    });
  }
}

/** The path of a server, called `user` or `user/server`. */
function pathOf(who: string): string {
  const [user, server] = who.split('/').map(encodeURIComponent);
  return server ? `users/${user}/servers/${server}` : `users/${user}/server`;
}
