import {
  circleEmptyIcon,
  circleIcon,
  closeIcon,
  refreshIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';

import { bounded, messageOf } from '../api/errors';
import type { KernelView } from '../api/types';
import { shortDuration } from '../format/duration';
import { kernelWhyText } from '../format/reason';
import { formatMoment } from '../format/time';
import { useHubAdmin } from '../state/context';
import type { KernelAction } from '../state/kernels';
import { actOnKernel, kernelName, useKernels } from '../state/kernels';
import { useActions, useTrans } from './context';
import { useNow } from './hooks';
import { IconButton } from './IconButton';

/**
 * Kernels that are shown; more than a person runs.
 */
const MAX_KERNELS = 200;

/**
 * The kernels of this server, each with what becomes of it.
 */
export function KernelList(): JSX.Element {
  const kernels = useKernels();
  const trans = useTrans();
  const now = useNow(10_000);
  if (kernels.error && !kernels.data) {
    return (
      <div className="jp-HubAdmin-note">
        {trans.__(
          'The kernels could not be listed: %1',
          messageOf(kernels.error)
        )}
      </div>
    );
  }
  if (!kernels.data?.length) {
    return (
      <div className="jp-HubAdmin-note">
        {kernels.data ? trans.__('No kernel is running.') : null}
      </div>
    );
  }
  return (
    <ul className="jp-HubAdmin-kernels" aria-label={trans.__('Kernels')}>
      {kernels.data.slice(0, MAX_KERNELS).map(kernel => (
        <KernelRow key={kernel.id} kernel={kernel} now={now} />
      ))}
    </ul>
  );
}

function KernelRow(props: { kernel: KernelView; now: number }): JSX.Element {
  const { kernel, now } = props;
  const hub = useHubAdmin();
  const { confirmKernel, openPath } = useActions();
  const trans = useTrans();
  const [error, setError] = useState<string | null>(null);
  const { path } = kernel;
  const name = bounded(kernelName(kernel), 200);
  const busy = kernel.execution_state === 'busy';
  const Dot = busy ? circleIcon : circleEmptyIcon;
  const act = (action: KernelAction) => {
    setError(null);
    const allowed =
      action === 'interrupt'
        ? Promise.resolve(true)
        : confirmKernel(action, name);
    allowed
      .then(async yes => {
        if (yes) {
          await actOnKernel(hub, action, kernel.id);
        }
      })
      .catch((reason: unknown) => setError(messageOf(reason)));
  };
  return (
    <li className="jp-HubAdmin-kernel">
      <div className="jp-HubAdmin-rowLine">
        <span className="jp-HubAdmin-kernelDot">
          <Dot.react tag="span" className="jp-HubAdmin-icon jp-mod-kernel" />
        </span>
        {path !== null && openPath ? (
          <button
            type="button"
            className="jp-HubAdmin-name jp-HubAdmin-kernelName"
            title={path}
            onClick={() => openPath(path)}
          >
            {name}
          </button>
        ) : (
          <span className="jp-HubAdmin-name" title={path ?? kernel.id}>
            {name}
          </span>
        )}
        <span className="jp-HubAdmin-end">{kernelState(kernel, trans)}</span>
        <span className="jp-HubAdmin-actions">
          <IconButton
            icon={stopIcon}
            label={trans.__('Interrupt %1', name)}
            title={trans.__('Interrupt')}
            onClick={() => act('interrupt')}
          />
          <IconButton
            icon={refreshIcon}
            label={trans.__('Restart %1', name)}
            title={trans.__('Restart')}
            onClick={() => act('restart')}
          />
          <IconButton
            icon={closeIcon}
            label={trans.__('Shut down %1', name)}
            title={trans.__('Shut down')}
            onClick={() => act('shutdown')}
          />
        </span>
      </div>
      <div className="jp-HubAdmin-kernelFate">
        {error ?? kernelFate(kernel, now, trans)}
      </div>
    </li>
  );
}

/**
 * Since when a kernel is busy or idle: `idle 48 min.`
 */
export function kernelState(
  { execution_state, idle_seconds, busy_seconds }: KernelView,
  trans: TranslationBundle
): string {
  if (execution_state === 'busy') {
    return busy_seconds === null
      ? trans.__('busy')
      : trans.__('busy %1', shortDuration(busy_seconds, trans));
  }
  if (execution_state === 'idle') {
    return idle_seconds === null
      ? trans.__('idle')
      : trans.__('idle %1', shortDuration(idle_seconds, trans));
  }
  return bounded(execution_state, 20);
}

/**
 * What becomes of a kernel: `Stops at 15:10 unless it is used`, or why it stays.
 */
export function kernelFate(
  kernel: KernelView,
  now: number,
  trans: TranslationBundle
): string {
  const { cull_at, reason_code } = kernel;
  // One that died is stopped whether it is used or not.
  if (cull_at === null || reason_code === 'dead') {
    return bounded(kernelWhyText(kernel, trans), 200);
  }
  return Date.parse(cull_at) <= now
    ? trans.__('Stops at the next check unless it is used')
    : trans.__('Stops at %1 unless it is used', formatMoment(cull_at, now));
}
