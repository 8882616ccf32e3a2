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
  'start-server',
  'stop-server',
  'restart-server',
  'create-server',
  'rename-server',
  'edit-server',
  'delete-server',
  'bulk-start',
  'bulk-stop',
  'bulk-restart',
  'add-users',
  'rename-user',
  'make-admin',
  'unmake-admin',
  'delete-user',
  'create-group',
  'delete-group',
  'add-members',
  'remove-members',
  'set-group-properties',
  'shutdown-hub',
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
    case 'start-server':
      return trans.__('started the server');
    case 'stop-server':
      return trans.__('stopped the server');
    case 'restart-server':
      return trans.__('restarted the server');
    case 'create-server':
      return trans.__('created the server');
    case 'rename-server':
      return trans.__('renamed the server');
    case 'edit-server':
      return trans.__('changed the server');
    case 'delete-server':
      return trans.__('deleted the server');
    case 'bulk-start':
      return trans.__('started many servers');
    case 'bulk-stop':
      return trans.__('stopped many servers');
    case 'bulk-restart':
      return trans.__('restarted many servers');
    case 'add-users':
      return trans.__('added the user');
    case 'rename-user':
      return trans.__('renamed the user');
    case 'make-admin':
      return trans.__('gave admin rights to');
    case 'unmake-admin':
      return trans.__('took the admin rights from');
    case 'delete-user':
      return trans.__('deleted the user');
    case 'create-group':
      return trans.__('created the group');
    case 'delete-group':
      return trans.__('deleted the group');
    case 'add-members':
      return trans.__('put users into the group');
    case 'remove-members':
      return trans.__('took users out of the group');
    case 'set-group-properties':
      return trans.__('changed the properties of the group');
    case 'shutdown-hub':
      return trans.__('shut the hub down');
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
    case 'unknown':
      return trans.__('not known');
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
