import type { ServerConnection } from '@jupyterlab/services';

import { requestJSON } from './request';
import type {
  AuditPage,
  Extended,
  KernelShutdown,
  NoticeCreated,
  NoticeRequest,
  Preview,
  Rule,
  RuleDraft,
  RulesView,
  RuleView,
  ServiceInfo,
  ServiceServers
} from './types';

/**
 * A level at which rules are set.
 */
export type Level = RuleDraft['level'];

/**
 * What of the log is asked for; what is left out is not filtered by.
 */
export interface IAuditQuery {
  readonly actor?: string;
  readonly action?: string;
  /** On whose server. */
  readonly user?: string;
  readonly outcome?: 'begun' | 'done' | 'pending' | 'failed' | 'unknown';
  /** ISO 8601, with its time zone. */
  readonly since?: string;
  /** The id of an entry: those that come after it. */
  readonly before?: number;
  readonly limit?: number;
}

/**
 * One method for each route of the hub service, which the server extension relays.
 */
export class ServiceClient {
  /**
   * @param settings - the connection to this server
   */
  constructor(settings: ServerConnection.ISettings) {
    this._settings = settings;
  }

  /**
   * What the visitor is to the service.
   */
  info(signal?: AbortSignal): Promise<ServiceInfo> {
    return this._ask(['info'], { signal });
  }

  /**
   * The rules that the visitor may see.
   */
  rules(signal?: AbortSignal): Promise<RulesView> {
    return this._ask(['rules'], { signal });
  }

  /**
   * Set a rule.
   *
   * @param name - of the group, of the user, of the server as `user/server`; empty for the hub
   * @param version - of the rule that was changed, 0 if there was none: refused with
   * `rule_changed` if it is another by now; null: whatever it is
   */
  putRule(
    level: Level,
    name: string,
    rule: Rule,
    version: number | null
  ): Promise<RuleView> {
    return this._ask(rulePath(level, name), {
      method: 'PUT',
      body: { rule, version }
    });
  }

  /**
   * Take a rule away; the parameters are those of `putRule`.
   */
  deleteRule(
    level: Level,
    name: string,
    version: number | null
  ): Promise<void> {
    return this._ask(rulePath(level, name), {
      method: 'DELETE',
      query: { version: version ?? undefined }
    });
  }

  /**
   * What rules as drafted would stop now, and what they would keep.
   */
  preview(
    drafts: readonly RuleDraft[],
    signal?: AbortSignal
  ): Promise<Preview> {
    return this._ask(['preview'], { method: 'POST', body: { drafts }, signal });
  }

  /**
   * The active servers, with what becomes of each and why.
   *
   * @param user - of this user only; empty: of everybody
   */
  servers(user: string, signal?: AbortSignal): Promise<ServiceServers> {
    return this._ask(['servers'], { query: { user }, signal });
  }

  /**
   * Keep a server until then, or for null no longer than its rules do.
   *
   * @param until - ISO 8601, with its time zone
   */
  extend(
    user: string,
    server: string,
    until: string | null
  ): Promise<Extended> {
    return this._ask([...serverPath(user, server), 'extend'], {
      method: 'POST',
      body: { until }
    });
  }

  /**
   * Ask a server to shut a kernel down.
   */
  shutdownKernel(
    user: string,
    server: string,
    kernel: string
  ): Promise<KernelShutdown> {
    return this._ask(
      [...serverPath(user, server), 'kernels', kernel, 'shutdown'],
      { method: 'POST' }
    );
  }

  /**
   * Tell one, a group or everybody something.
   */
  notice(body: NoticeRequest): Promise<NoticeCreated> {
    return this._ask(['notices'], { method: 'POST', body });
  }

  /**
   * One page of the log, newest first.
   */
  audit(query: IAuditQuery, signal?: AbortSignal): Promise<AuditPage> {
    return this._ask(['audit'], { query: { ...query }, signal });
  }

  private _ask<T>(
    path: readonly string[],
    options: Parameters<typeof requestJSON>[2]
  ): Promise<T> {
    return requestJSON(this._settings, ['service', ...path], options);
  }

  private readonly _settings: ServerConnection.ISettings;
}

/**
 * A server is named by two segments, or by its owner alone: an empty segment, and a quoted slash,
 * may be lost on the way.
 */
function rulePath(level: Level, name: string): string[] {
  const names = level === 'server' ? name.split('/') : [name];
  return ['rules', level, ...names.filter(Boolean)];
}

function serverPath(user: string, server: string): string[] {
  return server === '' ? ['servers', user] : ['servers', user, server];
}
