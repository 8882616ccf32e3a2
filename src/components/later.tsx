import React, { useEffect, useState } from 'react';

import { EmptyState } from './Band';
import { useTrans } from './context';
import { notLoadedText } from './notLoaded';

/**
 * Make a component of one that is loaded when it is shown for the first time. Where that fails it
 * says so, and tries again the next time.
 *
 * @param isWhole - it is all there is to see at its place: until it is there, *Loading…* is
 */
export function later<P extends object>(
  load: () => Promise<React.ComponentType<P>>,
  isWhole = false
): (props: P) => JSX.Element | null {
  let loaded: React.ComponentType<P> | null = null;
  return function Later(props: P): JSX.Element | null {
    const trans = useTrans();
    const [isFailed, setFailed] = useState(false);
    const [Part, setPart] = useState(() => loaded);
    useEffect(() => {
      let isShown = true;
      if (!loaded) {
        load().then(
          part => {
            loaded = part;
            if (isShown) {
              setPart(() => part);
            }
          },
          () => {
            if (isShown) {
              setFailed(true);
            }
          }
        );
      }
      return () => {
        isShown = false;
      };
    }, []);
    if (Part) {
      return <Part {...props} />;
    }
    if (isFailed) {
      return (
        <div role="alert">
          <EmptyState>{notLoadedText(trans)}</EmptyState>
        </div>
      );
    }
    return isWhole ? <EmptyState>{trans.__('Loading…')}</EmptyState> : null;
  };
}
