import type { IPanelContext } from '../components/context';
import { PanelContext } from '../components/context';
import { ErrorBoundary } from '../components/ErrorBoundary';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { QueryClientProvider } from '@tanstack/react-query';
import React from 'react';

import { HubAdminContext } from '../state/context';
import type { IHubAdmin } from '../state/hub';
import { Listeners } from '../state/listeners';
import { VisibleContext, Visibility } from '../state/visibility';

/**
 * A widget that shows a component of ours; it tells whether it is shown.
 *
 * Nothing is drawn, and so nothing is asked for, before it is shown for the first time.
 */
export class Section extends ReactWidget {
  /**
   * @param hub - what is shown
   * @param panel - words and deeds
   * @param content - makes the component; `shown` tells when the widget is shown once more
   */
  constructor(
    hub: IHubAdmin,
    panel: IPanelContext,
    content: (shown: Listeners['subscribe']) => JSX.Element
  ) {
    super();
    this._hub = hub;
    this._panel = panel;
    this._content = content;
    this.addClass('jp-HubAdmin-section');
  }

  /**
   * Draw nothing any more.
   */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._hub.visibility.set(this, false);
    this._visibility.dispose();
    super.dispose();
  }

  protected override render(): JSX.Element | null {
    if (!this._wasShown) {
      return null;
    }
    return (
      <ErrorBoundary trans={this._panel.trans}>
        <HubAdminContext.Provider value={this._hub}>
          <PanelContext.Provider value={this._panel}>
            <VisibleContext.Provider value={this._visibility}>
              <QueryClientProvider client={this._hub.queryClient}>
                {this._content(this._shown.subscribe)}
              </QueryClientProvider>
            </VisibleContext.Provider>
          </PanelContext.Provider>
        </HubAdminContext.Provider>
      </ErrorBoundary>
    );
  }

  protected override onAfterAttach(msg: Message): void {
    this._wasShown ||= this.isVisible;
    super.onAfterAttach(msg);
    this._setVisible(this.isVisible);
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._setVisible(true);
    if (this._wasShown) {
      this._shown.notify();
    } else {
      this._wasShown = true;
      MessageLoop.sendMessage(this, Widget.Msg.UpdateRequest);
    }
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._setVisible(false);
  }

  protected override onBeforeDetach(msg: Message): void {
    this._setVisible(false);
    super.onBeforeDetach(msg);
  }

  private _setVisible(visible: boolean): void {
    this._visibility.set(this, visible);
    this._hub.visibility.set(this, visible);
  }

  private readonly _hub: IHubAdmin;
  private readonly _panel: IPanelContext;
  private readonly _content: (shown: Listeners['subscribe']) => JSX.Element;
  private readonly _visibility = new Visibility();
  private readonly _shown = new Listeners();
  private _wasShown = false;
}
