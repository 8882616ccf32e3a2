import type { ServerConnection } from '@jupyterlab/services';

import { getInfo } from '../api/info';
import type { Info } from '../api/types';
import { Announcer } from './announcer';
import type { IHubAdmin } from './hub';
import { InfoStore } from './info';
import { fieldsOf, Kept } from './kept';
import { Options } from './options';

/**
 * What every page knows from its start. The rest, which most pages never need, is loaded when
 * somebody looks at the hub or acts on it.
 */
export class HubStart {
  /**
   * @param settings - the connection to this server
   * @param ask - asks who is looking
   */
  constructor(
    settings: ServerConnection.ISettings,
    ask: () => Promise<Info> = () => getInfo(settings)
  ) {
    this.settings = settings;
    this.info = new InfoStore(ask);
  }

  readonly settings: ServerConnection.ISettings;
  readonly info: InfoStore;
  readonly options = new Options();
  readonly announcer = new Announcer();

  /**
   * The rest; null before it is loaded.
   */
  get hub(): IHubAdmin | null {
    return this._hub;
  }

  set hub(hub: IHubAdmin | null) {
    this._hub = hub;
    if (hub) {
      this._waiting.splice(0).forEach(listener => listener(hub));
    }
  }

  /**
   * Call back once the rest is there: at once if it is.
   */
  whenOpened(listener: (hub: IHubAdmin) => void): void {
    if (this._hub) {
      listener(this._hub);
    } else {
      this._waiting.push(listener);
    }
  }

  /**
   * Whether this page was left with servers selected or while many were acted on, which goes on
   * once it is loaded again.
   */
  wasLeftAtWork(): boolean {
    const kept = (name: string) =>
      new Kept(this.settings.baseUrl, name, value => value).get();
    const { servers, matching } = fieldsOf(kept('selection'));
    return isFilled(kept('bulks')) || isFilled(servers) || Boolean(matching);
  }

  private _hub: IHubAdmin | null = null;
  private readonly _waiting: ((hub: IHubAdmin) => void)[] = [];
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}
