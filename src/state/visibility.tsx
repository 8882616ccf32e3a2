import { createContext, useContext, useSyncExternalStore } from 'react';

import { Listeners } from './listeners';

/**
 * Whether something of ours is shown: a hidden panel asks nothing.
 */
export class Visibility {
  constructor() {
    document.addEventListener('visibilitychange', this._update);
  }

  /**
   * Call back on every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * Whether at least one of our widgets is shown on a page that is shown.
   */
  readonly get = (): boolean => this._visible;

  /**
   * A widget is shown, or hidden.
   */
  set(widget: object, shown: boolean): void {
    if (shown) {
      this._shown.add(widget);
    } else {
      this._shown.delete(widget);
    }
    this._update();
  }

  /**
   * Watch the page no more.
   */
  dispose(): void {
    document.removeEventListener('visibilitychange', this._update);
  }

  private readonly _update = (): void => {
    const visible =
      this._shown.size > 0 && document.visibilityState !== 'hidden';
    if (visible !== this._visible) {
      this._visible = visible;
      this._listeners.notify();
    }
  };

  private readonly _shown = new Set<object>();
  private readonly _listeners = new Listeners();
  private _visible = false;
}

/**
 * The visibility of the widget that a component is in.
 */
export const VisibleContext = createContext<Visibility | null>(null);

/**
 * Whether the widget that the component is in is shown; true outside of one.
 */
export function useVisible(): boolean {
  const visibility = useContext(VisibleContext);
  return useSyncExternalStore(
    visibility ? visibility.subscribe : never,
    visibility ? visibility.get : always
  );
}

const never = () => () => undefined;
const always = () => true;
