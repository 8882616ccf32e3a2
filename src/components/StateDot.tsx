import {
  circleEmptyIcon,
  circleIcon,
  errorIcon
} from '@jupyterlab/ui-components';
import React from 'react';

import type { ServerView } from '../api/types';

/**
 * The state of a server as a shape; its colour only helps.
 *
 * @param props.still - nothing is known of it now, so nothing turns
 */
export function StateDot(props: {
  state: ServerView['state'];
  failed?: boolean;
  still?: boolean;
}): JSX.Element {
  const { state, failed, still } = props;
  if (failed) {
    return (
      <errorIcon.react tag="span" className="jp-HubAdmin-icon jp-mod-failed" />
    );
  }
  switch (state) {
    case 'running':
      return (
        <circleIcon.react
          tag="span"
          className="jp-HubAdmin-icon jp-mod-running"
        />
      );
    case 'stopped':
      return (
        <circleEmptyIcon.react
          tag="span"
          className="jp-HubAdmin-icon jp-mod-stopped"
        />
      );
    case 'starting':
    case 'stopping':
      return (
        <span
          className={
            still ? 'jp-HubAdmin-ring jp-mod-still' : 'jp-HubAdmin-ring'
          }
        />
      );
  }
}
