import { language } from './time';

/**
 * Names that are said in a sentence before the rest is counted.
 */
export const MAX_NAMES = 20;

/**
 * Names one after the other, as the language of the page has it: `alice, carol, élodie`.
 */
export function formatList(names: readonly string[]): string {
  return new Intl.ListFormat(language(), {
    type: 'unit',
    style: 'short'
  }).format(names);
}
