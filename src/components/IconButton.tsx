import type { LabIcon } from '@jupyterlab/ui-components';
import { Button } from '@jupyterlab/ui-components';
import React from 'react';

/**
 * What a button with nothing but an icon takes.
 */
export interface IIconButtonProps {
  icon: LabIcon;
  /** The accessible name. */
  label: string;
  /** The tooltip; the label if absent. */
  title?: string;
  className?: string;
  tabIndex?: number;
  disabled?: boolean;
  /** What it is, for finding it again after the row was drawn anew. */
  name?: string;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
}

/**
 * A button with nothing but an icon, 24 pixels square.
 */
export function IconButton(props: IIconButtonProps): JSX.Element {
  const { icon: Icon, label, title, className, name, ...rest } = props;
  return (
    <Button
      {...rest}
      minimal
      small
      type="button"
      className={`jp-HubAdmin-iconButton ${className ?? ''}`}
      aria-label={label}
      title={title ?? label}
      data-name={name}
    >
      <Icon.react tag="span" className="jp-HubAdmin-icon" />
    </Button>
  );
}
