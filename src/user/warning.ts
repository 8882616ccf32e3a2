import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { showInBrowser } from './browserNotice';
import type { Deadline } from './deadline';
import { isHidden } from './deadline';
import type { IKeepAnswer } from './keep';
import { reasonText, verdictText, warningText } from './words';

/**
 * How long an answer stays, in milliseconds.
 */
const ANSWER = 10_000;

/**
 * Deadlines are made of ages that were reported: one that is off by less is the same.
 */
const SAME = 3000;

/**
 * What a warning needs.
 */
export interface IWarningOptions {
  readonly source: Deadline;
  readonly trans: TranslationBundle;
  readonly keep: () => Promise<IKeepAnswer>;
  /** Show a text in a dialog. */
  readonly show: (title: string, text: string) => void;
}

/**
 * Warns once of each deadline, when it is time for it.
 */
export class Warning {
  constructor(options: IWarningOptions) {
    this._options = options;
    this._stop = options.source.subscribe(() => this._update());
  }

  /**
   * Warn no more.
   */
  dispose(): void {
    this._stop();
    this._close();
  }

  private _update(): void {
    const { source } = this._options;
    const { deadline, warnAt, current } = source.get();
    const now = source.now();
    const isDue =
      deadline !== null &&
      warnAt !== null &&
      warnAt <= now &&
      // While the service is away nobody stops what was due meanwhile.
      (deadline > now || current);
    if (!isDue) {
      // Used meanwhile, or kept, perhaps in another tab.
      this._close();
    } else if (
      this._warnedOf === null ||
      Math.abs(deadline - this._warnedOf) >= SAME
    ) {
      this._warnedOf = deadline;
      this._warn();
    }
  }

  private _warn(): void {
    this._close();
    const { source, trans } = this._options;
    const text = warningText(source, trans);
    // A toast is an alert to screen readers as it is.
    this._shown = Notification.warning(text, {
      autoClose: false,
      actions: this._actions()
    });
    if (isHidden()) {
      this._closeInBrowser = showInBrowser(trans.__('Hub Admin'), text);
    }
  }

  private _actions(): Notification.IAction[] {
    const { trans } = this._options;
    return [
      {
        label: trans.__('Why?'),
        callback: event => {
          event.preventDefault(); // the warning stays
          this._explain();
        }
      },
      {
        label: trans.__('Keep it running'),
        displayType: 'accent',
        callback: event => {
          event.preventDefault();
          void this._keep();
        }
      }
    ];
  }

  private _explain(): void {
    const { source, trans, show } = this._options;
    show(
      trans.__('Why this server stops'),
      [verdictText(source, trans), reasonText(source, trans)].join('\n')
    );
  }

  private async _keep(): Promise<void> {
    const id = this._shown;
    if (id === null || this._isAsking) {
      return;
    }
    this._isAsking = true;
    const { isKept, text } = await this._options.keep();
    this._isAsking = false;
    if (isKept) {
      this._closeInBrowser();
      this._answer(id, text);
    } else {
      const actions = this._actions();
      if (!Notification.update({ id, message: text, actions })) {
        this._shown = Notification.warning(text, { autoClose: false, actions });
      }
    }
  }

  /**
   * The answer takes the place of the warning, also of one that the good news have closed.
   */
  private _answer(id: string, text: string): void {
    this._shown = null;
    const options = { autoClose: ANSWER, actions: [] };
    const message = { id, message: text, type: 'success' as const, ...options };
    if (!Notification.update(message)) {
      Notification.success(text, options);
    }
  }

  private _close(): void {
    this._closeInBrowser();
    this._closeInBrowser = nothing;
    if (this._shown !== null && !this._isAsking) {
      Notification.dismiss(this._shown);
      this._shown = null;
    }
  }

  private readonly _options: IWarningOptions;
  private readonly _stop: () => void;
  private _warnedOf: number | null = null;
  private _shown: string | null = null;
  private _isAsking = false;
  private _closeInBrowser = nothing;
}

const nothing = (): void => undefined;
