import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { isAborted, messageOf } from '../../api/errors';
import type { IAuditQuery } from '../../api/serviceClient';
import type { AuditPage } from '../../api/types';
import { useTrans } from '../../components/context';
import { useDebounced } from '../../components/hooks';
import { useHubAdmin } from '../../state/context';
import { keys } from '../../state/keys';
import { useVisible } from '../../state/visibility';
import { toCsv } from './csv';
import { allEntries, download, MAX_EXPORTED } from './exportLog';
import { actorOf } from './words';

/**
 * How long after the last key the log is asked, in milliseconds.
 */
const DEBOUNCE = 300;

/**
 * Entries that are loaded at once.
 */
const PAGE = 100;

/**
 * What of the log is shown; an empty field filters nothing.
 */
export interface ILogFilter {
  readonly actor: string;
  readonly user: string;
  readonly action: string;
}

/**
 * What is asked for by a filter.
 */
function queryOf(
  { actor, user, action }: ILogFilter,
  trans: ReturnType<typeof useTrans>
): IAuditQuery {
  return { actor: actorOf(actor, trans), user: user.trim(), action };
}

/**
 * The log as far as it is loaded.
 */
export function useLog(filter: ILogFilter) {
  const { client } = useHubAdmin();
  const trans = useTrans();
  const visible = useVisible();
  const settled = useDebounced(
    filter,
    filter.actor || filter.user ? DEBOUNCE : 0
  );
  const query = queryOf(settled, trans);
  return useInfiniteQuery({
    queryKey: keys.audit(query),
    queryFn: ({ pageParam, signal }) =>
      client.service.audit(
        { ...query, before: pageParam ?? undefined, limit: PAGE },
        signal
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (last: AuditPage) => last.next,
    enabled: visible,
    placeholderData: before => before
  });
}

/**
 * How the export is going.
 */
export interface ILogExport {
  /** Entries that are there already; null: nothing is under way. */
  readonly count: number | null;
  /** How it ended, in a sentence. */
  readonly message: string | null;
  readonly start: (filter: ILogFilter) => void;
  readonly cancel: () => void;
}

/**
 * Export what matches a filter as a file.
 */
export function useLogExport(): ILogExport {
  const hub = useHubAdmin();
  const trans = useTrans();
  const [count, setCount] = useState<number | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const run = async (filter: ILogFilter) => {
    const { signal } = (running.current = new AbortController());
    setCount(0);
    setMessage(null);
    let text: string | null = null;
    try {
      const { entries, isCut } = await allEntries(
        hub,
        queryOf(filter, trans),
        signal,
        setCount
      );
      download(fileName(), toCsv(entries, trans));
      text = isCut
        ? trans.__(
            'Exported the newest %1 entries; there are more.',
            MAX_EXPORTED
          )
        : trans._n(
            'Exported %1 entry.',
            'Exported %1 entries.',
            entries.length
          );
    } catch (error) {
      if (!isAborted(error)) {
        text = trans.__('Not exported: %1', messageOf(error));
      }
    }
    // Another one may be under way.
    if (running.current?.signal === signal) {
      running.current = null;
      setCount(null);
      setMessage(text);
      if (text) {
        hub.announcer.say(text);
      }
    }
  };
  return {
    count,
    message,
    start: filter => {
      if (!running.current) {
        void run(filter);
      }
    },
    cancel: () => running.current?.abort()
  };
}

function fileName(): string {
  return `hub-admin-log-${new Date().toISOString().slice(0, 10)}.csv`;
}
