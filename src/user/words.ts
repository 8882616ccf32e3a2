import type { TranslationBundle } from '@jupyterlab/translation';

import { bounded } from '../api/errors';
import { whyText } from '../format/reason';
import { formatMoment, formatUntil } from '../format/time';
import type { Deadline } from './deadline';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How far ahead a deadline is counted down.
 */
const COUNTED = HOUR;

/**
 * Core cuts what a notification says here.
 */
const MAX_NOTIFICATION = 140;

/**
 * Characters of a reason.
 */
const MAX_REASON = 600;

/**
 * The steps in which the time left is counted: minutes, in the last one ten seconds.
 */
export function stepOf(left: number): number {
  return left > MINUTE ? MINUTE : 10 * SECOND;
}

/**
 * The time left, for the status bar: `Stops in 9 min.`
 *
 * @param left - milliseconds
 */
export function leftText(left: number, trans: TranslationBundle): string {
  if (left <= 0) {
    return trans.__('Stops now.');
  }
  const step = stepOf(left);
  const whole = Math.ceil(left / step) * step;
  return whole >= MINUTE
    ? trans.__('Stops in %1 min.', Math.round(whole / MINUTE))
    : trans.__('Stops in %1 s.', Math.round(whole / SECOND));
}

/**
 * What becomes of this server, in a sentence.
 */
export function verdictText(
  source: Deadline,
  trans: TranslationBundle
): string {
  const { deadline } = source.get();
  const now = source.now();
  if (deadline === null) {
    return trans.__('This server is not going to be stopped.');
  }
  const evenUsed = isByAge(source);
  if (deadline <= now) {
    return evenUsed
      ? trans.__('Stops at the next check, even while it is used.')
      : trans.__('Stops at the next check unless it is used.');
  }
  const moment = formatMoment(deadline, now);
  if (deadline - now > COUNTED) {
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
 * Why; empty where there is nothing to say.
 */
export function reasonText(source: Deadline, trans: TranslationBundle): string {
  const { decision } = source.get();
  return decision ? bounded(whyText(decision, trans), MAX_REASON) : '';
}

/**
 * What the owner is warned with.
 */
export function warningText(
  source: Deadline,
  trans: TranslationBundle
): string {
  const { decision, deadline } = source.get();
  const now = source.now();
  const end = formatMoment(deadline ?? now, now);
  if (isByAge(source)) {
    return trans.__(
      'Your server stops at %1, even while it is used. Kernels end, files stay.',
      end
    );
  }
  return decision?.last_activity && source.limit !== null
    ? trans.__(
        'Your server stops at %1: nothing was used since %2. Kernels end, files stay.',
        end,
        formatMoment(decision.last_activity, now)
      )
    : trans.__('Your server stops at %1. Kernels end, files stay.', end);
}

/**
 * A text from elsewhere as one line of a notification.
 */
export function oneLine(text: string, length = MAX_NOTIFICATION): string {
  return bounded(text.replace(/\s+/g, ' ').trim(), length);
}

/**
 * Whether it is its age that ends the server, which no use puts off.
 */
function isByAge(source: Deadline): boolean {
  const code = source.get().decision?.reason_code;
  return code === 'age' || code === 'max_age';
}
