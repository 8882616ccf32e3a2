import type {
  Capabilities,
  IdleSettings,
  Info,
  KernelView,
  SecondsSetting,
  ServerView,
  UserDetails,
  UserPage,
  UserView
} from '../api/types';

/**
 * A time at which nobody can be working any more.
 */
export const LONG_AGO = '2020-01-01T00:00:00Z';

/**
 * What may be done with a server in some state, where everything is allowed.
 */
function canIn(state: ServerView['state']): ServerView['can'] {
  return {
    start: state === 'stopped',
    stop: state === 'running' || state === 'starting',
    access: state === 'running',
    delete: false
  };
}

/**
 * A server.
 */
export function server(
  user: string,
  state: ServerView['state'],
  more: Partial<ServerView> = {}
): ServerView {
  return {
    user,
    name: '',
    display_name: more.name ?? '',
    state,
    failure: null,
    started: state === 'stopped' ? null : '2026-11-23T09:12:00Z',
    last_activity: '2026-11-23T14:00:00Z',
    url: state === 'running' ? `/user/${user}/` : null,
    user_options: {},
    can: canIn(state),
    ...more
  };
}

/**
 * A user with these servers, or with a stopped one.
 */
export function user(name: string, ...servers: ServerView[]): UserView {
  return {
    name,
    admin: false,
    groups: [],
    last_activity: null,
    servers: servers.length
      ? servers
      : [server(name, 'stopped', { last_activity: null })],
    may_start: true,
    may_edit: true,
    may_delete: true
  };
}

/**
 * A user alone, with what the Hub sent.
 */
export function details(name: string, ...servers: ServerView[]): UserDetails {
  return { user: user(name, ...servers), sent: { name } };
}

/**
 * A page of users.
 */
export function page(
  items: UserView[],
  more: Partial<UserPage> = {}
): UserPage {
  return {
    items,
    total: items.length,
    offset: 0,
    limit: 50,
    next: null,
    counts: { users: 312, active: 23 },
    as_of: '2026-11-23T14:02:00Z',
    ...more
  };
}

/**
 * An admin at home on a hub without subdomains.
 */
export function info(
  more: Partial<Info> = {},
  capabilities: Partial<Capabilities> = {}
): Info {
  return {
    version: '0.1.0',
    visitor: 'admin',
    visitor_is_admin: true,
    owner: 'admin',
    server_name: '',
    at_home: true,
    hub: { version: '6.1.1', prefix: '/hub/', host: '' },
    setup: 'ready',
    permissions_outdated: false,
    service: null,
    capabilities: {
      list_users: true,
      start_servers: true,
      stop_servers: true,
      manage_users: false,
      add_users: false,
      manage_groups: false,
      create_groups: false,
      shutdown_hub: false,
      edit_rules: false,
      edit_this_server: true,
      ...capabilities
    },
    ...more
  };
}

/**
 * A kernel that is idle for 48 minutes.
 */
export function kernel(id: string, more: Partial<KernelView> = {}): KernelView {
  return {
    id,
    name: 'python3',
    path: `work/${id}.ipynb`,
    execution_state: 'idle',
    last_activity: '2026-11-23T13:14:00Z',
    connections: 1,
    idle_seconds: 2880,
    busy_seconds: null,
    cull_at: null,
    reason: 'Stays: idle kernels are not stopped here.',
    reason_code: 'off',
    ...more
  };
}

/**
 * A time that is set.
 */
export function seconds(
  value: number | null,
  more: Partial<SecondsSetting> = {}
): SecondsSetting {
  return {
    value,
    source: 'config',
    default: value,
    min: null,
    max: null,
    ...more
  };
}

/**
 * The idle settings of a server.
 */
export function idle(more: Partial<IdleSettings> = {}): IdleSettings {
  const off = { value: false, source: 'config' as const, default: false };
  const on = { value: true, source: 'config' as const, default: true };
  return {
    kernels: {
      idle_timeout: seconds(3600),
      interval: seconds(300),
      cull_connected: on,
      cull_busy: off
    },
    terminals: { idle_timeout: seconds(null), interval: seconds(300) },
    server: { idle_timeout: seconds(null) },
    protect_running_work: on,
    not_adjustable: {},
    ...more
  };
}
