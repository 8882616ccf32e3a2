import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';

import { useHubAdmin } from '../state/context';
import { isMeant } from '../state/meant';
import { useTrans } from './context';
import { useStable } from './hooks';
import type { IRow } from './rows';
import type { IUsers } from './useUsers';

/**
 * Up to so many servers are selected one by one, so that one of them can be taken out again.
 */
const MAX_SINGLE = 1000;

/**
 * How the rows of a list are selected.
 */
export interface ISelecting {
  /** Something is selected, here or elsewhere. */
  readonly isActive: boolean;
  readonly isSelected: (row: IRow) => boolean;
  /** How many rows match, of those that are loaded: others are listed beside them. */
  readonly matches: number;
  /** All of those are selected. */
  readonly isAll: boolean;
  /** Select a row, or select it no more; ranges begin there. */
  readonly toggle: (row: IRow) => void;
  /**
   * Select the rows from where the range began to this one, and no longer those beyond.
   *
   * @param from - where somebody is; unless the range ends there, a new one begins
   */
  readonly extendTo: (row: IRow, from?: IRow) => void;
  /** Select everything that matches, loaded or not. */
  readonly selectAll: () => void;
  readonly clear: () => void;
}

interface IRange {
  /** The key of the row at which it began. */
  readonly first: string;
  /** The key of the row at which it ends. */
  readonly last: string;
  /** What was selected before. */
  readonly before: readonly IRow['who'][];
}

/**
 * Select rows of a list.
 */
export function useSelecting(users: IUsers): ISelecting {
  const { rows, view, isComplete } = users;
  const { selection, announcer } = useHubAdmin();
  const trans = useTrans();
  const { servers, matching } = useSyncExternalStore(
    selection.subscribe,
    selection.get
  );
  const here = useMemo(
    () =>
      rows.filter(
        ({ server }) =>
          server !== null &&
          isMeant(server, view.search, view.state, Date.now())
      ),
    [rows, view.search, view.state]
  );
  const range = useRef<IRange | null>(null);
  const isMatched =
    matching?.query === view.search && matching.state === view.state;
  useGoneLeftOut(users);
  useMatchingLeft(users);

  const begin = ({ key }: IRow): IRange => {
    const before = [...selection.get().servers.values()];
    return (range.current = { first: key, last: key, before });
  };
  const toggle = useStable((row: IRow) => {
    if (isMatched) {
      // All but this one: of those that are loaded, as the number then says.
      selection.set(here.map(({ who }) => who));
    }
    selection.toggle(row.who);
    begin(row);
  });
  const extendTo = useStable((to: IRow, from?: IRow) => {
    const old = range.current;
    const isSame = old && (!from || old.last === from.key);
    const { first, before } = isSame ? old : begin(from ?? to);
    const start = rows.findIndex(({ key }) => key === first);
    const end = rows.indexOf(to);
    const between = rows.slice(
      start < 0 ? end : Math.min(start, end),
      Math.max(start, end) + 1
    );
    selection.set([...before, ...between.map(({ who }) => who)]);
    range.current = { first, last: to.key, before };
  });
  const selectAll = useStable(() => {
    const count = isComplete ? here.length : null;
    if (count !== null && count <= MAX_SINGLE) {
      selection.set(here.map(({ who }) => who));
    } else {
      const { search: query, state } = view;
      selection.selectMatching({ query, state, count });
    }
    announcer.say(
      count === null
        ? trans.__('All servers that match are selected.')
        : trans._n('%1 server selected', '%1 servers selected', count)
    );
  });
  const isHere = useMemo(() => {
    const keys = new Set(here.map(({ key }) => key));
    return ({ key }: IRow) => keys.has(key);
  }, [here]);
  const isSelected = (row: IRow) =>
    isMatched ? isHere(row) : servers.has(row.key);
  return {
    isActive: servers.size > 0 || matching !== null,
    isSelected,
    matches: here.length,
    isAll: here.length > 0 && here.every(isSelected),
    toggle,
    extendTo,
    selectAll,
    clear: useStable(() => selection.clear())
  };
}

/**
 * A server that was here and is gone leaves the selection.
 */
function useGoneLeftOut({ rows, view, isComplete, isWaiting }: IUsers): void {
  const { selection } = useHubAdmin();
  const { search, state } = view;
  const seen = useRef({ search, state, epoch: 0, keys: new Set<string>() });
  useEffect(() => {
    if (isWaiting) {
      return;
    }
    let { keys } = seen.current;
    if (seen.current.search !== search || seen.current.state !== state) {
      keys = new Set();
    }
    const here = new Set(rows.map(({ key }) => key));
    // A list that is loaded anew has to come to its end first.
    const isKnown = isComplete || seen.current.epoch === view.epoch;
    const isEverybody = isComplete && search === '' && state === 'all';
    const { servers } = selection.get();
    const left = [...servers].filter(
      ([key]) => here.has(key) || !(isEverybody || (isKnown && keys.has(key)))
    );
    if (left.length < servers.size) {
      selection.set(left.map(([, who]) => who));
    }
    seen.current = {
      search,
      state,
      epoch: view.epoch,
      keys: isKnown ? here : new Set([...keys, ...here])
    };
  }, [selection, rows, search, state, view.epoch, isComplete, isWaiting]);
}

/**
 * What matched another search is selected no more once this list, which showed it, shows the other.
 */
function useMatchingLeft({ view }: IUsers): void {
  const { selection } = useHubAdmin();
  const { search, state } = view;
  const shown = useRef({ search, state });
  useEffect(() => {
    const before = shown.current;
    shown.current = { search, state };
    const { matching } = selection.get();
    const isLeft = before.search !== search || before.state !== state;
    // A list that is closed leaves it to the other one, which may show it too.
    if (
      isLeft &&
      matching?.query === before.search &&
      matching.state === before.state
    ) {
      selection.clear();
    }
  }, [selection, search, state]);
}
