import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The units of a time in the past, the largest first.
 */
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE]
];

/**
 * The language of the page.
 */
export function language(): string {
  return document.documentElement.lang || 'en';
}

/**
 * How long ago something was: `2 min. ago`, `just now`; a time ahead counts as now.
 *
 * Core's `Time.formatHuman` rounds up and reads "next year" for a clock two seconds ahead.
 */
export function formatAgo(
  time: string,
  now: number,
  trans: TranslationBundle,
  style: 'short' | 'long' = 'short'
): string {
  const elapsed = Math.max(0, now - Date.parse(time));
  for (const [unit, length] of UNITS) {
    if (elapsed >= length) {
      return ago[style]().format(-Math.floor(elapsed / length), unit);
    }
  }
  return trans.__('just now');
}

/**
 * A format in the language of the page: the same one as long as that is the same. To make one takes
 * half a millisecond and to use it a few microseconds, and a list uses it for each row.
 */
function format<T>(make: (language: string) => T): () => T {
  let made: { readonly language: string; readonly format: T } | undefined;
  return () => {
    if (made?.language !== language()) {
      made = { language: language(), format: make(language()) };
    }
    return made.format;
  };
}

const ago = {
  short: format(
    language =>
      new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  ),
  long: format(
    language =>
      new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'long' })
  )
};

const exact = format(
  language =>
    new Intl.DateTimeFormat(language, {
      dateStyle: 'medium',
      timeStyle: 'medium'
    })
);

const clock = format(
  language =>
    new Intl.DateTimeFormat(language, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23'
    })
);

const dayAndClock = format(
  language =>
    new Intl.DateTimeFormat(language, {
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23'
    })
);

/**
 * The exact time: `23 Nov 2026, 14:02:11`.
 */
export function formatExact(time: string): string {
  return exact().format(new Date(time));
}

/**
 * The time of day: `14:02`.
 */
export function formatClock(time: string | number): string {
  return clock().format(new Date(time));
}

/**
 * A moment ahead or behind as a reader needs it: `15:10` today, `23 Nov, 15:10` on another day.
 */
export function formatMoment(time: string | number, now: number): string {
  const moment = new Date(time);
  return moment.toDateString() === new Date(now).toDateString()
    ? formatClock(time)
    : dayAndClock().format(moment);
}

/**
 * How long until a moment ahead: `9 min.`, `1 h 5 min.`, `2 d 3 h`; rounded up, a moment behind is
 * `less than a minute`.
 */
export function formatUntil(
  time: string | number,
  now: number,
  trans: TranslationBundle
): string {
  const left = new Date(time).getTime() - now;
  if (left < MINUTE) {
    return trans.__('less than a minute');
  }
  const minutes = Math.ceil(left / MINUTE);
  if (minutes < 60) {
    return trans.__('%1 min.', minutes);
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return minutes % 60 === 0
      ? trans.__('%1 h', hours)
      : trans.__('%1 h %2 min.', hours, minutes % 60);
  }
  const days = Math.floor(hours / 24);
  return hours % 24 === 0
    ? trans.__('%1 d', days)
    : trans.__('%1 d %2 h', days, hours % 24);
}
