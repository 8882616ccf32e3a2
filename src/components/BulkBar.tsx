import React, { useLayoutEffect, useRef, useSyncExternalStore } from 'react';

import type { IBulk } from '../state/bulkRun';
import { useHubAdmin } from '../state/context';
import { bulkText, bulkWords } from './bulkWords';
import { useActions, useTrans } from './context';
import { TextButton } from './TextButton';

/**
 * How actions on many servers go on, above a list; nothing where there is none.
 *
 * Notifications tell the same, but can be silenced.
 */
export function BulkBar(): JSX.Element | null {
  const { bulks } = useHubAdmin();
  const all = useSyncExternalStore(bulks.subscribe, bulks.get);
  if (all.length === 0) {
    return null;
  }
  return (
    <div className="jp-HubAdmin-bulks">
      {all.map(bulk => (
        <BulkLine key={bulk.key} bulk={bulk} />
      ))}
    </div>
  );
}

function BulkLine({ bulk }: { bulk: IBulk }): JSX.Element {
  const { cursor } = useHubAdmin();
  const trans = useTrans();
  const node = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const line = node.current;
    return () => {
      // Whoever pressed a button of this line goes on beside it, not at the top of the page.
      if (line?.contains(document.activeElement)) {
        cursor.focusSearch();
      }
    };
  }, [cursor]);
  const { action, phase, total, done, failed } = bulk;
  return (
    <div
      ref={node}
      className={`jp-HubAdmin-bulk jp-mod-${phase}`}
      role="group"
      aria-label={bulkWords(action, trans).doing(total)}
    >
      <div className="jp-HubAdmin-bulkLine">
        <span className="jp-HubAdmin-bulkText">{bulkText(bulk, trans)}</span>
        <BulkButtons bulk={bulk} />
      </div>
      {phase === 'running' && (
        <div
          role="progressbar"
          className="jp-HubAdmin-bar"
          aria-label={bulkWords(action, trans).doing(total)}
          aria-valuemin={0}
          aria-valuemax={total}
          aria-valuenow={done}
          aria-valuetext={bulkWords(action, trans).brief(total, done - failed)}
        >
          <div style={{ width: `${(100 * done) / Math.max(1, total)}%` }} />
        </div>
      )}
    </div>
  );
}

function BulkButtons({ bulk }: { bulk: IBulk }): JSX.Element {
  const { bulks } = useHubAdmin();
  const { showOutcome } = useActions();
  const trans = useTrans();
  switch (bulk.phase) {
    case 'waiting':
      return (
        <TextButton
          isLink
          label={trans.__('Undo')}
          onClick={() => bulks.undo(bulk.key)}
        />
      );
    case 'running':
      return (
        <TextButton
          isLink
          label={trans.__('Stop the rest')}
          isDisabled={bulk.id === null || bulk.isCancelled}
          onClick={() => void bulks.cancel(bulk.key)}
        />
      );
    case 'ended':
    case 'undone':
      return (
        <>
          <TextButton
            isLink
            label={trans.__('Show')}
            onClick={() => showOutcome(bulk)}
          />
          <TextButton
            isLink
            label={trans.__('Dismiss')}
            onClick={() => bulks.dismiss(bulk.key)}
          />
        </>
      );
  }
}
