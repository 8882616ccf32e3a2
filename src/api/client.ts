import type { ServerConnection } from '@jupyterlab/services';

import { hasStopped, request, requestJSON } from './request';
import type { IServerEvent } from './sse';
import { readEvents } from './sse';
import type { IListUsersQuery } from './listQuery';
import { ApiError } from './errors';
import { ServiceClient } from './serviceClient';
import type {
  AddedUsers,
  BulkPlan,
  BulkProgress,
  BulkRequest,
  BulkStatus,
  CreateServer,
  EditServer,
  EditUser,
  GroupPage,
  GroupView,
  IdleSettings,
  IdleSettingsUpdate,
  KernelView,
  LiveView,
  ServerView,
  ShutdownHub,
  UserDetails,
  UserPage,
  UserView
} from './types';

export type { IListUsersQuery, SortKey, StateFilter } from './listQuery';

/**
 * One method for each route of the server extension.
 */
export class HubAdminClient {
  /**
   * @param settings - the connection to this server
   */
  constructor(settings: ServerConnection.ISettings) {
    this._settings = settings;
    this.service = new ServiceClient(settings);
  }

  /**
   * The hub service, which keeps the idle rules.
   */
  readonly service: ServiceClient;

  /**
   * One page of users.
   */
  listUsers(query: IListUsersQuery, signal?: AbortSignal): Promise<UserPage> {
    return requestJSON(this._settings, ['users'], {
      query: { sort: 'name', ...query },
      signal
    });
  }

  /**
   * One user with everything that the Hub sent; null if there is none of that name.
   */
  async getUser(
    name: string,
    signal?: AbortSignal
  ): Promise<UserDetails | null> {
    try {
      return await requestJSON<UserDetails>(this._settings, ['users', name], {
        signal
      });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return null;
      }
      throw error;
    }
  }

  /**
   * Start a server; the Hub may hold the answer for ten seconds.
   */
  startServer(
    user: string,
    server: string,
    options?: Record<string, unknown>
  ): Promise<ServerView> {
    return requestJSON(this._settings, pathOf(user, server), {
      method: 'POST',
      body: options ? { user_options: options } : {}
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
   * Delete a named server that is stopped.
   */
  deleteServer(user: string, server: string): Promise<ServerView> {
    return requestJSON(this._settings, pathOf(user, server), {
      method: 'DELETE',
      query: { remove: 1 }
    });
  }

  /**
   * Create a named server without starting it; JupyterHub 6.
   */
  createServer(
    user: string,
    server: string,
    body: CreateServer
  ): Promise<ServerView> {
    return requestJSON(this._settings, pathOf(user, server), {
      method: 'PUT',
      body
    });
  }

  /**
   * Rename a named server that is stopped, or change its display name or options; JupyterHub 6.
   */
  editServer(
    user: string,
    server: string,
    body: EditServer
  ): Promise<ServerView> {
    return requestJSON(this._settings, pathOf(user, server), {
      method: 'PATCH',
      body
    });
  }

  /**
   * What happens on the hub, as it happens, until the signal aborts or the connection breaks off.
   *
   * @param onAlive - called whenever anything comes, a heartbeat too
   */
  async events(
    onEvent: (event: IServerEvent) => void,
    signal: AbortSignal,
    onAlive?: () => void
  ): Promise<void> {
    const response = await request(this._settings, ['events'], {
      accept: 'text/event-stream',
      signal
    });
    await readEvents(response, onEvent, onAlive);
  }

  /**
   * Tell what is in view, for a stream of events.
   */
  setLiveView(stream: string, view: LiveView): Promise<void> {
    return requestJSON(this._settings, ['events', stream], {
      method: 'PUT',
      body: view
    });
  }

  /**
   * What a bulk would do.
   */
  planBulk(body: BulkRequest, signal?: AbortSignal): Promise<BulkPlan> {
    return requestJSON(this._settings, ['bulk'], {
      method: 'POST',
      query: { dry_run: 1 },
      body,
      signal
    });
  }

  /**
   * Act on many servers.
   */
  startBulk(body: BulkRequest): Promise<BulkProgress> {
    return requestJSON(this._settings, ['bulk'], { method: 'POST', body });
  }

  /**
   * How a bulk is going, with the outcome of each server.
   */
  getBulk(id: string, signal?: AbortSignal): Promise<BulkStatus> {
    return requestJSON(this._settings, ['bulk', id], { signal });
  }

  /**
   * Leave out what a bulk has not begun.
   */
  cancelBulk(id: string): Promise<BulkProgress> {
    return requestJSON(this._settings, ['bulk', id], { method: 'DELETE' });
  }

  /**
   * Add users.
   */
  addUsers(usernames: string[], admin: boolean): Promise<AddedUsers> {
    return requestJSON(this._settings, ['users'], {
      method: 'POST',
      body: { usernames, admin }
    });
  }

  /**
   * Rename a user, or make or unmake them admin.
   */
  editUser(name: string, body: EditUser): Promise<UserView> {
    return requestJSON(this._settings, ['users', name], {
      method: 'PATCH',
      body
    });
  }

  /**
   * Delete a user; their servers stop.
   */
  deleteUser(name: string): Promise<void> {
    return requestJSON(this._settings, ['users', name], { method: 'DELETE' });
  }

  /**
   * One page of groups.
   */
  listGroups(
    query: { search?: string; offset?: number; limit?: number },
    signal?: AbortSignal
  ): Promise<GroupPage> {
    return requestJSON(this._settings, ['groups'], { query, signal });
  }

  /**
   * One group.
   */
  getGroup(name: string, signal?: AbortSignal): Promise<GroupView> {
    return requestJSON(this._settings, ['groups', name], { signal });
  }

  /**
   * Create a group.
   */
  createGroup(name: string): Promise<GroupView> {
    return requestJSON(this._settings, ['groups', name], { method: 'POST' });
  }

  /**
   * Delete a group; its members stay users.
   */
  deleteGroup(name: string): Promise<void> {
    return requestJSON(this._settings, ['groups', name], { method: 'DELETE' });
  }

  /**
   * Put users into a group.
   */
  addMembers(group: string, users: string[]): Promise<GroupView> {
    return requestJSON(this._settings, ['groups', group, 'users'], {
      method: 'POST',
      body: { users }
    });
  }

  /**
   * Take users out of a group.
   */
  removeMembers(group: string, users: string[]): Promise<GroupView> {
    return requestJSON(this._settings, ['groups', group, 'users'], {
      method: 'DELETE',
      body: { users }
    });
  }

  /**
   * Replace the properties of a group.
   */
  setProperties(
    group: string,
    properties: Record<string, unknown>
  ): Promise<GroupView> {
    return requestJSON(this._settings, ['groups', group, 'properties'], {
      method: 'PUT',
      body: properties
    });
  }

  /**
   * Shut the hub down.
   */
  shutdownHub(body: ShutdownHub): Promise<void> {
    return requestJSON(this._settings, ['shutdown'], { method: 'POST', body });
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
