import { Button, errorIcon } from '@jupyterlab/ui-components';
import React from 'react';

/**
 * A message across the panel that stays until it is no longer true, with at most one button.
 */
export function Band(props: {
  children: React.ReactNode;
  button?: { label: string; onClick: () => void };
}): JSX.Element {
  const { children, button } = props;
  return (
    <div className="jp-HubAdmin-band" role="note">
      <errorIcon.react tag="span" className="jp-HubAdmin-icon" />
      <div>
        {children}
        {button && (
          <>
            {' '}
            <button
              type="button"
              className="jp-HubAdmin-link"
              onClick={button.onClick}
            >
              {button.label}
            </button>
          </>
        )}
      </div>
    </div>
  );
}

/**
 * A list without rows says why, and offers at most one way on.
 */
export function EmptyState(props: {
  children: React.ReactNode;
  button?: { label: string; onClick: () => void };
}): JSX.Element {
  const { children, button } = props;
  return (
    <div className="jp-HubAdmin-empty">
      <div>{children}</div>
      {button && (
        <Button
          small
          type="button"
          className="jp-HubAdmin-button"
          onClick={button.onClick}
        >
          {button.label}
        </Button>
      )}
    </div>
  );
}
