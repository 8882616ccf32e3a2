import type { TranslationBundle } from '@jupyterlab/translation';

import { describeDuration, parseDuration } from '../format/duration';
import type { IWordProblem } from '../state/users';

/**
 * What can be put in place of the word that is being typed.
 */
export interface ICompletion {
  /** What is written; ends with a space if the word is complete. */
  readonly text: string;
  /** What is shown; not translated, as it is what the server extension understands. */
  readonly word: string;
  /** What it finds. */
  readonly meaning: string;
}

/**
 * The word that is being typed: from its first character to the caret.
 */
interface ITyped {
  readonly start: number;
  readonly word: string;
}

/**
 * Groups that are offered at once.
 */
const MAX_GROUPS = 8;

/**
 * Characters of a word without a colon from which on others are offered; fewer begin many names.
 */
const MIN_LENGTH = 2;

const TIMES = ['30m', '2h', '1d'];

/**
 * All words with what they find.
 *
 * @see hub_admin_lab/hub/listing/query.py, which reads them
 */
export function allWords(trans: TranslationBundle): ICompletion[] {
  return [
    completion('running', trans.__('A server of theirs runs')),
    completion('stopped', trans.__('No server of theirs runs')),
    completion('pending', trans.__('A server of theirs starts or stops')),
    idleFor('2h', trans),
    inGroup('class-a', trans, 'group:'),
    completion(
      'server:gpu',
      trans.__('A named server is called so'),
      'server:'
    ),
    completion('admin', trans.__('They are an admin of the hub')),
    completion('"running"', trans.__('The name holds exactly this text'), '"')
  ];
}

/**
 * What fits the word before the caret.
 *
 * @param groups - names of groups that are known
 */
export function completionsOf(
  text: string,
  caret: number,
  groups: readonly string[],
  trans: TranslationBundle
): ICompletion[] {
  const typed = typedAt(text, caret).word.toLowerCase();
  if (typed.startsWith('group:')) {
    const name = typed.slice('group:'.length).replace(/"/g, '');
    return groups
      .filter(group => group.toLowerCase().includes(name))
      .slice(0, MAX_GROUPS)
      .map(group => inGroup(quoted(group), trans))
      .filter(({ word }) => word.toLowerCase() !== typed);
  }
  if (typed.startsWith('idle:')) {
    return TIMES.map(time => idleFor(time, trans)).filter(
      ({ word }) => word !== typed && word.startsWith(typed)
    );
  }
  return typed.length < MIN_LENGTH
    ? []
    : allWords(trans).filter(
        ({ text: put }) => put.startsWith(typed) && put.trimEnd() !== typed
      );
}

/**
 * That a word is not understood, and what may have been meant.
 */
export function problemText(
  { word, hint, message }: IWordProblem,
  trans: TranslationBundle
): string {
  if (!word || !hint) {
    return message;
  }
  return hint.startsWith('"')
    ? trans.__(
        '"%1" is not understood. To look for it in names, put it in quotes: %2.',
        word,
        hint
      )
    : trans.__('"%1" is not understood. Try %2.', word, hint);
}

/**
 * What was typed with a completion put where the caret is: for the word there if that is what it
 * completes, else after it.
 *
 * @returns the text and where the caret goes
 */
export function complete(
  text: string,
  caret: number,
  { text: put }: ICompletion
): [string, number] {
  const { start, word } = typedAt(text, caret);
  const typed = word.toLowerCase();
  const key = typed.slice(0, typed.indexOf(':') + 1);
  const isOfKey = key !== '' && put.startsWith(key);
  const isReplaced = isOfKey || put.startsWith(typed);
  const before = isReplaced ? text.slice(0, start) : `${text.slice(0, caret)} `;
  const after = text.slice(caret);
  return [
    before + put + (put.endsWith(' ') ? after.trimStart() : after),
    before.length + put.length
  ];
}

function completion(
  word: string,
  meaning: string,
  text = `${word} `
): ICompletion {
  return { text, word, meaning };
}

function idleFor(time: string, trans: TranslationBundle): ICompletion {
  const duration = describeDuration(parseDuration(time) ?? 0, trans);
  return completion(
    `idle:>${time}`,
    trans.__('It runs, unused for over %1', duration)
  );
}

function inGroup(
  name: string,
  trans: TranslationBundle,
  text?: string
): ICompletion {
  return completion(`group:${name}`, trans.__('They are in this group'), text);
}

function quoted(name: string): string {
  return /[\s"]/.test(name) ? `"${name.replace(/"/g, '')}"` : name;
}

/**
 * The word that reaches to the caret; spaces between quotes belong to it.
 */
function typedAt(text: string, caret: number): ITyped {
  const before = text.slice(0, caret);
  const [last] = [...before.matchAll(/(?:"[^"]*(?:"|$)|[^\s"])+/g)].slice(-1);
  const start = last?.index ?? caret;
  const word = before.slice(start);
  return last?.[0] === word ? { start, word } : { start: caret, word: '' };
}
