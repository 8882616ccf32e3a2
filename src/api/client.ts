import type { ServerConnection } from '@jupyterlab/services';

import { hasStopped, request, requestJSON } from './request';
import { readEvents } from './sse';
import type {
  IdleSettings,
  IdleSettingsUpdate,
  Info,
  KernelView,
  ProgressEvent,
  ServerView,
  UserPage,
  UserView
} from './types';

/**
 * Which users to list by the state of their servers.
 */
export type StateFilter = 'all' | 'running' | 'stopped';

/**
 * Which users to list.
 */
export interface IListUsersQuery {
  search?: string;
  state?: StateFilter;
  offset?: number;
  limit?: number;
}

/**
 * One method for each route of the server extension.
 */
export class HubAdminClient {
  /**
   * @param settings - the connection to this server
   */
  constructor(settings: ServerConnection.ISettings) {
    this._settings = settings;
  }

  /**
   * Who is looking at whose server, and what they may do.
   */
  info(signal?: AbortSignal): Promise<Info> {
    return requestJSON(this._settings, ['info'], { signal });
  }

  /**
   * One page of users, by name.
   */
  listUsers(query: IListUsersQuery, signal?: AbortSignal): Promise<UserPage> {
    return requestJSON(this._settings, ['users'], {
      query: { ...query, sort: 'name' },
      signal
    });
  }

  /**
   * One user; null if there is none of that name.
   */
  async getUser(name: string, signal?: AbortSignal): Promise<UserView | null> {
    // The search is for a part of the name: `ann` may come after fifty of `joanna`, `hannah`, ...
    let offset: number | null = 0;
    while (offset !== null) {
      const page: UserPage = await this.listUsers(
        { search: name, offset, limit: 200 },
        signal
      );
      const user = page.items.find(item => item.name === name);
      if (user) {
        return user;
      }
      offset = page.next;
    }
    return null;
  }

  /**
   * Start a server; the Hub may hold the answer for ten seconds.
   */
  startServer(user: string, server: string): Promise<ServerView> {
    return requestJSON(this._settings, pathOf(user, server), {
      method: 'POST',
      body: {}
    });
  }

  /**
   * Stop a server, or give up a start that is under way.
   */
  stopServer(user: string, server: string): Promise<ServerView> {
    return requestJSON(this._settings, pathOf(user, server), {
      method: 'DELETE'
    });
  }

  /**
   * Stop a server and start it again with the same options.
   */
  restartServer(user: string, server: string): Promise<ServerView> {
    return requestJSON(this._settings, [...pathOf(user, server), 'restart'], {
      method: 'POST'
    });
  }

  /**
   * Follow a start or restart until it ends or the signal aborts.
   */
  async progress(
    user: string,
    server: string,
    onEvent: (event: ProgressEvent) => void,
    signal: AbortSignal
  ): Promise<void> {
    const response = await request(
      this._settings,
      [...pathOf(user, server), 'progress'],
      { accept: 'text/event-stream', signal }
    );
    await readEvents(response, onEvent);
  }

  /**
   * The kernels of this server.
   */
  listKernels(signal?: AbortSignal): Promise<KernelView[]> {
    return requestJSON(this._settings, ['kernels'], { signal });
  }

  /**
   * Shut a kernel of this server down.
   */
  shutdownKernel(id: string): Promise<void> {
    return requestJSON(this._settings, ['kernels', id], { method: 'DELETE' });
  }

  /**
   * Interrupt what a kernel of this server runs.
   */
  interruptKernel(id: string): Promise<void> {
    return requestJSON(this._settings, ['kernels', id, 'interrupt'], {
      method: 'POST'
    });
  }

  /**
   * Restart a kernel of this server.
   */
  restartKernel(id: string): Promise<void> {
    return requestJSON(this._settings, ['kernels', id, 'restart'], {
      method: 'POST'
    });
  }

  /**
   * When idle kernels, terminals and this server itself are stopped.
   */
  getIdle(signal?: AbortSignal): Promise<IdleSettings> {
    return requestJSON(this._settings, ['idle'], { signal });
  }

  /**
   * Change some of the idle settings, or only ask what that would stop.
   */
  putIdle(
    update: IdleSettingsUpdate,
    dryRun: boolean,
    signal?: AbortSignal
  ): Promise<IdleSettings> {
    return requestJSON(this._settings, ['idle'], {
      method: 'PUT',
      query: dryRun ? { dry_run: 1 } : {},
      body: update,
      signal
    });
  }

  /**
   * Go back to the configured idle settings.
   */
  resetIdle(): Promise<IdleSettings> {
    return requestJSON(this._settings, ['idle'], { method: 'DELETE' });
  }

  /**
   * Whether this server itself has stopped, as far as the Hub tells.
   */
  hasStopped(): Promise<boolean> {
    return hasStopped(this._settings);
  }

  private readonly _settings: ServerConnection.ISettings;
}

/**
 * The default server has no name, and an empty path segment would be lost on the way.
 */
function pathOf(user: string, server: string): string[] {
  return server === ''
    ? ['users', user, 'server']
    : ['users', user, 'servers', server];
}
