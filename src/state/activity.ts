import { bounded } from '../api/errors';
import { fieldsOf, Kept } from './kept';
import { Listeners } from './listeners';

/**
 * What can be done with a server.
 */
export type ServerAction = 'start' | 'stop' | 'restart';

/**
 * Why an action did not do what it should.
 *
 * `failed`: it was tried. `refused`: it was not, the server is as it was.
 */
export interface IProblem {
  readonly kind: 'failed' | 'refused';
  readonly action: ServerAction;
  readonly message: string;
}

/**
 * What this page knows of one server beyond what the Hub says of it.
 */
export interface IActivity {
  /** What is under way. */
  readonly doing: ServerAction | null;
  /** When that began, in milliseconds. */
  readonly since: number;
  /** 0 to 100; null: not known. */
  readonly percent: number | null;
  /** The last message of the progress stream. */
  readonly message: string;
  readonly problem: IProblem | null;
  /** The address of a new tab that the browser did not let through. */
  readonly blockedUrl: string | null;
  /** The time of the last failure that was dismissed here. */
  readonly dismissed: string | null;
}

const QUIET: IActivity = Object.freeze({
  doing: null,
  since: 0,
  percent: null,
  message: '',
  problem: null,
  blockedUrl: null,
  dismissed: null
});

/**
 * The longest message of a start that is kept.
 */
const MAX_MESSAGE = 500;

/**
 * Dismissed failures that are remembered when the page is loaded again, the last ones.
 */
const MAX_DISMISSED = 200;

/**
 * How long a button that has just changed its meaning ignores activation, in milliseconds.
 */
const GUARD = 500;

/**
 * What this page does with servers, by `user/server`.
 */
export class ActivityStore {
  /**
   * @param scope - the base URL of this server
   */
  constructor(scope: string) {
    this._dismissed = new Kept(scope, 'dismissed', readTimes);
    for (const [who, dismissed] of Object.entries(this._dismissed.get())) {
      this._entries.set(who, { ...QUIET, dismissed });
    }
  }

  /**
   * The same object as long as nothing changed.
   */
  get(who: string): IActivity {
    return this._entries.get(who) ?? QUIET;
  }

  /**
   * Call back whenever something changes for this server.
   */
  subscribe(who: string, listener: () => void): () => void {
    let listeners = this._listeners.get(who);
    if (!listeners) {
      listeners = new Listeners();
      this._listeners.set(who, listeners);
    }
    return listeners.subscribe(listener);
  }

  /**
   * An action begins; what went wrong before is forgotten.
   */
  begin(who: string, action: ServerAction): void {
    const { dismissed } = this.get(who);
    // A second key press may come before the row is drawn anew.
    this.meaningChanged(who);
    this._set(who, { ...QUIET, dismissed, doing: action, since: Date.now() });
  }

  /**
   * The start went on.
   */
  progress(who: string, percent: number | null, message: string): void {
    const current = this.get(who);
    this._set(who, {
      ...current,
      percent: percent ?? current.percent,
      message: bounded(message, MAX_MESSAGE) || current.message
    });
  }

  /**
   * Nothing is under way any more.
   */
  end(who: string, problem: IProblem | null = null): void {
    const { dismissed } = this.get(who);
    this._set(who, { ...QUIET, dismissed, problem });
  }

  /**
   * The browser kept a new tab back.
   */
  blocked(who: string, url: string | null): void {
    this._set(who, { ...this.get(who), blockedUrl: url });
  }

  /**
   * Forget what went wrong, and the failure that the Hub reported at that time.
   */
  dismiss(who: string, failedAt: string | null): void {
    const current = this.get(who);
    if (failedAt !== null) {
      this._dismissed.set({ ...this._dismissed.get(), [who]: failedAt });
    }
    this._set(who, {
      ...current,
      problem: null,
      blockedUrl: null,
      dismissed: failedAt ?? current.dismissed
    });
  }

  /**
   * The power button of this server means something else from now on.
   */
  meaningChanged(who: string): void {
    this._changedAt.set(who, performance.now());
  }

  /**
   * Whether the power button may act: a double click on Start must never become Cancel.
   */
  mayAct(who: string): boolean {
    const changed = this._changedAt.get(who);
    return changed === undefined || performance.now() - changed >= GUARD;
  }

  private _set(who: string, activity: IActivity): void {
    this._entries.set(who, activity);
    this._listeners.get(who)?.notify();
  }

  private readonly _dismissed: Kept<Readonly<Record<string, string>>>;
  private readonly _entries = new Map<string, IActivity>();
  private readonly _listeners = new Map<string, Listeners>();
  private readonly _changedAt = new Map<string, number>();
}

function readTimes(kept: unknown): Readonly<Record<string, string>> {
  const times = Object.entries(fieldsOf(kept)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string'
  );
  return Object.fromEntries(times.slice(-MAX_DISMISSED));
}
