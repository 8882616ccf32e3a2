/**
 * Which users to list by the state of their servers.
 */
export type StateFilter = 'all' | 'running' | 'stopped';

/**
 * What the Hub can sort users by.
 */
export type SortKey = 'name' | '-name' | 'last_activity' | '-last_activity';

/**
 * Which users to list.
 */
export interface IListUsersQuery {
  /** What a person types: text in the name, and filter words. */
  query?: string;
  /** Literal text in the name. */
  search?: string;
  state?: StateFilter;
  sort?: SortKey;
  offset?: number;
  limit?: number;
}
