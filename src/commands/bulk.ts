import { Notification } from '@jupyterlab/apputils';

import type { BulkFilter, BulkPlan, BulkRequest } from '../api/types';
import { bulkWords } from '../components/bulkWords';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import type { ServerAction } from '../state/activity';
import { UNDO_TIME } from '../state/bulk';
import type { IMatching, ISelection } from '../state/selection';
import { lookAhead } from './bulkLook';
import { planFor, stillUnused, usedNames, without } from './bulkPlans';
import type { IBulkIntent } from './bulkQuestion';
import { askMany } from './bulkQuestion';
import { sortOut } from './bulkTargets';
import type { ICommandContext } from './dialog';
import { IN_USE } from './facts';
import { restartServer, startServer, stopServer } from './servers';

/**
 * As many servers start without a question.
 */
const MAX_UNASKED = 10;

/**
 * Start, stop or restart whatever is selected, after at most one question.
 */
export async function actOnSelection(
  context: ICommandContext,
  action: ServerAction
): Promise<void> {
  const { selection } = context.hub;
  const chosen = selection.get();
  if (chosen.matching) {
    await actOnMatching(context, action, chosen.matching, chosen);
  } else {
    await actOnServers(context, action, [...chosen.servers.values()], chosen);
  }
}

/**
 * Start, stop or restart these servers, after at most one question.
 *
 * @param selection - what is selected no more once it is begun
 */
export async function actOnServers(
  context: ICommandContext,
  action: ServerAction,
  servers: readonly IWho[],
  selection: ISelection | null = null
): Promise<void> {
  const { hub, trans } = context;
  const chosen = [
    ...new Map(
      servers.map(({ user, server }) => [
        whoOf({ user, server }),
        { user, server }
      ])
    ).values()
  ];
  const [only] = chosen;
  if (only && chosen.length === 1) {
    await actOnOne(context, action, only);
    return;
  }
  let sorted = sortOut(hub, trans, action, chosen);
  let plans: BulkPlan[] = [];
  if (action !== 'start') {
    const asked = await planFor(context, action, sorted.targets);
    if (!asked) {
      return;
    }
    plans = asked;
    const fresh = plans.flatMap(({ targets }) => targets);
    sorted = sortOut(hub, trans, action, chosen, fresh);
  }
  const { targets, leftOut } = sorted;
  if (targets.length === 0) {
    tellNothing(context, action, leftOut);
    return;
  }
  const meant = new Set(targets.map(whoOf));
  const namesInUse = plans.flatMap(usedNames).filter(name => meant.has(name));
  await askAndStart(
    context,
    {
      action,
      total: targets.length,
      names: targets.map(whoOf),
      inUse: namesInUse.length,
      namesInUse,
      notes: leftOut
    },
    spares => ({
      action,
      targets: without(targets, spares ? namesInUse : [])
    }),
    selection
  );
}

/**
 * Start, stop or restart all that match, loaded or not, after at most one question.
 */
async function actOnMatching(
  context: ICommandContext,
  action: ServerAction,
  matching: IMatching,
  selection: ISelection
): Promise<void> {
  const { trans } = context;
  const { query, state, count } = matching;
  const filter = { query, state };
  const plan = await lookAhead(context, { action, filter });
  if (!plan) {
    return;
  }
  const others = count === null ? 0 : count - plan.total;
  const notes =
    others > 0
      ? [
          trans._n(
            'Nothing is done with %1 other that matches.',
            'Nothing is done with %1 others that match.',
            others
          )
        ]
      : [];
  if (plan.total === 0) {
    tellNothing(context, action, []);
    return;
  }
  const namesInUse = usedNames(plan);
  await askAndStart(
    context,
    {
      action,
      total: plan.total,
      names: plan.targets.map(whoOf),
      inUse: action === 'start' ? 0 : plan.in_use,
      namesInUse,
      notes
    },
    spares =>
      plan.total === plan.targets.length
        ? // Nobody is acted on who was not named.
          { action, targets: without(plan.targets, spares ? namesInUse : []) }
        : { action, filter: spares ? sparing(filter, plan) : filter },
    selection
  );
}

/**
 * The same without what is in use when it begins; where kernels are busy is asked only if it was
 * known a moment ago.
 */
function sparing(filter: BulkFilter, { busy }: BulkPlan): BulkFilter {
  return {
    ...filter,
    spare_used_within: IN_USE,
    ...(busy === null ? {} : { spare_busy: true })
  };
}

async function actOnOne(
  context: ICommandContext,
  action: ServerAction,
  who: IWho
): Promise<void> {
  switch (action) {
    case 'start':
      return startServer(context, who);
    case 'stop':
      return stopServer(context, who);
    case 'restart':
      return restartServer(context, who);
  }
}

/**
 * Ask, unless few are started, and begin.
 */
async function askAndStart(
  context: ICommandContext,
  intent: IBulkIntent,
  requestOf: (spares: boolean) => BulkRequest,
  selection: ISelection | null
): Promise<void> {
  const { action, total, notes } = intent;
  if (action === 'start' && total <= MAX_UNASKED) {
    if (notes.length > 0) {
      Notification.info(notes.join(' '), { autoClose: 5000 });
    }
    begin(context, requestOf(false), total, selection);
    return;
  }
  const answer = await askMany(context, intent);
  if (!answer) {
    return;
  }
  const request = requestOf(answer.spares);
  if (!answer.spares || !request.targets) {
    begin(context, request, answer.count, selection);
    return;
  }
  // Whoever has begun to work while the question was open is left alone, too.
  const targets = await stillUnused(context, action, request.targets);
  if (targets?.length === 0) {
    tellNothing(context, action, [context.trans.__('All are in use by now.')]);
  } else if (targets) {
    begin(context, { action, targets }, targets.length, selection);
  }
}

/**
 * Begin, and select nothing more; what is undone is selected again.
 */
function begin(
  { hub }: ICommandContext,
  request: BulkRequest,
  count: number,
  selection: ISelection | null
): void {
  const delay = request.action === 'start' ? 0 : UNDO_TIME;
  void hub.bulks.start(request, count, delay).then(({ phase }) => {
    if (selection && phase === 'undone' && !hub.selection.isActive()) {
      if (selection.matching) {
        hub.selection.selectMatching(selection.matching);
      } else {
        hub.selection.set(selection.servers.values());
      }
    }
  });
  if (selection && hub.selection.get() === selection) {
    const button = document.activeElement;
    hub.selection.clear();
    setTimeout(() => {
      // What could be done with the selection is gone, and so is the button that did it.
      const { target, who } = hub.cursor;
      if (button && !button.isConnected) {
        const isBack = who !== null && target?.revealRow(whoOf(who));
        if (!isBack) {
          hub.cursor.focusSearch();
        }
      }
    });
  }
}

function tellNothing(
  { trans }: ICommandContext,
  action: ServerAction,
  leftOut: readonly string[]
): void {
  const { nothing } = bulkWords(action, trans);
  Notification.info([nothing, ...leftOut].join(' '), { autoClose: 5000 });
}
