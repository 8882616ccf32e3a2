import React from 'react';

import { messageOf } from '../api/errors';
import type { BulkResult } from '../api/types';
import { bulkText, bulkWords } from '../components/bulkWords';
import { useTrans } from '../components/context';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { ServerAction } from '../state/activity';
import type { IBulk } from '../state/bulkRun';
import { lookAhead, tellWhy } from './bulkLook';
import type { ICommandContext } from './dialog';
import { ask } from './dialog';

/**
 * Failures that are shown one by one.
 */
const MAX_SHOWN = 500;

/**
 * Show who could not be acted on and why, and try those again if that is wanted.
 */
export async function showOutcome(
  context: ICommandContext,
  bulk: IBulk
): Promise<void> {
  const { hub, trans } = context;
  const { action, failures, total, done, failed, error, key } = bulk;
  if (error) {
    const title = bulkText(bulk, trans);
    await tellWhy(context, title, messageOf(error));
    return;
  }
  const words = bulkWords(action, trans);
  const count = failures.length;
  const { button } = await ask(context, {
    title: words.outcome(total, done - failed),
    summary: words.failures(count),
    cancel: trans.__('Close'),
    accept: trans._n('Try %1 again', 'Try %1 again', count),
    isCautious: true,
    body: <Outcome lead={words.failures(count)} failures={failures} />
  });
  if (button === 'accept') {
    hub.bulks.dismiss(key);
    await tryAgain(context, action, failures);
  }
}

/**
 * What was stopped for a restart and did not come up is stopped by now: it is started.
 */
async function tryAgain(
  context: ICommandContext,
  action: ServerAction,
  failures: readonly BulkResult[]
): Promise<void> {
  const { bulks } = context.hub;
  const targets = failures.map(({ user, server }) => ({ user, server }));
  if (action !== 'restart') {
    void bulks.start({ action, targets }, targets.length);
    return;
  }
  const plan = await lookAhead(context, { action, targets });
  const down = new Set(
    plan?.targets.filter(({ state }) => state === 'stopped').map(whoOf)
  );
  const isDown = (who: IWho) => down.has(whoOf(who));
  const toStart = targets.filter(isDown);
  const toRestart = targets.filter(who => !isDown(who));
  if (plan && toStart.length > 0) {
    const request = { action: 'start' as const, targets: toStart };
    void bulks.start(request, toStart.length);
  }
  if (plan && toRestart.length > 0) {
    void bulks.start({ action, targets: toRestart }, toRestart.length);
  }
}

function Outcome(props: {
  lead: string;
  failures: readonly BulkResult[];
}): JSX.Element {
  const { lead, failures } = props;
  const trans = useTrans();
  const rest = failures.length - MAX_SHOWN;
  return (
    <>
      <p>{lead}</p>
      <div
        className="jp-HubAdmin-outcome"
        // What scrolls has to be reached by the keyboard.
        tabIndex={0}
        role="group"
        aria-label={lead}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{trans.__('Server')}</th>
              <th scope="col">{trans.__('What the hub says')}</th>
            </tr>
          </thead>
          <tbody>
            {failures.slice(0, MAX_SHOWN).map(result => (
              <tr key={whoOf(result)}>
                <th scope="row">{whoOf(result)}</th>
                <td>
                  {result.message || trans.__('The hub gives no reason.')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {rest > 0 && <p>{trans._n('and %1 more', 'and %1 more', rest)}</p>}
      </div>
    </>
  );
}
