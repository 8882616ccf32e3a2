import React, {
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState
} from 'react';

import { messageOf } from '../../api/errors';
import type { AuditEntry } from '../../api/types';
import { EmptyState } from '../../components/Band';
import { useTrans } from '../../components/context';
import { useStable } from '../../components/hooks';
import { TextButton } from '../../components/TextButton';
import { useVirtualRows } from '../../components/useVirtualRows';
import { LogTable } from './LogTable';
import type { ILogFilter } from './useLog';
import { useLog, useLogExport } from './useLog';
import { ACTIONS, actionText, actorText } from './words';

/**
 * Names that are offered while one is typed.
 */
const MAX_OFFERS = 50;

/**
 * The height of the headings, in pixels.
 */
const HEADER = 28;

/**
 * How far from the view the next page is loaded.
 */
const AHEAD = '400px';

const NOTHING: ILogFilter = { actor: '', user: '', action: '' };

/**
 * The log: who did what, to whom, why, and how it ended; the newest first.
 */
export function LogView(): JSX.Element {
  const trans = useTrans();
  const [filter, setFilter] = useState(NOTHING);
  const log = useLog(filter);
  const entries = useMemo(
    () => log.data?.pages.flatMap(page => page.items) ?? [],
    [log.data]
  );
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualRows({
    count: entries.length,
    keyOf: useCallback(index => String(entries[index]?.id ?? ''), [entries]),
    scroller,
    kept: -1,
    header: HEADER
  });
  const isFiltered = Object.values(filter).some(Boolean);
  return (
    <div className="jp-HubAdmin-log">
      <LogBar
        filter={filter}
        entries={entries}
        onFilter={setFilter}
        onRefresh={() => void log.refetch()}
      />
      <div
        ref={scroller}
        className="jp-HubAdmin-scroll jp-HubAdmin-tableBox"
        role="region"
        aria-label={trans.__('Log')}
        aria-busy={log.isFetching}
        tabIndex={0}
      >
        {entries.length > 0 && <LogTable entries={entries} virtual={virtual} />}
        {log.isError && entries.length === 0 ? (
          <EmptyState
            button={{
              label: trans.__('Try again'),
              onClick: () => void log.refetch()
            }}
          >
            {trans.__('The log could not be read: %1', messageOf(log.error))}
          </EmptyState>
        ) : log.isSuccess && entries.length === 0 ? (
          <EmptyState
            button={
              isFiltered
                ? {
                    label: trans.__('Show everything'),
                    onClick: () => setFilter(NOTHING)
                  }
                : undefined
            }
          >
            {isFiltered
              ? trans.__('Nothing in the log matches.')
              : trans.__('Nothing was written down yet.')}
          </EmptyState>
        ) : null}
        <LogEnd log={log} count={entries.length} />
      </div>
    </div>
  );
}

/**
 * What finds entries, and what exports them.
 */
function LogBar(props: {
  filter: ILogFilter;
  entries: readonly AuditEntry[];
  onFilter: (filter: ILogFilter) => void;
  onRefresh: () => void;
}): JSX.Element {
  const { filter, entries, onFilter, onRefresh } = props;
  const trans = useTrans();
  const id = useId();
  const { count, message, start, cancel } = useLogExport();
  return (
    <div className="jp-HubAdmin-logBar">
      <NameField
        label={trans.__('Who did it')}
        value={filter.actor}
        offers={namesOf(entries.map(({ actor }) => actorText(actor, trans)))}
        onChange={actor => onFilter({ ...filter, actor })}
      />
      <NameField
        label={trans.__('To whom')}
        value={filter.user}
        offers={namesOf(entries.map(({ user }) => user))}
        onChange={user => onFilter({ ...filter, user })}
      />
      <label htmlFor={id}>{trans.__('What')}</label>
      <select
        id={id}
        className="jp-mod-styled"
        value={filter.action}
        onChange={event => onFilter({ ...filter, action: event.target.value })}
      >
        <option value="">{trans.__('Everything')}</option>
        {ACTIONS.map(action => (
          <option key={action} value={action}>
            {actionText(action, trans)}
          </option>
        ))}
      </select>
      <span className="jp-HubAdmin-logTools">
        {count === null ? (
          message && <span>{message}</span>
        ) : (
          <span>
            {trans._n('%1 entry so far…', '%1 entries so far…', count)}
          </span>
        )}
        <TextButton label={trans.__('Refresh')} onClick={onRefresh} />
        {count === null ? (
          <TextButton
            label={trans.__('Export CSV')}
            onClick={() => start(filter)}
          />
        ) : (
          <TextButton label={trans.__('Cancel')} onClick={cancel} />
        )}
      </span>
    </div>
  );
}

/**
 * A name, written in full; those that are in view are offered.
 */
function NameField(props: {
  label: string;
  value: string;
  offers: readonly string[];
  onChange: (value: string) => void;
}): JSX.Element {
  const { label, value, offers, onChange } = props;
  const trans = useTrans();
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="search"
        className="jp-mod-styled"
        placeholder={trans.__('Full name')}
        value={value}
        maxLength={255}
        autoComplete="off"
        spellCheck={false}
        list={`${id}-offers`}
        onChange={event => onChange(event.target.value)}
      />
      <datalist id={`${id}-offers`}>
        {offers.map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function namesOf(names: readonly string[]): string[] {
  return [...new Set(names)].filter(Boolean).sort().slice(0, MAX_OFFERS);
}

/**
 * The end of what is loaded; more is loaded while it is in view or near it.
 */
function LogEnd(props: {
  log: ReturnType<typeof useLog>;
  count: number;
}): JSX.Element {
  const { log, count } = props;
  const { hasNextPage, isFetching, isFetchingNextPage } = log;
  const { isFetchNextPageError } = log;
  const trans = useTrans();
  const node = useRef<HTMLDivElement>(null);
  const load = useStable(() => void log.fetchNextPage());
  const pages = log.data?.pages.length ?? 0;
  useEffect(() => {
    if (!node.current || !hasNextPage || isFetching || isFetchNextPageError) {
      return;
    }
    const observer = new IntersectionObserver(
      seen => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) {
          load();
        }
      },
      { root: node.current.closest('.jp-HubAdmin-scroll'), rootMargin: AHEAD }
    );
    observer.observe(node.current);
    return () => observer.disconnect();
  }, [pages, hasNextPage, isFetching, isFetchNextPageError, load]);
  return (
    <div ref={node} className="jp-HubAdmin-more">
      {isFetchNextPageError ? (
        <EmptyState button={{ label: trans.__('Try again'), onClick: load }}>
          {messageOf(log.error)}
        </EmptyState>
      ) : isFetchingNextPage || (isFetching && count === 0) ? (
        trans.__('Loading…')
      ) : !hasNextPage && count > 0 ? (
        trans._n('The only entry is shown', 'All %1 entries shown', count)
      ) : null}
    </div>
  );
}
