import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { isNotLoaded, notLoadedText } from '../components/notLoaded';

/**
 * Say that something was not done as a part of the extension could not be loaded; any other error
 * goes on.
 */
export function tellNotLoaded(error: unknown, trans: TranslationBundle): void {
  if (!isNotLoaded(error)) {
    throw error;
  }
  Notification.error(notLoadedText(trans), { autoClose: false });
}
