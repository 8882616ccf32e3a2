import type { TranslationBundle } from '@jupyterlab/translation';

import type { ServerAction } from '../state/activity';
import { UNDO_TIME } from '../state/bulk';
import type { IBulk } from '../state/bulkRun';

/**
 * What is said of an action on many servers; each is a whole sentence or the words of a button.
 */
export interface IBulkWords {
  /** The title of the question. */
  question: (count: number) => string;
  /** The button that does it. */
  accept: (count: number) => string;
  /** It begins soon. */
  waiting: (count: number, seconds: number) => string;
  /** What is under way, without how far. */
  doing: (count: number) => string;
  running: (count: number, done: number) => string;
  /** For screen readers, every now and then. */
  brief: (count: number, succeeded: number) => string;
  ended: (count: number, succeeded: number) => string;
  /** The same as a title. */
  outcome: (count: number, succeeded: number) => string;
  /** Before who could not be acted on and why. */
  failures: (count: number) => string;
  /** All of it was refused. */
  refused: string;
  /** There is no server to act on. */
  nothing: string;
}

/**
 * What is said of an action on many servers.
 */
export function bulkWords(
  action: ServerAction,
  trans: TranslationBundle
): IBulkWords {
  switch (action) {
    case 'start':
      return startWords(trans);
    case 'stop':
      return stopWords(trans);
    case 'restart':
      return restartWords(trans);
  }
}

/**
 * Where a bulk is, in a sentence; never with words of the Hub.
 */
export function bulkText(bulk: IBulk, trans: TranslationBundle): string {
  const { action, phase, id, total, done, failed, unchanged, error } = bulk;
  const words = bulkWords(action, trans);
  switch (phase) {
    case 'waiting':
      return words.waiting(total, UNDO_TIME / 1000);
    case 'running':
      return words.running(total, done);
    case 'undone':
      return trans.__('Nothing was done.');
    case 'ended':
      if (error) {
        return id === null
          ? words.refused
          : trans.__('It is not known how it ended.');
      }
      if (total === 0) {
        return words.nothing;
      }
      return unchanged > 0 && action === 'start'
        ? [
            words.ended(total, done - failed),
            trans._n(
              '%1 was running already.',
              '%1 were running already.',
              unchanged
            )
          ].join(' ')
        : words.ended(total, done - failed);
  }
}

function startWords(trans: TranslationBundle): IBulkWords {
  return {
    question: n =>
      n === 0
        ? trans.__('Start servers?')
        : trans._n('Start %1 server?', 'Start %1 servers?', n),
    accept: n =>
      n === 0
        ? trans.__('Start')
        : trans._n('Start %1 server', 'Start %1 servers', n),
    waiting: (n, seconds) =>
      trans._n(
        'Starting %1 server in %2 s.',
        'Starting %1 servers in %2 s.',
        n,
        seconds
      ),
    doing: n => trans._n('Starting %1 server', 'Starting %1 servers', n),
    running: (n, done) =>
      trans._n(
        'Starting %1 server: %2 done.',
        'Starting %1 servers: %2 done.',
        n,
        done
      ),
    brief: (n, done) => trans.__('%1 of %2 started', done, n),
    ended: (n, succeeded) =>
      n === succeeded
        ? trans._n('%1 server started.', '%1 servers started.', n)
        : trans._n(
            '%2 of %1 server started.',
            '%2 of %1 servers started.',
            n,
            succeeded
          ),
    outcome: (n, succeeded) =>
      trans._n(
        '%2 of %1 server started',
        '%2 of %1 servers started',
        n,
        succeeded
      ),
    failures: n =>
      trans._n('%1 could not be started:', '%1 could not be started:', n),
    refused: trans.__('The servers could not be started.'),
    nothing: trans.__('There is no server to start.')
  };
}

function stopWords(trans: TranslationBundle): IBulkWords {
  return {
    question: n =>
      n === 0
        ? trans.__('Stop servers?')
        : trans._n('Stop %1 server?', 'Stop %1 servers?', n),
    accept: n =>
      n === 0
        ? trans.__('Stop')
        : trans._n('Stop %1 server', 'Stop %1 servers', n),
    waiting: (n, seconds) =>
      trans._n(
        'Stopping %1 server in %2 s.',
        'Stopping %1 servers in %2 s.',
        n,
        seconds
      ),
    doing: n => trans._n('Stopping %1 server', 'Stopping %1 servers', n),
    running: (n, done) =>
      trans._n(
        'Stopping %1 server: %2 done.',
        'Stopping %1 servers: %2 done.',
        n,
        done
      ),
    brief: (n, done) => trans.__('%1 of %2 stopped', done, n),
    ended: (n, succeeded) =>
      n === succeeded
        ? trans._n('%1 server stopped.', '%1 servers stopped.', n)
        : trans._n(
            '%2 of %1 server stopped.',
            '%2 of %1 servers stopped.',
            n,
            succeeded
          ),
    outcome: (n, succeeded) =>
      trans._n(
        '%2 of %1 server stopped',
        '%2 of %1 servers stopped',
        n,
        succeeded
      ),
    failures: n =>
      trans._n('%1 could not be stopped:', '%1 could not be stopped:', n),
    refused: trans.__('The servers could not be stopped.'),
    nothing: trans.__('There is no server to stop.')
  };
}

function restartWords(trans: TranslationBundle): IBulkWords {
  return {
    question: n =>
      n === 0
        ? trans.__('Restart servers?')
        : trans._n('Restart %1 server?', 'Restart %1 servers?', n),
    accept: n =>
      n === 0
        ? trans.__('Restart')
        : trans._n('Restart %1 server', 'Restart %1 servers', n),
    waiting: (n, seconds) =>
      trans._n(
        'Restarting %1 server in %2 s.',
        'Restarting %1 servers in %2 s.',
        n,
        seconds
      ),
    doing: n => trans._n('Restarting %1 server', 'Restarting %1 servers', n),
    running: (n, done) =>
      trans._n(
        'Restarting %1 server: %2 done.',
        'Restarting %1 servers: %2 done.',
        n,
        done
      ),
    brief: (n, done) => trans.__('%1 of %2 restarted', done, n),
    ended: (n, succeeded) =>
      n === succeeded
        ? trans._n('%1 server restarted.', '%1 servers restarted.', n)
        : trans._n(
            '%2 of %1 server restarted.',
            '%2 of %1 servers restarted.',
            n,
            succeeded
          ),
    outcome: (n, succeeded) =>
      trans._n(
        '%2 of %1 server restarted',
        '%2 of %1 servers restarted',
        n,
        succeeded
      ),
    failures: n =>
      trans._n('%1 could not be restarted:', '%1 could not be restarted:', n),
    refused: trans.__('The servers could not be restarted.'),
    nothing: trans.__('There is no server to restart.')
  };
}
