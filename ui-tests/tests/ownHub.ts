/**
 * A hub for one test that does what the shared demo hub does not survive: it ends the hub and starts it
 * again, or has servers stopped after seconds.
 */
import type { ChildProcess } from 'child_process';
import { spawn } from 'child_process';
import * as fs from 'fs';
import * as net from 'net';
import * as os from 'os';
import * as path from 'path';
import { START } from './hub';

/** Of a service of the demo's that may do everything. */
const TOKEN = 'a'.repeat(32);

/** A JupyterHub with the people of the demo, whose process can be ended alone. */
export class OwnHub {
  /**
   * Start it, with nobody's server.
   *
   * @param settings - of the demo, as its environment has them
   */
  static async start(settings: NodeJS.ProcessEnv = {}): Promise<OwnHub> {
    const hub = new OwnHub(await freePort(), await freePort(), settings);
    await hub.start();
    return hub;
  }

  private constructor(
    port: number,
    hubPort: number,
    settings: NodeJS.ProcessEnv
  ) {
    this.address = `http://127.0.0.1:${port}`;
    this._state = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-admin-lab-own-'));
    this._env = {
      ...process.env,
      ...settings,
      HUB_ADMIN_LAB_DEMO_PORT: `${port}`,
      HUB_ADMIN_LAB_DEMO_STATE: this._state,
      HUB_ADMIN_LAB_DEMO_TOKEN: TOKEN,
      HUB_ADMIN_LAB_UI_HUB_PORT: `${hubPort}`
    };
  }

  readonly address: string;

  /**
   * Start the Hub, again perhaps, and wait until it answers.
   *
   * @param settings - more of them than before
   */
  async start(settings: NodeJS.ProcessEnv = {}): Promise<void> {
    Object.assign(this._env, settings);
    const log = fs.openSync(path.join(this._state, 'hub.log'), 'a');
    const config = path.join(__dirname, '..', 'restartable_hub_config.py');
    this._process = spawn('python', ['-m', 'jupyterhub', '-f', config], {
      env: this._env,
      cwd: this._state,
      stdio: ['ignore', log, log]
    });
    fs.closeSync(log);
    const until = Date.now() + START;
    while (!(await this._answers())) {
      if (Date.now() > until || this._process.exitCode !== null) {
        throw new Error(`The hub does not answer: ${this._state}/hub.log`);
      }
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }

  /** Start somebody's server, past everybody's panel. */
  async startServer(user: string): Promise<void> {
    const url = `${this.address}/hub/api/users/${encodeURIComponent(user)}/server`;
    const headers = { Authorization: `token ${TOKEN}` };
    const answer = await fetch(url, { method: 'POST', headers });
    if (!answer.ok) {
      throw new Error(`The hub does not start it: ${await answer.text()}`);
    }
  }

  /** End the Hub at once; its proxy and everybody's server go on. */
  async kill(): Promise<void> {
    await this._end('SIGKILL');
  }

  /** End the Hub, its proxy and everybody's server. */
  async stop(): Promise<void> {
    await this._end('SIGTERM');
    fs.rmSync(this._state, { recursive: true, force: true });
  }

  private async _end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const hub = this._process;
    this._process = null;
    if (hub && hub.exitCode === null) {
      const ended = new Promise(resolve => hub.once('exit', resolve));
      hub.kill(signal);
      await ended;
    }
  }

  private async _answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.address}/hub/health`)).ok;
    } catch {
      return false;
    }
  }

  private readonly _state: string;
  private readonly _env: NodeJS.ProcessEnv;
  private _process: ChildProcess | null = null;
}

/** A port of loopback that is free now. */
async function freePort(): Promise<number> {
  const probe = net.createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise(resolve => probe.close(resolve));
  return port;
}
