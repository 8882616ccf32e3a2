import { Notification } from '@jupyterlab/apputils';

import { bulkText, bulkWords } from '../components/bulkWords';
import type { IBulk } from '../state/bulkRun';
import type { Bulks } from '../state/bulk';
import type { ICommandContext } from './dialog';

/**
 * How often screen readers are told how far it is, in milliseconds.
 */
const PERIOD = 5000;

/**
 * How often the numbers of a note go on, in milliseconds: core draws it anew each time.
 */
const REDRAW = 1000;

/**
 * How long a note stays that needs no answer, in milliseconds.
 */
const SHORT = 5000;

/**
 * Tell by notifications how actions on many servers go on.
 *
 * Never with words of the Hub: they may be long, and core takes them for markdown.
 *
 * @returns a function that ends it
 */
export function giveBulkFeedback(context: ICommandContext): () => void {
  const { bulks } = context.hub;
  const notes = new Map<string, BulkNote>();
  const onChanged = (_: Bulks, bulk: IBulk) => {
    let note = notes.get(bulk.key);
    if (!note) {
      note = new BulkNote(context);
      notes.set(bulk.key, note);
    }
    note.show(bulk);
    if (bulk.phase === 'ended' || bulk.phase === 'undone') {
      notes.delete(bulk.key);
    }
  };
  bulks.changed.connect(onChanged);
  return () => {
    bulks.changed.disconnect(onChanged);
  };
}

/**
 * The notification of one bulk.
 */
class BulkNote {
  constructor(context: ICommandContext) {
    this._context = context;
  }

  /**
   * Say where it is.
   */
  show(bulk: IBulk): void {
    switch (bulk.phase) {
      case 'waiting':
        this._put(bulk, 'in-progress', {
          autoClose: false,
          actions: [this._undo(bulk)]
        });
        break;
      case 'running':
        this._go(bulk);
        this._say(bulk);
        break;
      case 'undone':
        if (this._id !== null) {
          Notification.dismiss(this._id);
        }
        this._context.hub.announcer.say(bulkText(bulk, this._context.trans));
        break;
      case 'ended':
        this._end(bulk);
        break;
    }
  }

  private _go(bulk: IBulk): void {
    const mayStop = bulk.id !== null && !bulk.isCancelled;
    const now = Date.now();
    if (mayStop === this._mayStop && now - this._drawnAt < REDRAW) {
      return; // the next news come within seconds
    }
    this._mayStop = mayStop;
    this._drawnAt = now;
    this._put(bulk, 'in-progress', {
      autoClose: this._wasClosed() ? 0 : false,
      progress: bulk.total > 0 ? bulk.done / bulk.total : 0,
      actions: mayStop ? [this._stop(bulk)] : []
    });
  }

  private _end(bulk: IBulk): void {
    const { failures, error, isCancelled, done, total } = bulk;
    const needsEyes = failures.length > 0 || error !== null;
    const type = error
      ? 'error'
      : needsEyes
        ? 'warning'
        : isCancelled || done < total || total === 0
          ? 'info'
          : 'success';
    this._put(bulk, type, {
      autoClose: needsEyes ? false : SHORT,
      actions: needsEyes ? [this._show(bulk)] : []
    });
  }

  private _put(
    bulk: IBulk,
    type: Notification.TypeOptions,
    options: Notification.IOptions<never>
  ): void {
    const message = bulkText(bulk, this._context.trans);
    const id = this._id;
    if (id !== null && Notification.manager.has(id)) {
      Notification.update({ id, message, type, ...options });
    } else if (id === null || bulk.phase === 'ended') {
      // One that was dismissed while it went on comes back for the end alone.
      this._id = Notification.emit(message, type, options);
    }
  }

  /**
   * Whether a person closed it; core would bring it back at each change.
   */
  private _wasClosed(): boolean {
    const isThere =
      this._id !== null && document.getElementById(this._id) !== null;
    this._wasThere ||= isThere;
    return this._wasThere && !isThere;
  }

  /**
   * Notifications are read out once; how far it is, every now and then.
   */
  private _say({ action, total, done, failed }: IBulk): void {
    const { hub, trans } = this._context;
    const now = Date.now();
    this._saidAt ??= now;
    if (now - this._saidAt >= PERIOD && done !== this._said) {
      this._saidAt = now;
      this._said = done;
      hub.announcer.say(bulkWords(action, trans).brief(total, done - failed));
    }
  }

  private _undo({ key }: IBulk): Notification.IAction {
    const { hub, trans } = this._context;
    return {
      label: trans.__('Undo'),
      callback: () => hub.bulks.undo(key)
    };
  }

  private _stop({ key }: IBulk): Notification.IAction {
    const { hub, trans } = this._context;
    return {
      label: trans.__('Stop the rest'),
      caption: trans.__('Leave out what has not begun'),
      callback: event => {
        // It goes on with what has begun, and so does the note.
        event.preventDefault();
        void hub.bulks.cancel(key);
      }
    };
  }

  private _show(bulk: IBulk): Notification.IAction {
    return {
      label: this._context.trans.__('Show'),
      callback: () => {
        this._context.actions.showOutcome(bulk);
      }
    };
  }

  private readonly _context: ICommandContext;
  private _id: string | null = null;
  private _wasThere = false;
  private _mayStop: boolean | null = null;
  private _drawnAt = 0;
  private _saidAt: number | null = null;
  private _said = 0;
}
