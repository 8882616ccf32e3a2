import type { Popup } from '@jupyterlab/statusbar';
import { GroupItem, showPopup, TextItem } from '@jupyterlab/statusbar';
import { historyIcon, ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import React from 'react';

import { formatMoment } from '../format/time';
import type { Announcer } from '../state/announcer';
import type { Countdown } from './countdown';
import type { Deadline } from './deadline';
import type { IKeepAnswer } from './keep';
import { StopsPopup } from './StopsPopup';
import { leftText } from './words';

/**
 * What the item needs.
 */
export interface IStatusItemOptions {
  readonly source: Deadline;
  readonly countdown: Countdown;
  readonly announcer: Announcer;
  readonly trans: TranslationBundle;
  readonly keep: () => Promise<IKeepAnswer>;
  /** Open the idle settings of this server. */
  readonly openSettings: () => void;
}

/**
 * The time left in the status bar; shown only when the deadline is near.
 */
export class StatusItem extends ReactWidget {
  constructor(options: IStatusItemOptions) {
    super();
    this._options = options;
    this.addClass('jp-HubAdmin-stops');
    this.addClass('jp-mod-highlight');
    options.countdown.changed.connect(this._onChanged);
    this._onChanged();
  }

  /**
   * Whether there is something to show; an open popup keeps its place.
   */
  readonly isActive = (): boolean =>
    this._popup !== null || this._options.countdown.isNear;

  /**
   * The item is to be shown, or hidden, or reads differently.
   */
  get activeStateChanged(): ISignal<this, void> {
    return this._activeStateChanged;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.countdown.changed.disconnect(this._onChanged);
    this._popup?.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  protected override render(): JSX.Element {
    const { source, trans } = this._options;
    return (
      <GroupItem
        spacing={4}
        role="button"
        tabIndex={0}
        aria-haspopup="dialog"
        title={trans.__('Why this server stops')}
        onClick={this._toggle}
        onKeyDown={event => {
          if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            event.stopPropagation();
            this._toggle();
          }
        }}
      >
        <historyIcon.react stylesheet="statusBar" tag="span" />
        <TextItem source={leftText(source.left() ?? 0, trans)} />
      </GroupItem>
    );
  }

  private readonly _onChanged = (): void => {
    const { announcer, source, countdown, trans } = this._options;
    if (countdown.isNear && !this._wasNear) {
      // The rest of the countdown is there to be read.
      const { deadline } = source.get();
      const now = source.now();
      announcer.say(
        trans.__('Your server stops at %1.', formatMoment(deadline ?? now, now))
      );
    }
    this._wasNear = countdown.isNear;
    this._activeStateChanged.emit();
    this.update();
  };

  private readonly _keep = async (): Promise<IKeepAnswer> => {
    const { announcer, keep } = this._options;
    const answer = await keep();
    if (answer.isKept) {
      announcer.say(answer.text);
    } else {
      announcer.interrupt(answer.text);
    }
    return answer;
  };

  private readonly _toggle = (): void => {
    if (this._popup) {
      this._popup.dispose();
      return;
    }
    const { source, countdown, trans, openSettings } = this._options;
    const body = new StopsPopup({
      source,
      changed: countdown.changed,
      trans,
      keep: this._keep,
      openSettings: () => {
        popup.dispose();
        openSettings();
      }
    });
    const popup = showPopup({
      body,
      anchor: this,
      align: 'left',
      hasDynamicSize: true
    });
    this._popup = popup;
    popup.disposed.connect(() => {
      this._popup = null;
      // The popup is still there: unless the person went elsewhere, it has the focus.
      if (popup.node.contains(document.activeElement) && this.isActive()) {
        this.node.querySelector<HTMLElement>('[role="button"]')?.focus();
      }
      this._activeStateChanged.emit();
    });
  };

  private readonly _options: IStatusItemOptions;
  private readonly _activeStateChanged = new Signal<this, void>(this);
  private _popup: Popup | null = null;
  private _wasNear = false;
}
