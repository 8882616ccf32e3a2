/**
 * What the hub service and the servers say of idle rules, asked as code in a person's page could.
 */
import type { Page } from '@playwright/test';

const API = 'hub-admin-lab/api';

/** A server as the hub service tells of it, as far as the tests look at it. */
export interface IFate {
  user: string;
  name: string;
  report: {
    at: string;
    presence: string | null;
    kernels: { state: string }[];
  } | null;
  decision: { reason_code: string };
}

/** The idle limit of a server's kernels, and where it comes from. */
export interface ILimit {
  value: number | null;
  source: 'config' | 'saved' | 'rules';
}

/** What the service says of somebody's default server, asked in the admin's page. */
export async function fateOf(
  admin: Page,
  user: string
): Promise<IFate | undefined> {
  const { items } = await ask<{ items: IFate[] }>(
    admin,
    `/user/admin/${API}/service/servers`
  );
  return items.find(server => server.user === user && server.name === '');
}

/** Set a rule, in the admin's page. */
export async function putRule(
  admin: Page,
  level: string,
  rule: object
): Promise<void> {
  const path = `/user/admin/${API}/service/rules/${level}`;
  await ask(admin, path, 'PUT', { rule });
}

/** When the kernels of a server are stopped, asked in a page of that server. */
export async function kernelLimit(page: Page, user: string): Promise<ILimit> {
  const { kernels } = await ask<{ kernels: { idle_timeout: ILimit } }>(
    page,
    `/user/${user}/${API}/idle`
  );
  return kernels.idle_timeout;
}

/**
 * Have a new kernel of a server run code, in a page of that server.
 *
 * @returns Once the kernel is in that state.
 */
export async function runCode(
  page: Page,
  user: string,
  code: string,
  state: 'busy' | 'idle'
): Promise<void> {
  const { kernel } = await ask<{ kernel: { id: string } }>(
    page,
    `/user/${user}/api/sessions`,
    'POST',
    {
      name: 'work.ipynb',
      path: 'work.ipynb',
      type: 'notebook',
      kernel: { name: 'python3' }
    }
  );
  await page.evaluate(
    async ([path, code, state]) => {
      const id = 'run-code';
      const socket = new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')));
      const header = {
        msg_id: id,
        msg_type: 'execute_request',
        username: '',
        session: id,
        date: new Date().toISOString(),
        version: '5.3'
      };
      const content = { code, silent: false, store_history: true };
      await new Promise<void>((resolve, reject) => {
        socket.onerror = () => reject(new Error('No way to the kernel.'));
        socket.onopen = () =>
          socket.send(
            JSON.stringify({
              channel: 'shell',
              header,
              parent_header: {},
              metadata: {},
              content,
              buffers: []
            })
          );
        socket.onmessage = ({ data }) => {
          const { parent_header, content } = JSON.parse(data as string);
          if (
            parent_header.msg_id === id &&
            content.execution_state === state
          ) {
            resolve();
          }
        };
      });
      socket.close();
    },
    [`/user/${user}/api/kernels/${kernel.id}/channels`, code, state] as const
  );
}

/** Ask something of the page's own server; it has to be granted. */
async function ask<T>(
  page: Page,
  path: string,
  method = 'GET',
  body?: object
): Promise<T> {
  const answer = await page.evaluate(
    async ([path, method, body]) => {
      const xsrf = /_xsrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
      const response = await fetch(path, {
        method,
        headers: { 'X-XSRFToken': xsrf },
        body
      });
      const text = await response.text();
      return { ok: response.ok, text };
    },
    [path, method, body && JSON.stringify(body)] as const
  );
  if (!answer.ok) {
    throw new Error(`${method} ${path}: ${answer.text}`);
  }
  return JSON.parse(answer.text) as T;
}
