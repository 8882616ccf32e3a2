import { Notification } from '@jupyterlab/apputils';
import type { IStatusBar } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { UserClient } from '../api/userClient';
import type { HubStart } from '../state/start';
import { permission } from './browserNotice';
import { Countdown } from './countdown';
import { Deadline } from './deadline';
import type { IKeepAnswer, KeepServer } from './keep';
import { keepRunning } from './keep';
import { Notices } from './notices';
import { Presence } from './presence';
import { StatusItem } from './StatusItem';
import { TextBody } from './TextBody';
import { Warning } from './warning';

export { UserClient } from '../api/userClient';

/**
 * How long an answer to the command stays, in milliseconds.
 */
const ANSWER = 10_000;

/**
 * What the user's parts need of the application.
 */
export interface IForUserOptions {
  readonly start: HubStart;
  readonly client: UserClient;
  readonly trans: TranslationBundle;
  /** Keep a server until then, in ISO 8601; resolves to until when it is kept, or null. */
  readonly keep: KeepServer;
  /** Jupyter Notebook has none. */
  readonly statusBar: IStatusBar | null;
  /** Open the idle settings of this server. */
  readonly openSettings: () => void;
  /** Show something in a dialog. */
  readonly tell: (question: {
    title: string;
    summary: string;
    body: React.ReactElement;
  }) => void;
  /** Whether there is a deadline may have changed. */
  readonly onChange: () => void;
}

/**
 * Everything that an ordinary user gets: their presence counts, and they are told before and after
 * their server is stopped. Somebody else in the server is only counted.
 */
export class ForUser {
  constructor(options: IForUserOptions) {
    this._options = options;
    const { start, client } = options;
    const presence = new Presence(
      page => client.presence(page),
      () => this._source?.limit ?? null
    );
    this._parts.push(() => presence.dispose());
    if (start.info.get()?.at_home) {
      this._source = this._startTelling(presence);
    }
  }

  /**
   * Whether this server is going to be stopped.
   */
  get hasDeadline(): boolean {
    return this._source !== null && this._source.left() !== null;
  }

  /**
   * Keep this server running, and say how that ended.
   */
  async keep(): Promise<void> {
    if (this._source) {
      const { isKept, text } = await this._keep(this._source);
      Notification.emit(text, isKept ? 'success' : 'warning', {
        autoClose: ANSWER
      });
    }
  }

  /**
   * Tell nothing any more.
   */
  dispose(): void {
    this._parts.splice(0).forEach(dispose => dispose());
  }

  private _startTelling(presence: Presence): Deadline {
    const { start, client, trans, statusBar, openSettings, onChange } =
      this._options;
    const source = new Deadline(
      signal => client.deadline(signal),
      () => permission() === 'granted'
    );
    const keep = () => this._keep(source);
    const show = (title: string, text: string) => this._show(title, text);
    const warning = new Warning({ source, trans, keep, show });
    const notices = new Notices({
      source,
      trans,
      server: start.info.get()?.server_name ?? '',
      seen: id => client.seen(id),
      show
    });
    this._parts.push(
      () => source.dispose(),
      () => warning.dispose(),
      () => notices.dispose(),
      presence.subscribe(notices.used),
      source.subscribe(onChange)
    );
    if (statusBar) {
      const countdown = new Countdown(source);
      const item = new StatusItem({
        source,
        countdown,
        announcer: start.announcer,
        trans,
        keep,
        openSettings
      });
      const registered = statusBar.registerStatusItem('hub-admin-lab:stops', {
        item,
        align: 'middle',
        isActive: item.isActive,
        activeStateChanged: item.activeStateChanged
      });
      this._parts.push(
        () => registered.dispose(),
        () => countdown.dispose()
      );
    }
    return source;
  }

  private _keep(source: Deadline): Promise<IKeepAnswer> {
    const { start, keep, trans } = this._options;
    return keepRunning({ info: start.info.get(), keep, source, trans });
  }

  private _show(title: string, text: string): void {
    const [summary = ''] = text.split('\n');
    this._options.tell({ title, summary, body: <TextBody text={text} /> });
  }

  private readonly _options: IForUserOptions;
  private readonly _parts: (() => void)[] = [];
  private readonly _source: Deadline | null = null;
}
