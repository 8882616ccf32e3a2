import { errorIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';

import { bulkWords } from '../components/bulkWords';
import { useTrans } from '../components/context';
import { formatList, MAX_NAMES } from '../format/list';
import type { ServerAction } from '../state/activity';
import type { ICommandContext, IDialogHandle } from './dialog';
import { ask } from './dialog';
import { ThreeFacts } from './facts';

/**
 * What an action on many servers would do.
 */
export interface IBulkIntent {
  readonly action: ServerAction;
  /** Servers that it would act on, in use or not. */
  readonly total: number;
  /** What they are called; there may be more of them. */
  readonly names: readonly string[];
  /** How many of them are in use. */
  readonly inUse: number;
  /** What those are called; there may be more of them. */
  readonly namesInUse: readonly string[];
  /** What else there is to say, such as what was left out. */
  readonly notes: readonly string[];
}

/**
 * What was answered.
 */
export interface IBulkAnswer {
  /** Leave alone whatever is in use. */
  readonly spares: boolean;
  /** On how many servers that leaves it to act. */
  readonly count: number;
}

/**
 * Ask before many servers are acted on; null if the question was given up.
 */
export async function askMany(
  context: ICommandContext,
  intent: IBulkIntent
): Promise<IBulkAnswer | null> {
  const { trans } = context;
  const { action } = intent;
  const words = bulkWords(action, trans);
  const ends = action !== 'start';
  const answer = { spares: ends, count: countOf(intent, ends) };
  let dialog: IDialogHandle | null = null;
  const show = () => {
    dialog?.setTitle(words.question(answer.count));
    dialog?.setAccept(words.accept(answer.count), answer.count > 0);
  };
  const { button } = await ask(context, {
    title: words.question(answer.count),
    summary: ends
      ? trans.__('Running kernels and terminals end.')
      : trans.__('At most 10 start at a time.'),
    isDestructive: ends,
    isCautious: ends,
    accept: words.accept(answer.count),
    onOpen: handle => {
      dialog = handle;
      show();
    },
    body: (
      <BulkQuestion
        intent={intent}
        onSpare={spares => {
          answer.spares = spares;
          answer.count = countOf(intent, spares);
          show();
        }}
      />
    )
  });
  return button === 'accept' ? answer : null;
}

function countOf({ total, inUse }: IBulkIntent, spares: boolean): number {
  return spares ? total - inUse : total;
}

/**
 * Who is meant, who is in use, and what happens to them.
 */
function BulkQuestion(props: {
  intent: IBulkIntent;
  onSpare: (spares: boolean) => void;
}): JSX.Element {
  const { intent, onSpare } = props;
  const { action, inUse, notes } = intent;
  const trans = useTrans();
  const [spares, setSpares] = useState(action !== 'start');
  return (
    <>
      <Names intent={intent} spares={spares} />
      {inUse > 0 && action !== 'start' && (
        <div className="jp-HubAdmin-facts">
          <div className="jp-HubAdmin-inUse">
            <errorIcon.react tag="span" className="jp-HubAdmin-icon" />
            <strong>{inUseText(intent, spares, trans)}</strong>
          </div>
          <label className="jp-HubAdmin-spare">
            <input
              type="checkbox"
              checked={spares}
              onChange={({ target }) => {
                setSpares(target.checked);
                onSpare(target.checked);
              }}
            />
            {trans._n('Leave it running.', 'Leave them running.', inUse)}
          </label>
        </div>
      )}
      {notes.length > 0 && <p>{notes.join(' ')}</p>}
      {action === 'start' ? (
        <p>{trans.__('At most 10 start at a time.')}</p>
      ) : (
        <ThreeFacts />
      )}
      {action === 'restart' && (
        <p>{trans.__('They start again at once, with the same options.')}</p>
      )}
    </>
  );
}

function Names(props: {
  intent: IBulkIntent;
  spares: boolean;
}): JSX.Element | null {
  const { intent, spares } = props;
  const trans = useTrans();
  const spared = new Set(spares ? intent.namesInUse : []);
  const names = intent.names.filter(name => !spared.has(name));
  const count = countOf(intent, spares);
  if (names.length === 0 || count === 0) {
    return null;
  }
  const rest = count - names.length;
  return (
    <div
      className="jp-HubAdmin-names"
      // What scrolls has to be reached by the keyboard.
      tabIndex={0}
      role="group"
      aria-label={trans._n('%1 server', '%1 servers', count)}
    >
      {formatList(names)}
      {rest > 0 && <div>{trans._n('and %1 more', 'and %1 more', rest)}</div>}
    </div>
  );
}

function inUseText(
  intent: IBulkIntent,
  spares: boolean,
  trans: TranslationBundle
): string {
  const { inUse, total } = intent;
  const names = intent.namesInUse.slice(0, MAX_NAMES);
  const rest = inUse - names.length;
  const list = formatList(
    rest > 0 ? [...names, trans._n('%1 more', '%1 more', rest)] : names
  );
  if (inUse === total) {
    return trans._n('%1 is in use: %2.', '%1 are in use: %2.', inUse, list);
  }
  return spares
    ? trans._n('%1 more is in use: %2.', '%1 more are in use: %2.', inUse, list)
    : trans._n(
        '%1 of them is in use: %2.',
        '%1 of them are in use: %2.',
        inUse,
        list
      );
}
