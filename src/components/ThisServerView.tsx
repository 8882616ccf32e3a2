import React from 'react';

import { useTrans } from './context';
import { IdleSettingsForm } from './idle/IdleForm';
import { KernelList } from './KernelList';

/**
 * The kernels of this server and when what is idle is stopped.
 */
export function ThisServerView(): JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-HubAdmin-server">
      <h3 className="jp-HubAdmin-heading">{trans.__('Kernels')}</h3>
      <KernelList />
      <h3 className="jp-HubAdmin-heading">{trans.__('Idle settings')}</h3>
      <IdleSettingsForm />
    </div>
  );
}
