import { useSyncExternalStore } from 'react';

import type { Info } from '../api/types';
import type { IWho } from '../format/who';
import { useHubAdmin } from './context';
import { Listeners } from './listeners';

/**
 * Which of the panel's parts a person gets to see.
 *
 * `hub`: users and this server. `setup`: what is to be added to the Hub's configuration.
 * `server`: this server only. `none`: no panel at all.
 */
export type PanelMode = 'hub' | 'setup' | 'server' | 'none';

/**
 * Which parts of the panel to show to whom.
 */
export function modeOf(info: Info): PanelMode {
  if (info.hub === null || !info.at_home) {
    return 'server';
  }
  switch (info.setup) {
    case 'ready':
      return 'hub';
    case 'needed':
      return 'setup';
    case 'none':
      return 'none';
  }
}

/**
 * Whether the Hub creates and renames named servers by themselves.
 */
export function isSince6(info: Info | null): boolean {
  return parseInt(info?.hub?.version ?? '0', 10) >= 6;
}

/**
 * Who is looking at whose server.
 */
export class InfoStore {
  /**
   * @param ask - the request
   */
  constructor(ask: () => Promise<Info>) {
    this._ask = ask;
  }

  /**
   * Call back on every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * The last answer; null before the first.
   */
  readonly get = (): Info | null => this._info;

  /**
   * Ask (again); whoever asks before the answer has come waits for the same one.
   */
  load(): Promise<Info> {
    this._loading ??= this._load().finally(() => {
      this._loading = null;
    });
    return this._loading;
  }

  /**
   * Wait for the first answer, but not for long.
   *
   * @param patience - milliseconds
   */
  async soon(patience: number): Promise<void> {
    if (this._info) {
      return;
    }
    await new Promise<void>(resolve => {
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, patience);
      const stop = this.subscribe(done);
    });
  }

  /**
   * Whether this is the server which this page comes from.
   */
  isOwn(who: IWho): boolean {
    const info = this._info;
    return (
      info !== null &&
      info.hub !== null &&
      info.owner === who.user &&
      info.server_name === who.server
    );
  }

  private async _load(): Promise<Info> {
    const info = await this._ask();
    this._info = info;
    this._listeners.notify();
    return info;
  }

  private readonly _ask: () => Promise<Info>;
  private readonly _listeners = new Listeners();
  private _info: Info | null = null;
  private _loading: Promise<Info> | null = null;
}

/**
 * Who is looking at whose server; null before that is known.
 */
export function useInfo(): Info | null {
  const { info } = useHubAdmin();
  return useSyncExternalStore(info.subscribe, info.get);
}
