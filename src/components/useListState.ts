import { useMemo, useState, useSyncExternalStore } from 'react';

import type { SortKey, StateFilter } from '../api/client';
import { useHubAdmin } from '../state/context';
import type { IListView } from '../state/keys';
import type { ListId } from '../state/listView';
import { KeptView } from '../state/listView';
import { useDebounced, useStable } from './hooks';

/**
 * How long after the last key the search begins, in milliseconds: long enough for one request for a
 * word that is typed quickly, and short enough to be there in half the time of the Hub's admin page
 * (`benchmarks/panel`).
 */
const DEBOUNCE = 100;

/**
 * What a list of users is asked to show.
 */
export interface IListState {
  readonly id: ListId;
  /** What is in the search field now. */
  readonly search: string;
  readonly state: StateFilter;
  readonly sort: SortKey;
  readonly setSearch: (search: string) => void;
  readonly setState: (state: StateFilter) => void;
  readonly setSort: (sort: SortKey) => void;
  /** Load the list anew, in its order. */
  readonly refresh: () => void;
  /** What to ask for: the text once it has settled. */
  readonly view: IListView;
  /** Pages to load at once. */
  readonly pages: number;
  /** Where it was scrolled to; survives a reload of the page with the rest. */
  readonly kept: KeptView;
}

/**
 * No two views of the page are the same: each is asked for anew.
 */
let epochs = 0;

/**
 * What a list shows: search, filter, order. It survives a refresh and a reload of the page.
 */
export function useListState(id: ListId): IListState {
  const { options, baseUrl } = useHubAdmin();
  const { pageSize } = useSyncExternalStore(options.subscribe, options.get);
  const [kept] = useState(() => new KeptView(baseUrl, id));
  const [search, setSearch] = useState(() => kept.get().search);
  const [state, setState] = useState(() => kept.get().state);
  const [sort, setSort] = useState(() => kept.get().sort);
  const [refreshes, setRefreshes] = useState(0);
  const settled = useDebounced(search.trim(), search ? DEBOUNCE : 0);
  const asked = useMemo(
    () => ({
      refreshes,
      pages: kept.show(settled, state, sort),
      view: { search: settled, state, sort, pageSize, epoch: ++epochs }
    }),
    [kept, settled, state, sort, pageSize, refreshes]
  );
  const refresh = useStable(() => setRefreshes(count => count + 1));
  const { view, pages } = asked;
  return {
    id,
    search,
    state,
    sort,
    setSearch,
    setState,
    setSort,
    refresh,
    view,
    pages,
    kept
  };
}
