import type { SortKey, StateFilter } from '../api/client';
import type { IAuditQuery } from '../api/serviceClient';

/**
 * What a list of users shows. Another epoch is the same view, asked for anew.
 */
export interface IListView {
  /** What was typed: text in the name, and filter words. */
  readonly search: string;
  readonly state: StateFilter;
  readonly sort: SortKey;
  readonly pageSize: number;
  readonly epoch: number;
}

/**
 * The keys under which answers are kept.
 */
export const keys = {
  info: ['info'] as const,
  lists: ['users', 'list'] as const,
  list: (view: IListView) => ['users', 'list', view] as const,
  candidates: (search: string, state: StateFilter) =>
    ['users', 'candidates', search, state] as const,
  names: (search: string) => ['users', 'names', search] as const,
  idleServers: (limit: number | null, sparesBusy: boolean) =>
    ['users', 'idle', limit, sparesBusy] as const,
  user: (name: string) => ['users', 'one', name] as const,
  groups: ['groups'] as const,
  groupList: (search: string) => ['groups', 'list', search] as const,
  group: (name: string) => ['groups', 'one', name] as const,
  kernels: ['kernels'] as const,
  idle: ['idle'] as const,
  preview: (update: object) => ['idle', 'preview', update] as const,
  /** All that the hub service answers. */
  service: ['service'] as const,
  serviceInfo: ['service', 'info'] as const,
  rules: ['service', 'rules'] as const,
  rulePreview: (drafts: object) => ['service', 'preview', drafts] as const,
  /** Of one user, or of everybody for the empty name. */
  serviceServers: (user: string) => ['service', 'servers', user] as const,
  audit: (query: IAuditQuery) => ['service', 'audit', query] as const
};
