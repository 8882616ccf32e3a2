import type { TranslationBundle } from '@jupyterlab/translation';

const HOUR = 3_600_000;

/**
 * A time until which a server may be kept.
 */
export interface IKeepChoice {
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * What is offered; an end of the working day that is over is not.
 */
export function keepChoices(
  now: number,
  trans: TranslationBundle
): IKeepChoice[] {
  const evening = new Date(now);
  evening.setHours(18, 0, 0, 0);
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(9, 0, 0, 0);
  const choices = [
    { label: trans.__('In 1 h'), until: now + HOUR },
    { label: trans.__('In 4 h'), until: now + 4 * HOUR },
    { label: trans.__('Until 18:00'), until: evening.getTime() },
    { label: trans.__('Tomorrow 9:00'), until: morning.getTime() }
  ];
  return choices.filter(({ until }) => until > now);
}

/**
 * A moment as a field for date and time takes it, in the clock of the browser.
 */
export function toLocalInput(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return `${day.map(two).join('-')}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/**
 * The moment that such a field holds; null: none, or none ahead.
 */
export function fromLocalInput(text: string, now: number): number | null {
  const time = new Date(text).getTime();
  return text !== '' && time > now ? time : null;
}

/**
 * A moment as it is sent.
 */
export function isoOf(time: number): string {
  return new Date(time).toISOString();
}
