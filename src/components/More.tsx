import React, { useEffect, useRef, useState } from 'react';

import { messageOf } from '../api/errors';
import { useVisible } from '../state/visibility';
import { EmptyState } from './Band';
import { useTrans } from './context';
import { useLasting, useStable } from './hooks';
import type { IMore } from './useUsers';

/**
 * How long nothing is said about waiting, in milliseconds.
 */
export const PATIENCE = 300;

/**
 * How far from the view the next page is loaded.
 */
const AHEAD = '400px';

/**
 * After how many pages in a row that hold nobody it is asked whether to go on: for each of them the
 * Hub works up to a second, in which it answers nobody else.
 */
export const FRUITLESS = 5;

/**
 * The end of what is loaded; more is loaded while it is in view or near it.
 */
export function More(props: IMore): JSX.Element {
  const { pages, isLoading, isSearching, emptyPages, error } = props;
  const trans = useTrans();
  const node = useRef<HTMLDivElement>(null);
  const load = useStable(props.load);
  const [patience, setPatience] = useState(FRUITLESS);
  if (emptyPages === 0 && patience !== FRUITLESS) {
    setPatience(FRUITLESS);
  }
  const isPaused = emptyPages >= patience;
  const isVisible = useVisible();
  // With nobody above it, it is in view where the list is: the browser, which would say so a frame or
  // two later, need not be asked. Most searches begin like that: nobody active matches.
  const isFirst = emptyPages === pages && isVisible;
  // While matches are looked for, one page follows the other, each of them quick.
  const isSlow = useLasting(isLoading || isSearching, PATIENCE);
  useEffect(() => {
    if (!node.current || isLoading || isPaused || error) {
      return;
    }
    if (isFirst) {
      load();
      return;
    }
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) {
          load();
        }
      },
      { root: node.current.closest('.jp-HubAdmin-scroll'), rootMargin: AHEAD }
    );
    observer.observe(node.current);
    return () => observer.disconnect();
    // It may still be in view after a page that holds few rows.
  }, [pages, isLoading, isPaused, isFirst, error, load]);
  return (
    <div ref={node} className="jp-HubAdmin-more">
      {error ? (
        <EmptyState button={{ label: trans.__('Try again'), onClick: load }}>
          {messageOf(error)}
        </EmptyState>
      ) : isPaused ? (
        <EmptyState
          button={{
            label: trans.__('Search further'),
            onClick: () => setPatience(emptyPages + FRUITLESS)
          }}
        >
          {trans.__('Nobody else was found so far.')}
        </EmptyState>
      ) : (
        isSlow &&
        (isSearching ? trans.__('Searching…') : trans.__('Loading users…'))
      )}
    </div>
  );
}
