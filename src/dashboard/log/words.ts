import type { TranslationBundle } from '@jupyterlab/translation';

import { bounded } from '../../api/errors';
import type { AuditEntry } from '../../api/types';
import { whoOf } from '../../format/who';

/**
 * Whom the service calls itself in the log.
 *
 * @see hub_admin_lab/service/stops.py
 */
const SERVICE = 'hub_admin_lab';

/**
 * Characters of a name.
 */
const MAX_NAME = 255;

/**
 * What the log is about, as far as this version knows.
 */
export const ACTIONS = [
  'stop-server',
  'stop-kernel',
  'stop-terminal',
  'keep-server',
  'end-keep',
  'change-rule',
  'delete-rule',
  'send-notice'
] as const;

/**
 * What was done, in words.
 */
export function actionText(action: string, trans: TranslationBundle): string {
  switch (action) {
    case 'stop-server':
      return trans.__('stopped the server');
    case 'stop-kernel':
      return trans.__('stopped a kernel');
    case 'stop-terminal':
      return trans.__('stopped a terminal');
    case 'keep-server':
      return trans.__('kept the server');
    case 'end-keep':
      return trans.__('kept the server no longer');
    case 'change-rule':
      return trans.__('changed a rule');
    case 'delete-rule':
      return trans.__('deleted a rule');
    case 'send-notice':
      return trans.__('sent a message');
    default:
      return bounded(action.replace(/-/g, ' '), MAX_NAME);
  }
}

/**
 * Who did it.
 */
export function actorText(actor: string, trans: TranslationBundle): string {
  return actor === SERVICE ? trans.__('idle rules') : bounded(actor, MAX_NAME);
}

/**
 * Whom somebody means who wrote a name: what is shown of the service stands for it.
 */
export function actorOf(text: string, trans: TranslationBundle): string {
  const wanted = text.trim();
  return wanted.toLowerCase() === trans.__('idle rules').toLowerCase()
    ? SERVICE
    : wanted;
}

/**
 * How it ended, in a word.
 */
export function outcomeText(
  outcome: AuditEntry['outcome'],
  trans: TranslationBundle
): string {
  switch (outcome) {
    case 'begun':
      return trans.__('begun');
    case 'pending':
      return trans.__('under way');
    case 'done':
      return trans.__('done');
    case 'failed':
      return trans.__('failed');
  }
}

/**
 * To whom or what: a kernel says little without its server.
 */
export function targetText(
  { user, server, target }: AuditEntry,
  trans: TranslationBundle
): string {
  const who = server === null ? user : whoOf({ user, server });
  return who === '' || target.includes(who)
    ? target
    : trans.__('%1: %2', who, target);
}
