import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Deadline } from './deadline';
import { stepOf } from './words';

/**
 * How long before the deadline the time left is shown, in milliseconds.
 */
const NEAR = 30 * 60_000;

/**
 * A step is over a little later, so that it is not counted twice.
 */
const AFTER = 20;

/**
 * Tells when the time left reads differently: each minute, in the last one every ten seconds.
 */
export class Countdown {
  constructor(source: Deadline) {
    this._source = source;
    this._stop = source.subscribe(() => this._update());
    this._update();
  }

  /**
   * What there is to read has changed.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Whether the deadline is so near that it is shown. One that is over holds still if the service
   * answers: it stops the server at its next look.
   */
  get isNear(): boolean {
    const left = this._source.left();
    return (
      left !== null && left <= NEAR && (left > 0 || this._source.get().current)
    );
  }

  /**
   * Count no more.
   */
  dispose(): void {
    clearTimeout(this._timer);
    this._stop();
    Signal.clearData(this);
  }

  private readonly _update = (): void => {
    clearTimeout(this._timer);
    const left = this._source.left();
    if (left !== null && left > 0) {
      const wait = left > NEAR ? left - NEAR : left % stepOf(left);
      this._timer = setTimeout(
        this._update,
        Math.min(NEAR, (wait || stepOf(left)) + AFTER)
      );
    }
    this._changed.emit();
  };

  private readonly _source: Deadline;
  private readonly _stop: () => void;
  private readonly _changed = new Signal<this, void>(this);
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
