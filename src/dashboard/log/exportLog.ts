import type { IAuditQuery } from '../../api/serviceClient';
import type { AuditEntry } from '../../api/types';
import type { IHubAdmin } from '../../state/hub';

/**
 * Entries that are exported at most.
 */
export const MAX_EXPORTED = 10_000;

/**
 * Entries that are asked for at once: the most that the service gives.
 */
const PAGE = 200;

/**
 * What is exported.
 */
export interface IExported {
  readonly entries: readonly AuditEntry[];
  /** There are more. */
  readonly isCut: boolean;
}

/**
 * All entries that match, page by page, the newest first.
 *
 * @param onCount - told how many there are after each page
 */
export async function allEntries(
  { client }: IHubAdmin,
  query: IAuditQuery,
  signal: AbortSignal,
  onCount: (count: number) => void
): Promise<IExported> {
  const entries: AuditEntry[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await client.service.audit(
      { ...query, before, limit: PAGE },
      signal
    );
    entries.push(...page.items);
    onCount(Math.min(entries.length, MAX_EXPORTED));
    const isEnd = page.next === null;
    if (isEnd || entries.length >= MAX_EXPORTED) {
      return {
        entries: entries.slice(0, MAX_EXPORTED),
        isCut: !isEnd || entries.length > MAX_EXPORTED
      };
    }
    before = page.next ?? undefined;
  }
}

/**
 * Hand a text to the browser as a file.
 */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(
    new Blob([text], { type: 'text/csv;charset=utf-8' })
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Not before the browser has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
