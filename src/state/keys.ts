import type { StateFilter } from '../api/client';

/**
 * What a list of users shows. Another epoch is the same view, asked for anew.
 */
export interface IListView {
  readonly search: string;
  readonly state: StateFilter;
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
  candidates: (search: string) => ['users', 'candidates', search] as const,
  kernels: ['kernels'] as const,
  idle: ['idle'] as const,
  preview: (update: object) => ['idle', 'preview', update] as const
};
