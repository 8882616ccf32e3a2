/**
 * Says things to screen readers; the page has one of these.
 */
export class Announcer {
  constructor() {
    this._polite = region('polite');
    this._assertive = region('assertive');
  }

  /**
   * Say it when there is a pause.
   */
  say(text: string): void {
    this._put(this._polite, text);
  }

  /**
   * Say it at once: something that the person began has failed.
   */
  interrupt(text: string): void {
    this._put(this._assertive, text);
  }

  /**
   * Say nothing any more.
   */
  dispose(): void {
    this._polite.remove();
    this._assertive.remove();
  }

  private _put(node: HTMLElement, text: string): void {
    // The same words twice are no change to a screen reader unless they were gone in between.
    node.textContent = '';
    setTimeout(() => {
      node.textContent = text;
    }, 50);
  }

  private readonly _polite: HTMLElement;
  private readonly _assertive: HTMLElement;
}

function region(kind: 'polite' | 'assertive'): HTMLElement {
  const node = document.createElement('div');
  node.className = 'jp-HubAdmin-srOnly';
  node.setAttribute('aria-live', kind);
  document.body.appendChild(node);
  return node;
}
