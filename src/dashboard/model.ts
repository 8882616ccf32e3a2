import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { RuleDrafts } from '../rules/drafts';
import type { IRuleKey } from '../rules/levels';
import { Listeners } from '../state/listeners';

/**
 * The tabs of the dashboard.
 */
export const TABS = ['servers', 'groups', 'rules', 'log'] as const;

/**
 * A tab of the dashboard.
 */
export type DashboardTab = (typeof TABS)[number];

/**
 * What the dashboard shows beside its lists.
 */
export interface IDashboard {
  readonly tab: DashboardTab;
  /** The server whose details are open; null: none. */
  readonly details: IWho | null;
  /** The level whose idle rule is shown; null: the first. */
  readonly rule: IRuleKey | null;
}

/**
 * Which tab and whose details are shown; commands and other widgets change it from outside.
 */
export class DashboardModel {
  /**
   * Call back on every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * The same object as long as nothing changed.
   */
  readonly get = (): IDashboard => this._state;

  /**
   * Go to a tab.
   */
  showTab(tab: DashboardTab): void {
    this._set({ ...this._state, tab });
  }

  /**
   * Show the details of a server.
   */
  showDetails(details: IWho): void {
    this._set({ ...this._state, tab: 'servers', details });
  }

  /**
   * Show the idle rule of a level.
   */
  showRule(rule: IRuleKey): void {
    this._set({ ...this._state, tab: 'rules', rule });
  }

  /**
   * Idle rules that are being written.
   */
  readonly drafts = new RuleDrafts();

  /**
   * Show the details of a server, or none if they are shown.
   */
  toggleDetails(who: IWho): void {
    const { details } = this._state;
    if (details && whoOf(details) === whoOf(who)) {
      this.closeDetails();
    } else {
      this.showDetails(who);
    }
  }

  /**
   * Show no details.
   */
  closeDetails(): void {
    this._set({ ...this._state, details: null });
  }

  private _set(state: IDashboard): void {
    this._state = state;
    this._listeners.notify();
  }

  private _state: IDashboard = {
    tab: 'servers',
    details: null,
    rule: null
  };
  private readonly _listeners = new Listeners();
}
