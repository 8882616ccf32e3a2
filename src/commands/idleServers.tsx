import { Notification } from '@jupyterlab/apputils';
import React, { useEffect, useMemo, useState } from 'react';

import { messageOf } from '../api/errors';
import type { ServerView } from '../api/types';
import { useTrans } from '../components/context';
import { useNow } from '../components/hooks';
import { DurationField } from '../components/idle/DurationField';
import { describeDuration, parseDuration } from '../format/duration';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { useHubAdmin } from '../state/context';
import type { IIdleServer } from '../state/idleServers';
import { forEachLimited, idleServers, loadActive } from '../state/idleServers';
import type { ICommandContext, IDialogHandle } from './dialog';
import { ask } from './dialog';
import { ThreeFacts } from './facts';

/**
 * Servers that are named before `and 12 more`.
 */
const MAX_NAMED = 50;

/**
 * What the dialog shows at the moment.
 */
interface IChoice {
  limit: number | null;
  servers: readonly IIdleServer[];
}

/**
 * A server that could not be stopped.
 */
interface IRefusal {
  readonly who: IWho;
  readonly message: string;
}

/**
 * Ask for a limit, show who has been idle for longer, and stop those.
 */
export async function stopIdleServers(context: ICommandContext): Promise<void> {
  const { hub, trans } = context;
  const choice: IChoice = { limit: null, servers: [] };
  let dialog: IDialogHandle | null = null;
  const onChoice = (next: IChoice) => {
    Object.assign(choice, next);
    const count = next.servers.length;
    dialog?.setAccept(stopLabel(context, count), count > 0);
  };
  const { button } = await ask(context, {
    title: trans.__('Stop idle servers'),
    summary: trans.__('Running kernels and terminals end.'),
    isDestructive: true,
    isCautious: true,
    accept: trans.__('Stop'),
    onOpen: handle => {
      dialog = handle;
    },
    body: <IdleServers onChoice={onChoice} />
  });
  if (button !== 'accept' || choice.limit === null) {
    return;
  }
  // Some time has passed since the list was made: who was used meanwhile is left alone.
  const shown = new Set(choice.servers.map(({ who }) => whoOf(who)));
  const still = idleServers(
    await loadActive(hub.client),
    choice.limit,
    Date.now(),
    who => hub.info.isOwn(who)
  ).filter(({ who }) => shown.has(whoOf(who)));
  await stopServers(
    context,
    still.map(({ who }) => who)
  );
}

function stopLabel({ trans }: ICommandContext, count: number): string {
  return count === 0
    ? trans.__('Stop')
    : trans._n('Stop %1 server', 'Stop %1 servers', count);
}

/**
 * Stop many servers and say how it went; who could not be stopped is named with the reason.
 */
async function stopServers(
  context: ICommandContext,
  targets: readonly IWho[]
): Promise<void> {
  const { hub, trans } = context;
  if (targets.length === 0) {
    Notification.info(trans.__('No server was idle any more.'), {
      autoClose: 5000
    });
    return;
  }
  const rest = new AbortController();
  const refusals: IRefusal[] = [];
  let done = 0;
  const progressText = () =>
    trans._n(
      'Stopping %1 server: %2 done.',
      'Stopping %1 servers: %2 done.',
      targets.length,
      done
    );
  const id = Notification.emit(progressText(), 'in-progress', {
    autoClose: false,
    actions: [
      { label: trans.__('Stop the rest'), callback: () => rest.abort() }
    ]
  });
  await forEachLimited(
    targets,
    async who => {
      const error = await hub.actions.stop(who);
      if (error) {
        refusals.push({ who, message: messageOf(error) });
      }
      done += 1;
      Notification.update({ id, message: progressText() });
    },
    rest.signal
  );
  const stopped = done - refusals.length;
  const isAll = stopped === targets.length;
  Notification.dismiss(id);
  Notification.emit(
    isAll
      ? trans._n('%1 server stopped.', '%1 servers stopped.', stopped)
      : trans._n(
          '%2 of %1 server stopped.',
          '%2 of %1 servers stopped.',
          targets.length,
          stopped
        ),
    isAll ? 'success' : 'warning',
    {
      autoClose: isAll ? 5000 : false,
      actions: refusals.length
        ? [
            {
              label: trans.__('Show'),
              callback: () => {
                void showRefusals(context, stopped, targets.length, refusals);
              }
            }
          ]
        : []
    }
  );
}

async function showRefusals(
  context: ICommandContext,
  stopped: number,
  total: number,
  refusals: readonly IRefusal[]
): Promise<void> {
  const { trans } = context;
  const count = refusals.length;
  const lead = trans._n(
    '%1 server could not be stopped:',
    '%1 servers could not be stopped:',
    count
  );
  const { button } = await ask(context, {
    title: trans._n(
      '%2 of %1 server stopped',
      '%2 of %1 servers stopped',
      total,
      stopped
    ),
    summary: lead,
    cancel: trans.__('Close'),
    accept: trans._n('Try %1 again', 'Try %1 again', count),
    isCautious: true,
    body: (
      <>
        <p>{lead}</p>
        <dl className="jp-HubAdmin-refusals">
          {refusals.map(({ who, message }) => (
            <React.Fragment key={whoOf(who)}>
              <dt>{whoOf(who)}</dt>
              <dd>{message}</dd>
            </React.Fragment>
          ))}
        </dl>
      </>
    )
  });
  if (button === 'accept') {
    await stopServers(
      context,
      refusals.map(({ who }) => who)
    );
  }
}

/**
 * The limit, and under it who is idle for longer.
 */
function IdleServers(props: {
  onChoice: (choice: IChoice) => void;
}): JSX.Element {
  const { onChoice } = props;
  const hub = useHubAdmin();
  const trans = useTrans();
  const now = useNow(30_000);
  const [text, setText] = useState('2 h');
  const [servers, setServers] = useState<readonly ServerView[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const request = new AbortController();
    loadActive(hub.client, request.signal).then(setServers, reason => {
      if (!request.signal.aborted) {
        setError(messageOf(reason));
      }
    });
    return () => request.abort();
  }, [hub]);
  const limit = parseDuration(text) ?? null;
  const idle = useMemo(
    () =>
      limit === null || servers === null
        ? []
        : idleServers(servers, limit, now, who => hub.info.isOwn(who)),
    [hub, limit, now, servers]
  );
  useEffect(() => onChoice({ limit, servers: idle }), [onChoice, limit, idle]);
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
      <div role="status" className="jp-HubAdmin-facts">
        {error !== null &&
          trans.__('The servers could not be listed: %1', error)}
        {error === null && servers === null && trans.__('Looking…')}
        {servers !== null && idle.length === 0 && trans.__('Nothing stops.')}
        <ul className="jp-HubAdmin-plainList">
          {idle.slice(0, MAX_NAMED).map(({ who, idle: seconds }) => (
            <li key={whoOf(who)}>
              {trans.__(
                '%1: idle for %2',
                whoOf(who),
                describeDuration(seconds, trans)
              )}
            </li>
          ))}
        </ul>
        {idle.length > MAX_NAMED &&
          trans.__('and %1 more', idle.length - MAX_NAMED)}
      </div>
      <ThreeFacts />
    </>
  );
}
