import type React from 'react';

import { useActions } from './context';
import { useHealth } from './hooks';
import type { IRow } from './rows';

/**
 * What a row does on a double click and on Enter: it opens the server, or starts it.
 */
export function useFirstAction({ server, who }: IRow): {
  readonly onDoubleClick: (event: React.MouseEvent) => void;
  readonly onKeyDown: (event: React.KeyboardEvent) => void;
} {
  const { run } = useActions();
  const { away } = useHealth();
  const runFirst = () => {
    if (away) {
      return;
    }
    if (server?.state === 'running' && server.can.access) {
      run('open', who);
    } else if (server?.state === 'stopped' && server.can.start) {
      run('start', who);
    }
  };
  return {
    onDoubleClick: event => {
      if (!(event.target as Element).closest('button, a, input')) {
        runFirst();
      }
    },
    onKeyDown: event => {
      if (event.key === 'Enter' && event.target === event.currentTarget) {
        event.preventDefault();
        runFirst();
      }
    }
  };
}
