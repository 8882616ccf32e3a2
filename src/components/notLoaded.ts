import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * Whether a part of the extension could not be loaded: this server is away, or has another version
 * of the extension by now.
 */
export function isNotLoaded(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ChunkLoadError';
}

/**
 * What is said then.
 */
export function notLoadedText(trans: TranslationBundle): string {
  return trans.__(
    'A part of Hub Admin could not be loaded. Try again, or reload the page.'
  );
}

/**
 * The same error in words for people, if it is one of these.
 */
export function inWords(error: unknown, trans: TranslationBundle): unknown {
  if (isNotLoaded(error)) {
    error.message = notLoadedText(trans);
  }
  return error;
}
