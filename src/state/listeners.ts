/**
 * Those who want to know when something changed; the shape that `useSyncExternalStore` takes.
 */
export class Listeners {
  /**
   * Call back on every change until the returned function is called.
   */
  readonly subscribe = (listener: () => void): (() => void) => {
    this._listeners.add(listener);
    return () => {
      this._listeners.delete(listener);
    };
  };

  /**
   * Tell everybody.
   */
  notify(): void {
    for (const listener of [...this._listeners]) {
      listener();
    }
  }

  private readonly _listeners = new Set<() => void>();
}
