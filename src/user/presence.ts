import { UUID } from '@lumino/coreutils';

import { Listeners } from '../state/listeners';

/**
 * How often the server is told at most, in milliseconds: as a rule, and however short it may be
 * unused.
 */
const PERIOD = 60_000;
const SHORTEST = 2000;

/**
 * So often within the time for which the server may be unused: whoever types all the time was never
 * heard of too long ago.
 */
const WITHIN_LIMIT = 4;

/**
 * What nobody but a person does. A notebook that scrolls by itself sends `scroll`, a script that
 * keeps a page awake sends `click`: neither is listened to.
 */
const EVENTS = [
  'keydown',
  'pointerdown',
  'wheel',
  'touchstart',
  'touchmove'
] as const;

/**
 * Nothing is kept from whoever else listens, and it comes first: others may stop the event.
 */
const PASSIVE: AddEventListenerOptions = { capture: true, passive: true };

/**
 * Tells the server, once a minute or more often where its idle time is short, that somebody types,
 * clicks, scrolls or touches in this page. An open page that nobody touches tells nothing.
 */
export class Presence {
  /**
   * @param tell - tells it, with the name that this page made up
   * @param limit - how long the server may be unused, in milliseconds; null: that is not known
   */
  constructor(
    tell: (page: string) => Promise<unknown>,
    limit: () => number | null = () => null
  ) {
    this._tell = tell;
    this._limit = limit;
    for (const name of EVENTS) {
      document.addEventListener(name, this._onUse, PASSIVE);
    }
  }

  /**
   * Call back whenever somebody does something.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * Tell nothing any more.
   */
  dispose(): void {
    for (const name of EVENTS) {
      document.removeEventListener(name, this._onUse, PASSIVE);
    }
    clearTimeout(this._timer);
  }

  private readonly _onUse = (): void => {
    if (document.visibilityState === 'hidden') {
      return;
    }
    this._listeners.notify();
    const isDue = Date.now() - this._toldAt >= this._period();
    if (this._timer === undefined || isDue) {
      this._send();
    } else {
      this._isUsedSince = true;
    }
  };

  private _send(): void {
    clearTimeout(this._timer);
    this._isUsedSince = false;
    this._toldAt = Date.now();
    this._timer = setTimeout(this._onPeriod, this._period());
    // The next use tells again; nobody needs to know.
    this._tell(this._page).catch(() => undefined);
  }

  private _period(): number {
    const limit = this._limit();
    return limit === null
      ? PERIOD
      : Math.min(PERIOD, Math.max(SHORTEST, limit / WITHIN_LIMIT));
  }

  private readonly _onPeriod = (): void => {
    this._timer = undefined;
    if (this._isUsedSince && document.visibilityState !== 'hidden') {
      this._send();
    }
    this._isUsedSince = false;
  };

  private readonly _tell: (page: string) => Promise<unknown>;
  private readonly _limit: () => number | null;
  private readonly _page = UUID.uuid4();
  private readonly _listeners = new Listeners();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isUsedSince = false;
  private _toldAt = 0;
}
