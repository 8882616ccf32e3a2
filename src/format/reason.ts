import type { TranslationBundle } from '@jupyterlab/translation';

import { exactDuration, roughDuration } from './duration';
import type { IOrigin } from './origin';
import { originText } from './origin';

/**
 * Why a server stays or stops, as the hub service tells it.
 */
export interface IReason {
  readonly reason_code: string;
  /** The service's own sentence. */
  readonly reason: string;
  readonly origin: IOrigin | null;
  /** What that sentence is made of. */
  readonly facts?: {
    readonly which?: string;
    readonly seconds?: number | null;
    readonly reported?: number | null;
    readonly limit?: number | null;
    readonly busy_max?: number | null;
    readonly words?: string;
    readonly also?: readonly string[];
  } | null;
}

/**
 * Why a server stays or stops, in a sentence or two.
 *
 * The service's own where it is another version, and tells something that is not known here.
 *
 * @see hub_admin_lab/idle/reasons.py, which has the same sentences
 */
export function whyText(reason: IReason, trans: TranslationBundle): string {
  const texts = [mainText(reason, trans), ...moreTexts(reason, trans)];
  return texts.includes(null) ? reason.reason : texts.join(' ');
}

function mainText(
  { reason_code, origin, facts }: IReason,
  trans: TranslationBundle
): string | null {
  const time = duration(facts?.seconds, roughDuration, trans);
  const reported = duration(facts?.reported, roughDuration, trans);
  const limit = duration(facts?.limit, exactDuration, trans);
  const most = duration(facts?.busy_max, exactDuration, trans);
  const level = origin && originText(origin, trans);
  const which = facts?.which ?? '';
  switch (reason_code) {
    case 'pending':
      return facts ? pendingText(which, trans) : null;
    case 'not_ready':
      return trans.__('The hub does not say that it is ready.');
    case 'clock_skew':
      return skewText(which, trans);
    case 'exempt':
      return time && level && facts?.words
        ? trans.__('Exempt for another %1, %2: %3', time, level, facts.words)
        : null;
    case 'kept':
      return time && facts?.words
        ? trans.__('Kept for another %1 by %2.', time, facts.words)
        : null;
    case 'settling':
      return settlingText(which, trans);
    case 'never':
      return level
        ? trans.__('Idle servers are never stopped here, %1.', level)
        : null;
    case 'no_activity_known':
      return trans.__('Neither its last activity nor its start is known.');
    case 'rules_not_readable':
      return trans.__(
        'A newer version of Hub Admin Lab set a rule for it, which this one cannot read.'
      );
    case 'busy':
      return time && busyText(time, most, trans);
    case 'busy_reports_stopped':
      return reported && wasBusyText(reported, most, trans);
    case 'idle':
    case 'due':
      return time && limit && level
        ? trans.__(
            'Nothing used for %1; the limit is %2, %3.',
            time,
            limit,
            level
          )
        : null;
    case 'idle_never_reported':
    case 'due_never_reported':
      return time && limit && level
        ? trans.__(
            'It does not report what is in use; the hub saw no activity for %1; the limit is %2, %3.',
            time,
            limit,
            level
          )
        : null;
    case 'idle_reports_stopped':
    case 'due_reports_stopped':
      return reported && time && limit && level
        ? trans.__(
            'It last reported %1 ago; nothing was used for %2 by that or at the hub; the limit is %3, %4.',
            reported,
            time,
            limit,
            level
          )
        : null;
    case 'age':
      return limit && level
        ? trans.__(
            'At an age of %1 it stops even while it is in use, %2.',
            limit,
            level
          )
        : null;
    case 'max_age':
      return time && limit && level
        ? trans.__(
            'It has run for %1; at an age of %2 it stops even while it is in use, %3.',
            time,
            limit,
            level
          )
        : null;
    default:
      return null;
  }
}

function pendingText(which: string, trans: TranslationBundle): string {
  switch (which) {
    case 'spawn':
      return trans.__('It is starting.');
    case 'stop':
      return trans.__('It is stopping.');
    default:
      return trans.__('The hub has something under way with it.');
  }
}

function skewText(which: string, trans: TranslationBundle): string | null {
  switch (which) {
    case 'start':
      return trans.__('It starts in the future: one of the clocks is wrong.');
    case 'activity':
      return trans.__(
        'It was active in the future: one of the clocks is wrong.'
      );
    default:
      return null;
  }
}

function settlingText(which: string, trans: TranslationBundle): string | null {
  switch (which) {
    case 'interrupted':
      return trans.__(
        'Reports were interrupted for many servers: its next one may be on the way.'
      );
    case 'late':
      return trans.__(
        'Its report is late: what it would tell may be on the way.'
      );
    case 'unreadable':
      return trans.__(
        'Its last report cannot be read by this version: the next one may be on its way.'
      );
    default:
      return null;
  }
}

function busyText(
  time: string,
  most: string | null,
  trans: TranslationBundle
): string {
  return most
    ? trans.__(
        'A kernel has run code for %1, which keeps it for %2 at most.',
        time,
        most
      )
    : trans.__('A kernel has run code for %1, which keeps it.', time);
}

function wasBusyText(
  reported: string,
  most: string | null,
  trans: TranslationBundle
): string {
  return most
    ? trans.__(
        'It last reported %1 ago, while a kernel ran code, which keeps it for %2 at most.',
        reported,
        most
      )
    : trans.__(
        'It last reported %1 ago, while a kernel ran code, which keeps it.',
        reported
      );
}

/**
 * What else is said, each as a sentence; null is one that is not known here.
 */
function moreTexts(
  { facts }: IReason,
  trans: TranslationBundle
): (string | null)[] {
  const most = duration(facts?.busy_max, exactDuration, trans);
  return (facts?.also ?? []).map(name => {
    switch (name) {
      case 'busy_too_long':
        return (
          most &&
          trans.__(
            'A kernel runs code, but for longer than the %1 that keep it.',
            most
          )
        );
      case 'busy_unprotected':
        return trans.__(
          'A kernel runs code, which does not keep it by its own settings.'
        );
      case 'busy_all_the_same':
        return trans.__('A kernel that runs code does not change that.');
      case 'unclear':
        return trans.__(
          'A kernel does not say whether it runs code, which counts as use while it reports.'
        );
      default:
        return null;
    }
  });
}

function duration(
  seconds: number | null | undefined,
  format: (seconds: number, trans: TranslationBundle) => string,
  trans: TranslationBundle
): string | null {
  return typeof seconds === 'number' ? format(seconds, trans) : null;
}

/**
 * Why a kernel stays or stops, in a sentence.
 *
 * @see hub_admin_lab/idle/kernels.py, which has the same sentences
 */
export function kernelWhyText(
  { reason_code, reason }: Pick<IReason, 'reason_code' | 'reason'>,
  trans: TranslationBundle
): string {
  switch (reason_code) {
    case 'off':
      return trans.__('Stays: idle kernels are not stopped here.');
    case 'dead':
      return trans.__('Stops: it died.');
    case 'unknown_state':
      return trans.__('Stays: it does not say whether it is idle.');
    case 'never':
      return trans.__('Stays: kernels of this kind are never stopped.');
    case 'no_activity_known':
      return trans.__('Stays: its last activity is not known.');
    case 'clock_skew':
      return trans.__(
        "Stays: its last activity is ahead of this server's clock."
      );
    case 'busy':
      return trans.__('Stays: it is running code.');
    case 'connected':
      return trans.__('Stays: a notebook is open on it.');
    case 'idle':
      return trans.__('Stops unless it is used.');
    case 'due':
      return trans.__('Stops at the next check unless it is used.');
    default:
      // Also `not_adjustable`: the sentence names who stops idle kernels there.
      return reason;
  }
}
