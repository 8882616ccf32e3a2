import type { TranslationBundle } from '@jupyterlab/translation';

import { bounded } from '../../api/errors';
import type { DecisionView, ServiceServer } from '../../api/types';
import { formatMoment, formatUntil } from '../../format/time';

/**
 * Characters of names and of reasons; both come from elsewhere.
 */
const MAX_NAME = 60;
export const MAX_REASON = 600;

/**
 * How far ahead a deadline is counted down, in milliseconds; beyond that its time is enough.
 */
const COUNTED = 60 * 60_000;

/**
 * Whether a server stops so soon that its owner is warned.
 */
export function isNear(
  { deadline, warn_at }: DecisionView,
  now: number
): boolean {
  return deadline !== null && warn_at !== null && Date.parse(warn_at) <= now;
}

/**
 * Whether the deadline is over: it stops as soon as somebody looks.
 */
function isDue({ verdict, deadline }: DecisionView, now: number): boolean {
  return (
    verdict === 'cull' || (deadline !== null && Date.parse(deadline) <= now)
  );
}

/**
 * Whether a kernel of a server runs code now.
 */
export function isBusy({ decision }: ServiceServer): boolean {
  return (
    !decision.reason_code.endsWith('reports_stopped') &&
    decision.sources.some(({ kind }) => kind === 'busy_kernel')
  );
}

/**
 * What becomes of a server, in a sentence: `Stops in 9 min., at 15:10, unless it is used.`
 */
export function verdictText(
  server: ServiceServer,
  now: number,
  trans: TranslationBundle
): string {
  const { decision } = server;
  const { reason_code } = decision;
  if (server.state === 'starting' || server.state === 'stopping') {
    return server.state === 'starting'
      ? trans.__('Stays: it is starting.')
      : trans.__('It is stopping.');
  }
  if (decision.verdict === 'keep') {
    const stays = staysText(server, now, trans);
    if (stays !== null) {
      return stays;
    }
  }
  const evenUsed = reason_code === 'age' || reason_code === 'max_age';
  if (isDue(decision, now)) {
    return evenUsed
      ? trans.__('Stops at the next check, even while it is used.')
      : trans.__('Stops at the next check unless it is used.');
  }
  return decision.deadline === null
    ? trans.__('Stays.')
    : deadlineText(decision.deadline, evenUsed, now, trans);
}

function deadlineText(
  deadline: string,
  evenUsed: boolean,
  now: number,
  trans: TranslationBundle
): string {
  const moment = formatMoment(deadline, now);
  if (Date.parse(deadline) - now > COUNTED) {
    return evenUsed
      ? trans.__('Stops at %1, even while it is used.', moment)
      : trans.__('Stops at %1 unless it is used.', moment);
  }
  const left = formatUntil(deadline, now, trans);
  return evenUsed
    ? trans.__('Stops in %1, at %2, even while it is used.', left, moment)
    : trans.__('Stops in %1, at %2, unless it is used.', left, moment);
}

/**
 * Why a server stays; null: it does not, but for being used.
 */
function staysText(
  { decision, rules, kept }: ServiceServer,
  now: number,
  trans: TranslationBundle
): string | null {
  switch (decision.reason_code) {
    case 'exempt':
      return rules.exempt
        ? trans.__(
            'Stays: exempt until %1.',
            formatMoment(rules.exempt.until, now)
          )
        : trans.__('Stays: it is exempt.');
    case 'kept':
      return kept
        ? trans.__(
            'Stays: kept until %1 by %2.',
            formatMoment(kept.until, now),
            bounded(kept.by, MAX_NAME)
          )
        : trans.__('Stays: somebody keeps it.');
    case 'busy':
      return trans.__('Stays: it is running code.');
    case 'busy_reports_stopped':
      return trans.__('Stays: it was running code when it last reported.');
    case 'settling':
      return trans.__('Stays: its next report is awaited.');
    case 'never':
      return trans.__('Stays: idle servers are not stopped here.');
    case 'no_activity_known':
      return trans.__('Stays: nobody knows when it was last used.');
    case 'clock_skew':
      return trans.__('Stays: one of the clocks is wrong.');
    case 'pending':
    case 'not_ready':
      return trans.__('Stays: it is on its way.');
    default:
      return null;
  }
}

/**
 * When a server stops, in a word or two for a column: `15:10`, `in 9 min.`, `exempt`, `never`.
 */
export function stopsText(
  server: ServiceServer,
  now: number,
  trans: TranslationBundle
): string {
  const { decision, state } = server;
  const { reason_code, deadline } = decision;
  if (state !== 'running') {
    return '';
  }
  if (isDue(decision, now)) {
    return trans.__('now');
  }
  switch (reason_code) {
    case 'exempt':
      return trans.__('exempt');
    case 'never':
      return trans.__('never');
    case 'busy':
      return trans.__('stays: busy');
    default:
      break;
  }
  if (deadline === null) {
    return trans.__('stays');
  }
  return isNear(decision, now)
    ? trans.__('in %1', formatUntil(deadline, now, trans))
    : formatMoment(deadline, now);
}

/**
 * When a server stops that stops soon: `Stops in 9 min.`; null: it does not stop soon.
 */
export function soonText(
  { decision, state }: ServiceServer,
  now: number,
  trans: TranslationBundle
): string | null {
  const { deadline } = decision;
  if (state !== 'running' || deadline === null || !isNear(decision, now)) {
    return null;
  }
  return isDue(decision, now)
    ? trans.__('Stops now')
    : trans.__('Stops in %1', formatUntil(deadline, now, trans));
}
