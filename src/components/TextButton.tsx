import { Button } from '@jupyterlab/ui-components';
import React from 'react';

/**
 * A button with a word: as flat as the bar that it is in, or, in a line of text, like a link.
 *
 * It keeps the focus where it cannot be pressed any more.
 */
export function TextButton(props: {
  label: string;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  hasMenu?: boolean;
  isLink?: boolean;
  isDisabled?: boolean;
}): JSX.Element {
  const { label, onClick, hasMenu, isLink, isDisabled } = props;
  const shared = {
    type: 'button' as const,
    'aria-haspopup': hasMenu ? ('menu' as const) : undefined,
    'aria-disabled': isDisabled || undefined,
    onClick: isDisabled ? undefined : onClick
  };
  return isLink ? (
    <button {...shared} className="jp-HubAdmin-link">
      {label}
    </button>
  ) : (
    <Button {...shared} minimal small>
      {label}
    </Button>
  );
}
