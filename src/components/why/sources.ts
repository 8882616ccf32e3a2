import type { TranslationBundle } from '@jupyterlab/translation';

import { bounded } from '../../api/errors';
import type {
  ActivitySource,
  ReportedKernel,
  RuleOrigin,
  ServiceServer
} from '../../api/types';
import { shortDuration } from '../../format/duration';
import { originText } from '../../format/origin';
import { formatAgo, formatMoment } from '../../format/time';

/**
 * Kernels and terminals that are listed each by name.
 */
const MAX_NAMED = 20;

/**
 * Characters of a name.
 */
const MAX_NAME = 60;

/**
 * Up to so many milliseconds a report is so many seconds ago.
 */
const IN_SECONDS = 120_000;

/**
 * Something that was looked at: what it is, and what it says.
 */
export interface ISourceRow {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  /** The level whose rule it names, if there is one to show. */
  readonly origin?: RuleOrigin;
}

/**
 * What a decision rests on, row by row.
 */
export function sourceRows(
  server: ServiceServer,
  now: number,
  trans: TranslationBundle
): ISourceRow[] {
  const { decision, report } = server;
  const used = decision.sources.filter(isNamed);
  const rows: ISourceRow[] = used.slice(0, MAX_NAMED).map((source, index) => ({
    key: `${source.kind}-${index}`,
    ...namedRow(source, report?.kernels ?? [], now, trans)
  }));
  // One that is busy is told of even where the report holds no more.
  const told = used.some(isLeftOut) ? 1 : 0;
  const left = used.length - rows.length + (report?.left_out ?? 0) - told;
  if (left > 0) {
    rows.push({
      key: 'more',
      label: trans.__('More'),
      value: trans._n('%1 more is not listed', '%1 more are not listed', left)
    });
  }
  if (report) {
    rows.push(...noneRows(used, trans));
  }
  for (const source of decision.sources) {
    const row = otherRow(source, now, trans);
    if (row) {
      rows.push({ key: source.kind, ...row });
    }
  }
  const { origin } = decision;
  if (origin) {
    const name = bounded(origin.name, MAX_NAME);
    rows.push({
      key: 'rule',
      label: trans.__('Rule'),
      value: originText({ ...origin, name }, trans),
      origin: origin.level === 'default' ? undefined : origin
    });
  }
  return rows;
}

function isNamed({ kind }: ActivitySource): boolean {
  return kind === 'kernel' || kind === 'busy_kernel' || kind === 'terminal';
}

/**
 * Whether a kernel is one that the report had no place for.
 */
function isLeftOut({ kind, name = '' }: ActivitySource): boolean {
  return kind === 'busy_kernel' && name === '';
}

/**
 * That there is no kernel and no terminal says something, too.
 */
function noneRows(
  used: readonly ActivitySource[],
  trans: TranslationBundle
): ISourceRow[] {
  const none: ISourceRow[] = [];
  if (!used.some(({ kind }) => kind !== 'terminal')) {
    none.push({
      key: 'kernels',
      label: trans.__('Kernels'),
      value: trans.__('none')
    });
  }
  if (!used.some(({ kind }) => kind === 'terminal')) {
    none.push({
      key: 'terminals',
      label: trans.__('Terminals'),
      value: trans.__('none')
    });
  }
  return none;
}

function namedRow(
  { kind, name = '', at }: ActivitySource,
  kernels: readonly ReportedKernel[],
  now: number,
  trans: TranslationBundle
): Omit<ISourceRow, 'key'> {
  if (kind === 'terminal') {
    return {
      label: trans.__('Terminal %1', bounded(name, MAX_NAME)),
      value:
        at === null
          ? trans.__('not known when it was used')
          : trans.__('used %1', formatMoment(at, now))
    };
  }
  // Of kernels that a report has no place for only the time is told.
  const label = name
    ? trans.__('Kernel %1', bounded(baseName(name), MAX_NAME))
    : trans.__('Another kernel');
  if (kind === 'busy_kernel') {
    const since = kernels.find(
      ({ id, path, state }) => state === 'busy' && (path || id) === name
    )?.busy_since;
    return {
      label,
      value: since
        ? trans.__('running code for %1', secondsSince(since, now, trans))
        : trans.__('running code')
    };
  }
  return {
    label,
    value:
      at === null
        ? trans.__('idle')
        : trans.__('idle, used %1', formatMoment(at, now))
  };
}

function otherRow(
  { kind, name = '', at, counts = true }: ActivitySource,
  now: number,
  trans: TranslationBundle
): Omit<ISourceRow, 'key'> | null {
  switch (kind) {
    case 'presence':
      return {
        label: trans.__('Somebody at the page'),
        value: lastText(at, counts, now, trans)
      };
    case 'work':
      return {
        label: trans.__('Other work'),
        value: lastText(at, counts, now, trans)
      };
    case 'hub':
      return {
        label: trans.__('Activity at the hub'),
        value: lastText(at, counts, now, trans)
      };
    case 'tab':
      return {
        label: trans.__('Open tab'),
        value:
          name === '0'
            ? trans.__('none')
            : trans.__('%1, does not count', bounded(name, MAX_NAME))
      };
    case 'report':
      return {
        label: trans.__('Reported'),
        value: reportedText(at, now, trans)
      };
    case 'extension':
      return {
        label: trans.__('Kept'),
        value: trans.__(
          'until %1, by %2',
          at === null ? '?' : formatMoment(at, now),
          bounded(name, MAX_NAME)
        )
      };
    case 'kernel':
    case 'busy_kernel':
    case 'terminal':
      return null;
  }
}

function lastText(
  at: string | null,
  counts: boolean,
  now: number,
  trans: TranslationBundle
): string {
  if (at === null) {
    return trans.__('not yet');
  }
  const moment = formatMoment(at, now);
  return counts
    ? trans.__('last at %1', moment)
    : trans.__('last at %1, does not count', moment);
}

/**
 * How old a report is: `20 s ago`.
 */
export function reportedText(
  at: string | null,
  now: number,
  trans: TranslationBundle
): string {
  if (at === null) {
    return trans.__('never');
  }
  const elapsed = Math.max(0, now - Date.parse(at));
  return elapsed < IN_SECONDS
    ? trans.__('%1 s ago', Math.floor(elapsed / 1000))
    : formatAgo(at, now, trans);
}

/**
 * How long something has been going on: `12 min.`
 */
export function secondsSince(
  time: string,
  now: number,
  trans: TranslationBundle
): string {
  const seconds = Math.max(0, now - Date.parse(time)) / 1000;
  return shortDuration(seconds, trans);
}

/**
 * The last part of a path.
 */
export function baseName(path: string): string {
  return path.split('/').pop() || path;
}
