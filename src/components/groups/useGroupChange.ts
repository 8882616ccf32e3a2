import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { messageOf } from '../../api/errors';
import { keys } from '../../state/keys';

/**
 * A change of a group: what is under way, and what went wrong with the last one.
 */
export interface IGroupChange {
  readonly isBusy: boolean;
  /** In the Hub's words; null: nothing. */
  readonly problem: string | null;
  readonly run: (change: () => Promise<unknown>) => Promise<boolean>;
}

/**
 * Change groups, one change at a time; what is shown of groups is asked for anew after each.
 */
export function useGroupChange(): IGroupChange {
  const queryClient = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (change: () => Promise<unknown>): Promise<boolean> => {
    if (isBusy) {
      return false;
    }
    setBusy(true);
    setProblem(null);
    try {
      await change();
      return true;
    } catch (error) {
      setProblem(messageOf(error));
      return false;
    } finally {
      setBusy(false);
      await queryClient.invalidateQueries({ queryKey: keys.groups });
    }
  };
  return { isBusy, problem, run };
}
