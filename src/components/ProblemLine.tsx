import React from 'react';

import { bounded } from '../api/errors';
import { useHubAdmin } from '../state/context';
import { useActions, useTrans } from './context';
import type { IRow, IRowProblem } from './rows';
import { problemText } from './rows';

/**
 * Characters that fit into two lines or three; Details has the rest.
 */
const MAX_TEXT = 110;

/**
 * What went wrong, in the Hub's own words; stays until it is dismissed.
 */
export function ProblemLine(props: {
  row: IRow;
  problem: IRowProblem;
  tabIndex: number;
}): JSX.Element {
  const { row, problem, tabIndex } = props;
  const { activity } = useHubAdmin();
  const { showProblem } = useActions();
  const trans = useTrans();
  const text = problemText(problem, trans);
  return (
    <div role="gridcell" className="jp-HubAdmin-problem">
      <span className="jp-HubAdmin-problemText" title={text}>
        {bounded(text, MAX_TEXT)}
      </span>{' '}
      <span className="jp-HubAdmin-problemLinks">
        <button
          type="button"
          className="jp-HubAdmin-link"
          aria-label={trans.__('Details of what went wrong with %1', row.key)}
          tabIndex={tabIndex}
          data-name="problem"
          onClick={() => showProblem(row.who, text)}
        >
          {trans.__('Details')}
        </button>
        <span aria-hidden="true"> · </span>
        <button
          type="button"
          className="jp-HubAdmin-link"
          aria-label={trans.__('Dismiss the message of %1', row.key)}
          tabIndex={tabIndex}
          data-name="dismiss"
          onClick={() => activity.dismiss(row.key, problem.at)}
        >
          {trans.__('Dismiss')}
        </button>
      </span>
    </div>
  );
}
