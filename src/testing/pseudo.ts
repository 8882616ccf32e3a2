import type { TranslationBundle } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';

/**
 * Finds words that do not go through the translator.
 *
 * Every translated text is put between brackets. What stands outside of them may hold no Latin
 * letter: so names in these tests are Greek, and the page is Japanese, by which times have none.
 */
const trans = nullTranslator.load('hub_admin_lab');

/**
 * Names of users, servers and groups without a Latin letter.
 */
export const GREEK = ['αλκη', 'βιος', 'γαια', 'δελτα', 'ζωη', 'ηρα'] as const;

/**
 * The arguments that are words, of each way to translate; the rest is put into them.
 */
const WORDS: Readonly<Record<string, number>> = {
  __: 1,
  _n: 2,
  _p: 2,
  _np: 3
};

/**
 * Words between brackets; what is put into them stands outside.
 */
export const pseudo = new Proxy(trans, {
  get: (target, name: keyof TranslationBundle) => {
    const words = WORDS[name];
    const translate = target[name] as (...args: unknown[]) => string;
    return words === undefined
      ? translate
      : (...args: unknown[]) => {
          const put = args
            .slice(words)
            .map(value => (typeof value === 'string' ? `⟧${value}⟦` : value));
          const all = [...args.slice(0, words), ...put];
          return `⟦${translate.apply(target, all)}⟧`;
        };
  }
});

/**
 * Attributes that are read to somebody or shown.
 */
const ATTRIBUTES = [
  'alt',
  'aria-description',
  'aria-label',
  'aria-valuetext',
  'label',
  'placeholder',
  'title'
];

/**
 * Elements whose text means the same in every language, or is none.
 */
const NO_WORDS = 'code, pre, script, style, kbd';

/**
 * The texts of a part of the page that did not go through the translator.
 *
 * @param data - what comes from elsewhere and holds Latin letters: paths, messages of the server
 */
export function untranslated(
  root: Element = document.body,
  data: readonly string[] = []
): string[] {
  return untranslatedOf(textsOf(root), data);
}

/**
 * Those of some texts that did not go through the translator.
 */
export function untranslatedOf(
  texts: readonly string[],
  data: readonly string[] = []
): string[] {
  return texts.filter(text => {
    let rest = text.replace(/⟦[^⟦⟧]*⟧/g, '');
    for (const known of data) {
      rest = rest.split(known).join('');
    }
    return /[a-z]/i.test(rest);
  });
}

/**
 * Make the page Japanese, until the returned function is called.
 */
export function inJapanese(): () => void {
  const { lang } = document.documentElement;
  document.documentElement.lang = 'ja';
  return () => {
    document.documentElement.lang = lang;
  };
}

function textsOf(root: Element): string[] {
  const texts: string[] = [];
  for (const node of [root, ...root.querySelectorAll('*')]) {
    for (const name of ATTRIBUTES) {
      texts.push(node.getAttribute(name) ?? '');
    }
    if (!node.closest(NO_WORDS)) {
      for (const child of node.childNodes) {
        texts.push(child instanceof Text ? child.data : '');
      }
    }
  }
  return texts;
}
