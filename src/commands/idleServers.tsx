import { Notification } from '@jupyterlab/apputils';
import { useQuery } from '@tanstack/react-query';
import React, { useEffect, useState } from 'react';

import { messageOf } from '../api/errors';
import type { BulkCandidate, BulkPlan, BulkRequest } from '../api/types';
import { bulkWords } from '../components/bulkWords';
import { useTrans } from '../components/context';
import { useDebounced, useNow } from '../components/hooks';
import { DurationField } from '../components/idle/DurationField';
import {
  describeDuration,
  formatDuration,
  parseDuration
} from '../format/duration';
import { whoOf } from '../format/who';
import { UNDO_TIME } from '../state/bulk';
import { useHubAdmin } from '../state/context';
import { keys } from '../state/keys';
import { useHasService } from '../state/service';
import { lookAhead } from './bulkLook';
import type { ICommandContext, IDialogHandle } from './dialog';
import { ask } from './dialog';
import { ThreeFacts } from './facts';

/**
 * Servers that are named before `and 12 more`.
 */
const MAX_NAMED = 50;

/**
 * After how long the list is asked for anew while it is looked at, in milliseconds.
 */
const PERIOD = 30_000;

/**
 * What the dialog shows at the moment.
 */
interface IChoice {
  /** Seconds. */
  limit: number | null;
  /** Leave out servers in which a kernel runs code. */
  sparesBusy: boolean;
  /** Null: not known yet. */
  plan: BulkPlan | null;
}

/**
 * Ask for a limit, show who has been idle for longer, and stop those.
 */
export async function stopIdleServers(context: ICommandContext): Promise<void> {
  const { hub, trans } = context;
  const { accept } = bulkWords('stop', trans);
  const choice: IChoice = { limit: null, sparesBusy: true, plan: null };
  let dialog: IDialogHandle | null = null;
  const onChoice = (next: IChoice) => {
    Object.assign(choice, next);
    const count = next.plan?.total ?? 0;
    dialog?.setAccept(accept(count), count > 0);
  };
  const { button } = await ask(context, {
    title: trans.__('Stop idle servers'),
    summary: trans.__('Running kernels and terminals end.'),
    isDestructive: true,
    isCautious: true,
    accept: accept(0),
    onOpen: handle => {
      dialog = handle;
      handle.setAccept(accept(0), false); // until it is known who is idle
    },
    body: <IdleServers onChoice={onChoice} />
  });
  const { limit, sparesBusy, plan: shown } = choice;
  if (button !== 'accept' || limit === null || shown === null) {
    return;
  }
  const asked = requestFor(limit, sparesBusy);
  if (shown.total > shown.targets.length) {
    void hub.bulks.start(asked, shown.total, UNDO_TIME);
    return;
  }
  // Some time has passed since the list was made: who was used meanwhile is left alone, and nobody
  // is stopped who was not shown.
  const fresh = await lookAhead(context, asked);
  if (!fresh) {
    return;
  }
  const names = new Set(shown.targets.map(whoOf));
  const targets = fresh.targets
    .filter(target => names.has(whoOf(target)))
    .map(({ user, server }) => ({ user, server }));
  if (targets.length === 0) {
    Notification.info(trans.__('No server was idle any more.'), {
      autoClose: 5000
    });
    return;
  }
  const request = { action: 'stop' as const, targets };
  void hub.bulks.start(request, targets.length, UNDO_TIME);
}

/**
 * Stop whatever runs and was not used for longer.
 *
 * @param limit - seconds
 */
function requestFor(limit: number, sparesBusy: boolean): BulkRequest {
  const query = `idle:>${formatDuration(limit).replace(/ /g, '')}`;
  return {
    action: 'stop',
    filter: sparesBusy ? { query, spare_busy: true } : { query }
  };
}

/**
 * The limit, and under it who is idle for longer.
 */
function IdleServers(props: {
  onChoice: (choice: IChoice) => void;
}): JSX.Element {
  const { onChoice } = props;
  const { bulks } = useHubAdmin();
  const trans = useTrans();
  // Only the hub service knows where kernels are busy.
  const knowsWork = useHasService();
  const [sparesBusy, setSparesBusy] = useState(knowsWork);
  const [text, setText] = useState('2 h');
  const limit = parseDuration(text) ?? null;
  const settled = useDebounced(limit, 300);
  const { data, error } = useQuery({
    queryKey: keys.idleServers(settled, sparesBusy),
    queryFn: ({ signal }) =>
      bulks.plan(requestFor(settled ?? 0, sparesBusy), signal),
    enabled: settled !== null,
    refetchInterval: PERIOD,
    gcTime: 0
  });
  const isCurrent = limit !== null && settled === limit;
  const plan = (isCurrent && data) || null;
  useEffect(
    () => onChoice({ limit, sparesBusy, plan }),
    [onChoice, limit, sparesBusy, plan]
  );
  return (
    <>
      <DurationField
        label={trans.__('Stop servers idle longer than')}
        value={text}
        error={
          limit === null
            ? trans.__('Write a time such as 30 min or 2 h.')
            : null
        }
        note={null}
        mayBeOff={false}
        isFixed={false}
        onChange={setText}
      />
      {knowsWork && (
        <label className="jp-HubAdmin-spare">
          <input
            type="checkbox"
            checked={sparesBusy}
            onChange={({ target }) => setSparesBusy(target.checked)}
          />
          {trans.__('Leave out servers with a busy kernel')}
        </label>
      )}
      <div role="status" className="jp-HubAdmin-facts">
        {plan ? (
          <IdleList plan={plan} />
        ) : isCurrent && error ? (
          trans.__('The servers could not be listed: %1', messageOf(error))
        ) : limit !== null ? (
          trans.__('Looking…')
        ) : (
          trans.__('Nothing stops.')
        )}
      </div>
      <ThreeFacts />
    </>
  );
}

/**
 * Who would be stopped, and for how long they have been idle; the most recently used first.
 */
function IdleList({ plan }: { plan: BulkPlan }): JSX.Element {
  const trans = useTrans();
  const now = useNow(PERIOD);
  const named = plan.targets.slice(0, MAX_NAMED);
  const rest = plan.total - named.length;
  if (plan.total === 0) {
    return <>{trans.__('Nothing stops.')}</>;
  }
  const reason = ({ last_activity, busy, ...target }: BulkCandidate) => {
    const who = whoOf(target);
    if (busy) {
      return trans.__('%1: a kernel runs code', who);
    }
    if (last_activity === null) {
      return trans.__('%1: never used', who);
    }
    const seconds = Math.max(0, (now - Date.parse(last_activity)) / 1000);
    return trans.__('%1: idle for %2', who, describeDuration(seconds, trans));
  };
  return (
    <>
      <ul
        className="jp-HubAdmin-plainList"
        // What scrolls has to be reached by the keyboard.
        tabIndex={0}
        aria-label={trans.__('Idle servers')}
      >
        {named.map(target => (
          <li key={whoOf(target)}>{reason(target)}</li>
        ))}
      </ul>
      {rest > 0 && trans._n('and %1 more', 'and %1 more', rest)}
    </>
  );
}
