import type { TranslationBundle } from '@jupyterlab/translation';

import { ApiError, messageOf } from '../api/errors';
import type { Info } from '../api/types';
import { formatMoment } from '../format/time';
import type { IWho } from '../format/who';
import type { Deadline } from './deadline';
import { oneLine } from './words';

/**
 * For how long a server is kept that may be unused for ever, in milliseconds; its age ends it, and
 * the rules shorten this.
 */
const HOUR = 60 * 60_000;

/**
 * Two times that are meant to be the same may be so far apart, in milliseconds.
 */
const SLACK = 1000;

/**
 * Keeps a server until then, in ISO 8601.
 *
 * @returns until when it is kept; null: it is not
 */
export type KeepServer = (who: IWho, until: string) => Promise<string | null>;

/**
 * How it ended that somebody wanted to keep their server.
 */
export interface IKeepAnswer {
  /** The server runs longer than it would have, or long enough. */
  readonly isKept: boolean;
  /** The sentence to show in place. */
  readonly text: string;
}

/**
 * Keep this page's own server for as long again as it may be unused; the service allows no more
 * than the rules do.
 */
export async function keepRunning({
  info,
  keep,
  source,
  trans
}: {
  info: Info | null;
  keep: KeepServer;
  source: Deadline;
  trans: TranslationBundle;
}): Promise<IKeepAnswer> {
  const { deadline } = source.get();
  const now = source.now();
  if (!info?.owner || deadline === null) {
    return {
      isKept: true,
      text: trans.__('This server is not going to be stopped.')
    };
  }
  const asked = now + (source.limit ?? HOUR);
  if (deadline >= asked + SLACK) {
    // Somebody keeps it longer already, which a shorter time would take back.
    return {
      isKept: true,
      text: trans.__('It runs until %1 at least.', formatMoment(deadline, now))
    };
  }
  try {
    const until = Date.parse(
      (await keep(
        { user: info.owner, server: info.server_name },
        new Date(asked).toISOString()
      )) ?? ''
    );
    if (until > deadline + SLACK) {
      source.granted(until);
      return {
        isKept: true,
        text: trans.__('Kept until %1.', formatMoment(until, source.now()))
      };
    }
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 403)) {
      return {
        isKept: false,
        text: oneLine(trans.__('Not kept: %1', messageOf(error)))
      };
    }
  }
  return {
    isKept: false,
    text: trans.__(
      'Your hub allows no longer. It stops at %1.',
      formatMoment(deadline, now)
    )
  };
}
