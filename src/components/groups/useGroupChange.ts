import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { messageOf } from '../../api/errors';
import { useHubAdmin } from '../../state/context';
import { keys } from '../../state/keys';
import { useHealth } from '../hooks';

/**
 * A change of a group: what is under way, and what went wrong with the last one.
 */
export interface IGroupChange {
  /** Nothing can be changed now: a change is under way, or the Hub is away. */
  readonly isOff: boolean;
  /** In the Hub's words; null: nothing. */
  readonly problem: string | null;
  readonly run: (change: () => Promise<unknown>) => Promise<boolean>;
}

/**
 * Change groups, one change at a time; what is shown of groups is asked for anew after each.
 */
export function useGroupChange(): IGroupChange {
  const hub = useHubAdmin();
  const { away } = useHealth();
  const queryClient = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isOff = isBusy || away;
  const run = async (change: () => Promise<unknown>): Promise<boolean> => {
    if (isOff) {
      return false;
    }
    setBusy(true);
    setProblem(null);
    try {
      await change();
      return true;
    } catch (error) {
      hub.refused(error);
      setProblem(messageOf(error));
      return false;
    } finally {
      setBusy(false);
      await queryClient.invalidateQueries({ queryKey: keys.groups });
    }
  };
  return { isOff, problem, run };
}
