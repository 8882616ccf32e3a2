import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';
import { Panel } from '@lumino/widgets';

import { notLoadedText } from '../components/notLoaded';

/**
 * A widget whose content is loaded when it is shown for the first time.
 */
export class LazyPanel extends Panel {
  /**
   * @param load - loads the content; asked again, when the widget is shown again, where it failed
   */
  constructor(load: () => Promise<Widget>, trans: TranslationBundle) {
    super();
    this._load = load;
    this._trans = trans;
    this.addClass('jp-HubAdmin-lazy');
  }

  /**
   * Load the content, unless it is there; what fails is said in its place.
   */
  async fill(): Promise<void> {
    this._filling ??= this._fill();
    await this._filling;
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      void this.fill();
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this.fill();
  }

  private async _fill(): Promise<void> {
    this._failure?.remove();
    try {
      const content = await this._load();
      if (this.isDisposed) {
        content.dispose();
      } else {
        this.addWidget(content);
      }
    } catch {
      this._filling = null;
      this._failure = document.createElement('p');
      this._failure.setAttribute('role', 'alert');
      this._failure.textContent = notLoadedText(this._trans);
      this.node.append(this._failure);
    }
  }

  private readonly _load: () => Promise<Widget>;
  private readonly _trans: TranslationBundle;
  private _filling: Promise<void> | null = null;
  private _failure: HTMLElement | null = null;
}
