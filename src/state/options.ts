import { Listeners } from './listeners';

/**
 * What a person may set.
 */
export interface IOptions {
  /** Users that are loaded at once. */
  readonly pageSize: number;
  readonly confirmStop: boolean;
  readonly confirmRestart: boolean;
  readonly confirmOpen: boolean;
  /** Minutes after which a server counts as idle. */
  readonly idleLimit: number;
  /** The columns of the dashboard that can be hidden and are not. */
  readonly dashboardColumns: readonly string[];
}

/**
 * What holds where nothing was set; the same as in `schema/panel.json`.
 */
export const DEFAULT_OPTIONS: IOptions = {
  pageSize: 50,
  confirmStop: true,
  confirmRestart: true,
  confirmOpen: true,
  idleLimit: 60,
  dashboardColumns: [
    'server',
    'last_activity',
    'started',
    'groups',
    'options',
    'stops'
  ]
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
    const number = (name: 'pageSize' | 'idleLimit') => {
      const value = composite[name];
      return typeof value === 'number' ? value : DEFAULT_OPTIONS[name];
    };
    const switched = (
      name: 'confirmStop' | 'confirmRestart' | 'confirmOpen'
    ) => {
      const value = composite[name];
      return typeof value === 'boolean' ? value : DEFAULT_OPTIONS[name];
    };
    const columns: unknown = composite.dashboardColumns;
    this._options = {
      pageSize: number('pageSize'),
      confirmStop: switched('confirmStop'),
      confirmRestart: switched('confirmRestart'),
      confirmOpen: switched('confirmOpen'),
      idleLimit: number('idleLimit'),
      dashboardColumns: Array.isArray(columns)
        ? columns.filter(column => typeof column === 'string')
        : DEFAULT_OPTIONS.dashboardColumns
    };
    this._listeners.notify();
  }

  /**
   * Change some at once; saving them takes a while, and may be impossible.
   */
  update(some: Partial<IOptions>): void {
    this._options = { ...this._options, ...some };
    this._listeners.notify();
  }

  private _options = DEFAULT_OPTIONS;
  private readonly _listeners = new Listeners();
}
