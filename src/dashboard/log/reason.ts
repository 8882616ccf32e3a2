import type { TranslationBundle } from '@jupyterlab/translation';

import type { AuditEntry } from '../../api/types';
import { CEILINGS, FIELDS } from '../../rules/fields';
import { labelOf } from '../../rules/words';

/**
 * Where the log names a field of a rule: at the beginning, and behind each change.
 *
 * @see hub_admin_lab/service/store/words.py
 */
const FIELD = /(^|; )([a-z._]+): /g;

/**
 * Why something was done; the fields of a rule are called as its form calls them.
 */
export function reasonText(
  { action, reason }: AuditEntry,
  trans: TranslationBundle
): string {
  if (action !== 'change-rule' && action !== 'delete-rule') {
    return reason;
  }
  return reason.replace(FIELD, (found, before: string, path: string) => {
    const label = fieldText(path, trans);
    return label === null ? found : `${before}${label}: `;
  });
}

function fieldText(path: string, trans: TranslationBundle): string | null {
  if (path in CEILINGS) {
    return trans.__('Ceiling: %1', labelOf(path, trans));
  }
  return path === 'exempt' || (FIELDS as readonly string[]).includes(path)
    ? labelOf(path, trans)
    : null;
}
