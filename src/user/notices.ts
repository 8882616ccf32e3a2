import type { NotificationManager } from '@jupyterlab/apputils';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { bounded } from '../api/errors';
import type { NoticeView } from '../api/types';
import { formatClock, formatExact, language } from '../format/time';
import type { Deadline } from './deadline';
import { isHidden } from './deadline';
import { oneLine } from './words';

/**
 * Notices that are shown at a time; the others follow when these were seen.
 */
const AT_ONCE = 3;

/**
 * For so long it has to be there before somebody who types has seen it, in milliseconds.
 */
const A_LOOK = 5000;

/**
 * Characters of a name, and of a whole text; both come from elsewhere.
 */
const MAX_NAME = 40;
const MAX_TEXT = 2000;

const DAY = 24 * 60 * 60_000;

/**
 * What notices need.
 */
export interface INoticesOptions {
  readonly source: Deadline;
  readonly trans: TranslationBundle;
  /** The name of this server; empty for the default one. */
  readonly server: string;
  /** Tell the server that a notice was seen. */
  readonly seen: (id: string) => Promise<unknown>;
  /** Show a text in a dialog. */
  readonly show: (title: string, text: string) => void;
}

/**
 * Shows what the service has to tell the owner: that the last run was stopped, and messages.
 *
 * A notice was seen when it was closed or opened, or when somebody used the page that showed it.
 */
export class Notices {
  constructor(options: INoticesOptions) {
    this._options = options;
    this._stop = options.source.subscribe(() => this._update());
    Notification.manager.changed.connect(this._onChanged);
  }

  /**
   * Somebody is at work in the page.
   */
  readonly used = (): void => {
    for (const [id, { since }] of this._shown) {
      if (Date.now() - since >= A_LOOK) {
        this._see(id);
      }
    }
  };

  /**
   * Show nothing more.
   */
  dispose(): void {
    this._stop();
    Notification.manager.changed.disconnect(this._onChanged);
  }

  private _update(): void {
    const { notices } = this._options.source.get();
    const ids = new Set(notices.map(({ id }) => id));
    for (const [id, { notification }] of this._shown) {
      if (!ids.has(id)) {
        this._shown.delete(id);
        if (!this._seen.has(id)) {
          // Seen in another tab, or over.
          Notification.dismiss(notification);
        }
      }
    }
    for (const notice of notices) {
      if (this._seen.has(notice.id)) {
        this._tell(notice.id); // that could not be told the last time
      } else if (
        !this._shown.has(notice.id) &&
        this._shown.size < AT_ONCE &&
        !isHidden()
      ) {
        this._show(notice);
      }
    }
  }

  private _show(notice: NoticeView): void {
    const { trans, show, server } = this._options;
    const text =
      notice.kind === 'stopped'
        ? stoppedText(notice, server, this._options.source.now(), trans)
        : trans.__('%1: %2', bounded(notice.by, MAX_NAME), notice.text);
    const line = oneLine(text);
    const whole = bounded(notice.text, MAX_TEXT);
    const isStop = notice.kind === 'stopped';
    const title = isStop
      ? trans.__('Why your server was stopped')
      : trans.__('Message from %1', bounded(notice.by, MAX_NAME));
    const notification = Notification.info(line, {
      autoClose: false,
      actions:
        isStop || line !== text
          ? [
              {
                label: isStop ? trans.__('Why?') : trans.__('Show'),
                callback: () =>
                  show(title, [formatExact(notice.at), whole].join('\n'))
              }
            ]
          : []
    });
    this._shown.set(notice.id, { notification, since: Date.now() });
  }

  private readonly _onChanged = (
    _: NotificationManager,
    { type, notification }: Notification.IChange
  ): void => {
    if (type !== 'removed') {
      return;
    }
    for (const [id, shown] of this._shown) {
      if (shown.notification === notification.id) {
        this._see(id);
      }
    }
  };

  private _see(id: string): void {
    if (this._seen.has(id)) {
      return;
    }
    this._seen.add(id);
    this._tell(id);
  }

  private _tell(id: string): void {
    this._options.seen(id).catch(() => undefined); // again after the next look
  }

  private readonly _options: INoticesOptions;
  private readonly _stop: () => void;
  private readonly _seen = new Set<string>();
  private readonly _shown = new Map<
    string,
    { readonly notification: string; readonly since: number }
  >();
}

/**
 * That the last run was stopped, when, and why: `Your server was stopped on Monday at 15:10: …`
 */
function stoppedText(
  { text, at }: NoticeView,
  server: string,
  now: number,
  trans: TranslationBundle
): string {
  const moment = Date.parse(at);
  if (Number.isNaN(moment)) {
    return text;
  }
  const clock = formatClock(moment);
  const why = reasonOf(text, server);
  const days = daysBetween(moment, now);
  if (days === 0) {
    return trans.__('Your server was stopped at %1: %2', clock, why);
  }
  const format = new Intl.DateTimeFormat(
    language(),
    days < 7 ? { weekday: 'long' } : { month: 'short', day: 'numeric' }
  );
  return trans.__(
    'Your server was stopped on %1 at %2: %3',
    format.format(moment),
    clock,
    why
  );
}

/**
 * The reason, without the sentence with which the service begins.
 */
function reasonOf(text: string, server: string): string {
  const named = server === '' ? '' : ` ${server}`;
  const begin = `Your server${named} was stopped. `;
  return text.startsWith(begin) ? text.slice(begin.length) : text;
}

/**
 * How many days ago something was, as a calendar counts.
 */
function daysBetween(moment: number, now: number): number {
  const [then, today] = [new Date(moment), new Date(now)];
  return Math.round(
    (today.setHours(0, 0, 0, 0) - then.setHours(0, 0, 0, 0)) / DAY
  );
}
