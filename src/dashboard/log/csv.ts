import type { TranslationBundle } from '@jupyterlab/translation';

import type { AuditEntry } from '../../api/types';
import { actionText, actorText, outcomeText, targetText } from './words';

/**
 * What makes a spreadsheet take a cell for a formula.
 */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * By it spreadsheets know that the file is UTF-8.
 */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Entries of the log as a file for a spreadsheet: RFC 4180, and no cell of it a formula.
 */
export function toCsv(
  entries: readonly AuditEntry[],
  trans: TranslationBundle
): string {
  const head = [
    trans.__('Time'),
    trans.__('Who'),
    trans.__('Did'),
    trans.__('To whom'),
    trans.__('Why'),
    trans.__('Rule'),
    trans.__('Outcome'),
    trans.__('Message'),
    trans.__('Ended'),
    trans.__('Source')
  ];
  const lines = entries.map(entry => [
    entry.at,
    actorText(entry.actor, trans),
    actionText(entry.action, trans),
    targetText(entry, trans),
    entry.reason,
    entry.rule,
    outcomeText(entry.outcome, trans),
    entry.message,
    entry.ended_at ?? '',
    entry.told ? trans.__('panel') : trans.__('service')
  ]);
  const text = [head, ...lines]
    .map(line => `${line.map(cell).join(',')}\r\n`)
    .join('');
  return BYTE_ORDER_MARK + text;
}

/**
 * A text as one cell. Names, reasons and messages come from anybody: a formula among them would be
 * run by whoever opens the file.
 */
export function cell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless)
    ? `"${harmless.replace(/"/g, '""')}"`
    : harmless;
}
