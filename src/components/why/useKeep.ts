import { useState } from 'react';

import { messageOf } from '../../api/errors';
import type { ServiceServer } from '../../api/types';
import { formatMoment } from '../../format/time';
import { whoOf } from '../../format/who';
import { useHubAdmin } from '../../state/context';
import { keepServer } from '../../state/service';
import { useActions, useTrans } from '../context';
import { useHealth } from '../hooks';
import { isoOf } from './choices';

/**
 * What was done with a server, and how to go back.
 */
export interface IKeep {
  /** Something is under way, or the hub is away. */
  readonly isOff: boolean;
  readonly message: string | null;
  readonly problem: string | null;
  /** What this page did can be undone. */
  readonly canUndo: boolean;
  /** Keep it until then. */
  readonly keep: (until: number) => Promise<void>;
  /** Go back to what was before, or else keep it no longer. */
  readonly end: () => Promise<void>;
}

/**
 * Keep a server, and go back.
 *
 * @param now - by the clock of the service
 */
export function useKeep(server: ServiceServer, now: number): IKeep {
  const hub = useHubAdmin();
  const trans = useTrans();
  const { confirm } = useActions();
  const { away } = useHealth();
  const [isBusy, setBusy] = useState(false);
  const [message, setMessage] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  /** Until when it was kept before; null: it was not. Undefined: nothing was done here. */
  const [before, setBefore] = useState<string | null | undefined>(undefined);
  const who = { user: server.user, server: server.name };
  const isOff = isBusy || away;

  const run = async (work: () => Promise<string | null>): Promise<void> => {
    if (isOff) {
      return;
    }
    setBusy(true);
    setProblem(null);
    setMessage(null);
    try {
      const text = await work();
      setMessage(text);
      if (text) {
        hub.announcer.say(trans.__('%1: %2', whoOf(who), text));
      }
    } catch (error) {
      hub.refused(error);
      setProblem(messageOf(error));
      hub.announcer.interrupt(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const keep = (until: number) =>
    run(async () => {
      const kept = await keepServer(hub, who, isoOf(until));
      setBefore(old =>
        old === undefined ? (server.kept?.until ?? null) : old
      );
      if (kept === null) {
        return trans.__('It is not kept.');
      }
      const moment = formatMoment(kept, now);
      // Within a second it is what was asked for.
      return Date.parse(kept) < until - 1000
        ? trans.__('Your hub allows no longer. Kept until %1.', moment)
        : trans.__('Kept until %1.', moment);
    });
  const end = () =>
    run(async () => {
      const earlier = before && Date.parse(before) > Date.now() ? before : null;
      if (
        earlier === null &&
        endsNow(server, now) &&
        !(await confirm({
          title: trans.__('Keep %1 no longer?', whoOf(who)),
          text: trans.__(
            'It was not used for longer than its limit: it then stops at the next check.'
          ),
          accept: trans.__('Keep no longer')
        }))
      ) {
        return null;
      }
      const kept = await keepServer(hub, who, earlier);
      setBefore(undefined);
      return kept === null
        ? trans.__('Kept no longer.')
        : trans.__('Kept until %1.', formatMoment(kept, now));
    });
  return {
    isOff,
    message,
    problem,
    canUndo: before !== undefined && server.kept !== null,
    keep,
    end
  };
}

/**
 * Whether a server would stop at once if nobody kept it any longer.
 */
export function endsNow(
  { decision, rules, kept }: ServiceServer,
  now: number
): boolean {
  const limit = rules.server.idle_timeout.value;
  return (
    kept !== null &&
    rules.exempt === null &&
    limit !== null &&
    decision.last_activity !== null &&
    now - Date.parse(decision.last_activity) >= limit * 1000
  );
}
