import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import type { StateFilter } from '../api/client';
import { useActions, useTrans } from '../components/context';
import { useHealth } from '../components/hooks';
import type { ITotals } from './counting';
import { totalFilters } from './counting';

/**
 * What is looked for.
 */
export interface IFilter {
  readonly search: string;
  readonly state: StateFilter;
}

/**
 * How much of what there is; each number finds what it counts.
 */
export function Totals(props: {
  totals: ITotals;
  filter: IFilter;
  /** Minutes after which a server is idle. */
  limit: number;
  onFilter: (filter: IFilter) => void;
}): JSX.Element {
  const { totals, filter, limit, onFilter } = props;
  const trans = useTrans();
  const { command, offers } = useActions();
  const { away } = useHealth();
  return (
    <div className="jp-HubAdmin-totals">
      <div
        role="group"
        className="jp-HubAdmin-totalButtons"
        aria-label={trans.__('Totals')}
      >
        {partsOf(totals, limit, trans).map(({ label, ...part }) => {
          const isPressed =
            part.search === filter.search && part.state === filter.state;
          return (
            <button
              key={part.name}
              type="button"
              className="jp-HubAdmin-total"
              aria-pressed={isPressed}
              onClick={() =>
                onFilter(
                  isPressed
                    ? { search: '', state: 'all' }
                    : { search: part.search, state: part.state }
                )
              }
            >
              {label}
            </button>
          );
        })}
      </div>
      {!away && offers('stopIdleServers') && (
        <Button
          small
          type="button"
          className="jp-HubAdmin-button"
          onClick={() => command('stopIdleServers')}
        >
          {trans.__('Stop idle servers…')}
        </Button>
      )}
    </div>
  );
}

interface IPart extends IFilter {
  readonly name: string;
  readonly label: string;
}

function partsOf(
  { users, running, pending, idle }: ITotals,
  limit: number,
  trans: TranslationBundle
): IPart[] {
  const words = totalFilters(limit);
  const time =
    limit % 60 === 0
      ? trans.__('%1 h', limit / 60)
      : trans.__('%1 min.', limit);
  return [
    {
      name: 'users',
      search: '',
      state: 'all',
      label:
        users === null
          ? trans.__('All users')
          : trans._n('%1 user', '%1 users', users)
    },
    {
      name: 'running',
      search: '',
      state: 'running',
      label:
        running === null ? trans.__('Running') : trans.__('%1 running', running)
    },
    {
      name: 'pending',
      search: words.pending,
      // Or the Hub would be asked for everybody.
      state: 'running',
      label:
        pending === null ? trans.__('Pending') : trans.__('%1 pending', pending)
    },
    {
      name: 'idle',
      search: words.idle,
      state: 'all',
      label:
        idle === null
          ? trans.__('Idle over %1', time)
          : trans.__('%1 idle over %2', idle, time)
    }
  ];
}
