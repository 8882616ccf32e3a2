import { Button } from '@jupyterlab/ui-components';
import React from 'react';

import { useActions, useTrans } from './context';
import { OutdatedBand } from './HubBands';

/**
 * What an operator adds to `jupyterhub_config.py`.
 */
const LINES = `from hub_admin_lab.hub_config import configure
configure(c)`;

/**
 * For an admin of a hub that was not configured for the panel.
 */
export function SetupView(): JSX.Element {
  const { copy, help } = useActions();
  const trans = useTrans();
  return (
    <div className="jp-HubAdmin-setup">
      <OutdatedBand />
      <h3>{trans.__('One step left')}</h3>
      <p>
        {trans.__(
          'This hub has not given Hub Admin its permissions. Add these lines to jupyterhub_config.py, restart the hub, then restart your own server:'
        )}
      </p>
      <pre tabIndex={0}>{LINES}</pre>
      <Button
        small
        type="button"
        className="jp-HubAdmin-button"
        onClick={() => copy(LINES)}
      >
        {trans.__('Copy lines')}
      </Button>{' '}
      <Button minimal small type="button" onClick={help}>
        {trans.__('Help')}
      </Button>
    </div>
  );
}
