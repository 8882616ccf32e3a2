import React from 'react';

import type { ServerView } from '../api/types';
import { ApiError, ConnectionError, messageOf } from '../api/errors';
import { powerOf } from '../components/power';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { busyKernels } from '../state/fate';
import { findServer } from '../state/listed';
import { loadServiceServer } from '../state/service';
import type { ICommandContext } from './dialog';
import { ask, tell } from './dialog';
import { Facts, isInUse, ThreeFacts } from './facts';
import { spawnUrl } from './hubPages';

/**
 * Seconds that a restart waits for the stop of the server that this page comes from.
 */
const MAX_LOOKS = 30;

/**
 * Start a server; never asks.
 */
export async function startServer(
  { hub }: ICommandContext,
  who: IWho
): Promise<void> {
  await hub.actions.start(who);
}

/**
 * Stop a server, after a question; giving up a start never asks.
 */
export async function stopServer(
  context: ICommandContext,
  who: IWho
): Promise<void> {
  const { hub, trans } = context;
  if (hub.info.isOwn(who)) {
    await stopOwn(context, who);
    return;
  }
  const known = await knownServer(context, who);
  if (known?.state !== 'starting') {
    const name = whoOf(who);
    const asks =
      hub.options.get().confirmStop || (await isUsedNow(context, who));
    const title = trans.__('Stop server of %1?', name);
    if (asks && !(await confirmEnd(context, who, known, title, 'stop'))) {
      return;
    }
  }
  await hub.actions.stop(who);
}

/**
 * Restart a server, after a question.
 */
export async function restartServer(
  context: ICommandContext,
  who: IWho
): Promise<void> {
  const { hub, trans } = context;
  if (hub.info.isOwn(who)) {
    await restartOwn(context, who);
    return;
  }
  const known = await knownServer(context, who);
  const asks =
    hub.options.get().confirmRestart || (await isUsedNow(context, who));
  const title = trans.__('Restart server of %1?', whoOf(who));
  if (asks && !(await confirmEnd(context, who, known, title, 'restart'))) {
    return;
  }
  await hub.actions.restart(who);
}

/**
 * Start or stop the server of the current row.
 */
export async function toggleServer(context: ICommandContext): Promise<void> {
  const { hub } = context;
  const { who } = hub.cursor;
  const power = powerOf((who && findServer(hub.queryClient, who)) ?? null);
  // A key that is held down, or a second press, must not undo the first.
  if (who && power && hub.activity.mayAct(whoOf(who))) {
    await (power === 'start'
      ? startServer(context, who)
      : stopServer(context, who));
  }
}

async function confirmEnd(
  context: ICommandContext,
  who: IWho,
  known: ServerView | null,
  title: string,
  action: 'stop' | 'restart'
): Promise<boolean> {
  const { trans } = context;
  const { button } = await ask(context, {
    title,
    summary: trans.__('Running kernels and terminals end.'),
    row: whoOf(who),
    isDestructive: true,
    accept: action === 'stop' ? trans.__('Stop') : trans.__('Restart'),
    body: (
      <>
        <Facts who={who} known={known} />
        <ThreeFacts />
        {action === 'restart' && (
          <p>{trans.__('It starts again at once, with the same options.')}</p>
        )}
      </>
    )
  });
  return button === 'accept';
}

/**
 * A server as the list has it, or else as the Hub has it; null if neither knows it.
 */
export async function knownServer(
  { hub }: ICommandContext,
  who: IWho
): Promise<ServerView | null> {
  const listed = findServer(hub.queryClient, who);
  if (listed) {
    return listed;
  }
  try {
    return await hub.actions.look(who);
  } catch {
    // The action itself will say why.
    return null;
  }
}

/**
 * With the questions switched off, a server in use is asked about all the same.
 */
async function isUsedNow(
  { hub }: ICommandContext,
  who: IWho
): Promise<boolean> {
  try {
    const [server, reported] = await Promise.all([
      hub.actions.look(who),
      loadServiceServer(hub, who)
    ]);
    const isBusy = reported !== null && busyKernels(reported) > 0;
    return isBusy || isInUse(server, Date.now());
  } catch {
    // Not known: it may be.
    return true;
  }
}

async function stopOwn(context: ICommandContext, who: IWho): Promise<void> {
  const { trans } = context;
  const accepted = await confirmOwn(
    context,
    who,
    trans.__('Stop your own server?'),
    trans.__('Stop')
  );
  if (accepted) {
    await context.hub.actions.stop(who);
  }
}

/**
 * Restart the server that this page comes from. It cannot start itself, so the Hub's own page does.
 */
export async function restartOwn(
  context: ICommandContext,
  who: IWho
): Promise<void> {
  const { hub, trans } = context;
  const accepted = await confirmOwn(
    context,
    who,
    trans.__('Restart your own server?'),
    trans.__('Restart')
  );
  if (!accepted) {
    return;
  }
  const error = await hub.actions.stop(who);
  // No connection any more is what a server that stops looks like from its own page.
  const isStopping =
    error === null ||
    error instanceof ConnectionError ||
    (error instanceof ApiError && error.status >= 502) ||
    // Whoever answered, it was not this server any more.
    (error instanceof ApiError && error.code === 'unknown');
  const info = hub.info.get();
  if (isStopping && info?.hub) {
    const { host, prefix } = info.hub;
    await untilStopped(context);
    window.location.assign(spawnUrl(host, prefix, who));
  } else if (error) {
    await tellProblem(context, who, messageOf(error));
  }
}

/**
 * Wait until the Hub has stopped this server: before, its page would not start it.
 */
async function untilStopped({ hub }: ICommandContext): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    if (await hub.client.hasStopped()) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
}

async function confirmOwn(
  context: ICommandContext,
  who: IWho,
  title: string,
  accept: string
): Promise<boolean> {
  const { trans } = context;
  const warning = trans.__(
    'This is the server you are in. This page loses its connection.'
  );
  const { button } = await ask(context, {
    title,
    summary: warning,
    row: whoOf(who),
    isDestructive: true,
    isCautious: true,
    accept,
    body: (
      <>
        <p>
          <strong>{warning}</strong>
        </p>
        <ThreeFacts />
      </>
    )
  });
  return button === 'accept';
}

/**
 * Show the whole text of what went wrong with a server.
 */
export async function tellProblem(
  context: ICommandContext,
  who: IWho,
  message: string
): Promise<void> {
  const { trans } = context;
  const name = whoOf(who);
  await tell(context, {
    title: trans.__('What happened to %1', name),
    summary: message,
    row: name,
    body: <pre className="jp-HubAdmin-problemFull">{message}</pre>,
    copied: message
  });
}
