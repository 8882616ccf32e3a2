import { Listeners } from './listeners';

/**
 * What a person may set.
 */
export interface IOptions {
  /** Seconds between two looks at the servers while the panel is shown. */
  readonly refreshPeriod: number;
  /** Users that are loaded at once. */
  readonly pageSize: number;
  readonly confirmStop: boolean;
  readonly confirmRestart: boolean;
  readonly confirmOpen: boolean;
}

/**
 * What holds where nothing was set; the same as in `schema/panel.json`.
 */
export const DEFAULT_OPTIONS: IOptions = {
  refreshPeriod: 10,
  pageSize: 50,
  confirmStop: true,
  confirmRestart: true,
  confirmOpen: true
};

/**
 * The settings of the panel as they are now.
 */
export class Options {
  /**
   * Call back on every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * The same object as long as nothing changed.
   */
  readonly get = (): IOptions => this._options;

  /**
   * Take what the settings hold; a value of another type is left out.
   */
  set(composite: Readonly<Record<string, unknown>>): void {
    const number = (name: 'refreshPeriod' | 'pageSize') => {
      const value = composite[name];
      return typeof value === 'number' ? value : DEFAULT_OPTIONS[name];
    };
    const switched = (
      name: 'confirmStop' | 'confirmRestart' | 'confirmOpen'
    ) => {
      const value = composite[name];
      return typeof value === 'boolean' ? value : DEFAULT_OPTIONS[name];
    };
    this._options = {
      refreshPeriod: number('refreshPeriod'),
      pageSize: number('pageSize'),
      confirmStop: switched('confirmStop'),
      confirmRestart: switched('confirmRestart'),
      confirmOpen: switched('confirmOpen')
    };
    this._listeners.notify();
  }

  private _options = DEFAULT_OPTIONS;
  private readonly _listeners = new Listeners();
}
