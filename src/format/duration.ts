import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * What one letter or word after a number means, in seconds.
 */
const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: MINUTE,
  min: MINUTE,
  minute: MINUTE,
  minutes: MINUTE,
  h: HOUR,
  hr: HOUR,
  hour: HOUR,
  hours: HOUR,
  d: DAY,
  day: DAY,
  days: DAY
};

/**
 * What a person wrote into a duration field: seconds, null for off, undefined for nonsense.
 */
export type Duration = number | null | undefined;

/**
 * Read a duration: `30 min`, `2 h`, `1 h 30 min`, `90 s`, `1 d`, `off`; a bare number is minutes.
 */
export function parseDuration(text: string): Duration {
  const words = text.trim().toLowerCase().replace(/,/g, '.');
  if (words === 'off' || words === 'never') {
    return null;
  }
  if (/^\d+(\.\d+)?$/.test(words)) {
    return positive(Number(words) * MINUTE);
  }
  const part = /(\d+(?:\.\d+)?)\s*([a-z]+)\.?/g;
  if (!words || words.replace(part, '').trim() !== '') {
    return undefined;
  }
  let seconds = 0;
  for (const [, amount, name] of words.matchAll(part)) {
    const unit = UNITS[name ?? ''];
    if (unit === undefined) {
      return undefined;
    }
    seconds += Number(amount) * unit;
  }
  return positive(seconds);
}

function positive(seconds: number): Duration {
  const whole = Math.round(seconds);
  return whole > 0 && Number.isSafeInteger(whole) ? whole : undefined;
}

/**
 * Write a duration as one would type it: `1 h 30 min`; null is `off`.
 */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) {
    return 'off';
  }
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [unit, name] of [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [1, 's']
  ] as const) {
    const amount = Math.floor(rest / unit);
    if (amount > 0) {
      parts.push(`${amount} ${name}`);
      rest -= amount * unit;
    }
  }
  return parts.join(' ') || '0 s';
}

/**
 * A duration in words, rounded down to its largest unit: `5 hours`, `48 minutes`.
 */
export function describeDuration(
  seconds: number,
  trans: TranslationBundle
): string {
  if (seconds >= DAY) {
    return trans._n('%1 day', '%1 days', Math.floor(seconds / DAY));
  }
  if (seconds >= HOUR) {
    return trans._n('%1 hour', '%1 hours', Math.floor(seconds / HOUR));
  }
  if (seconds >= MINUTE) {
    return trans._n('%1 minute', '%1 minutes', Math.floor(seconds / MINUTE));
  }
  return trans.__('less than a minute');
}

/**
 * A duration as one short piece, rounded down: `12 min.`, `5 h`.
 */
export function shortDuration(
  seconds: number,
  trans: TranslationBundle
): string {
  if (seconds >= DAY) {
    return trans.__('%1 d', Math.floor(seconds / DAY));
  }
  if (seconds >= HOUR) {
    return trans.__('%1 h', Math.floor(seconds / HOUR));
  }
  if (seconds >= MINUTE) {
    return trans.__('%1 min.', Math.floor(seconds / MINUTE));
  }
  return trans.__('%1 s', Math.max(0, Math.floor(seconds)));
}

/**
 * A duration exactly, in the largest units that fit: `1 h 30 min`, `90 s`.
 *
 * @see hub_admin_lab/idle/words.py, which writes it alike
 */
export function exactDuration(
  seconds: number,
  trans: TranslationBundle
): string {
  if (seconds > MINUTE && seconds < 2 * MINUTE) {
    return trans.__('%1 s', seconds);
  }
  const days = Math.floor(seconds / DAY);
  const hours = Math.floor((seconds % DAY) / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  const rest = seconds % MINUTE;
  const parts = [
    days > 0 && trans.__('%1 d', days),
    hours > 0 && trans.__('%1 h', hours),
    minutes > 0 && trans.__('%1 min', minutes),
    rest > 0 && trans.__('%1 s', rest)
  ].filter(part => part !== false);
  return parts.join(' ') || trans.__('%1 s', 0);
}

/**
 * The same for what nobody needs to the second: in whole minutes, beyond a day in whole hours.
 */
export function roughDuration(
  seconds: number,
  trans: TranslationBundle
): string {
  const step = seconds >= DAY ? HOUR : seconds >= 2 * MINUTE ? MINUTE : 1;
  return exactDuration(seconds - (seconds % step), trans);
}

/**
 * Elapsed time as on a stop-watch: `1:20`.
 */
export function formatElapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const rest = String(whole % 60).padStart(2, '0');
  return `${Math.floor(whole / 60)}:${rest}`;
}
