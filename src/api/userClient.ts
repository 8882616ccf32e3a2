import type { ServerConnection } from '@jupyterlab/services';

import { requestJSON } from './request';
import type { PresenceTold, ServerDeadline } from './types';

/**
 * One method for each route that every user's page needs: what becomes of this server, what there
 * is to tell, and that somebody is here.
 */
export class UserClient {
  /**
   * @param settings - the connection to this server
   */
  constructor(settings: ServerConnection.ISettings) {
    this._settings = settings;
  }

  /**
   * What becomes of this server, as the hub service last told it.
   */
  deadline(signal?: AbortSignal): Promise<ServerDeadline> {
    return requestJSON(this._settings, ['deadline'], { signal });
  }

  /**
   * A notice was seen, and is not shown again.
   */
  seen(notice: string): Promise<void> {
    return requestJSON(this._settings, ['notices', notice], {
      method: 'DELETE'
    });
  }

  /**
   * Somebody is at work in a page.
   *
   * @param page - a name that the page made up
   */
  presence(page: string): Promise<void> {
    const body: PresenceTold = { page };
    return requestJSON(this._settings, ['presence'], { method: 'POST', body });
  }

  private readonly _settings: ServerConnection.ISettings;
}
