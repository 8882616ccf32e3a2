import {
  circleEmptyIcon,
  circleIcon,
  closeIcon
} from '@jupyterlab/ui-components';
import React, { useState } from 'react';

import { bounded, messageOf } from '../../api/errors';
import type {
  ReportedKernel,
  ReportView,
  ServiceServer
} from '../../api/types';
import { useHubAdmin } from '../../state/context';
import { useActions, useTrans } from '../context';
import { useHealth, useNow } from '../hooks';
import { IconButton } from '../IconButton';
import { baseName, reportedText, secondsSince } from './sources';

/**
 * How often `idle 48 min.` is written anew, in milliseconds.
 */
const REFRESH = 10_000;

/**
 * Kernels and terminals that are shown.
 */
const MAX_SHOWN = 200;

/**
 * Characters of a name.
 */
const MAX_NAME = 200;

/**
 * The kernels and terminals of a server, as it reported them itself.
 */
export function Reported(props: {
  server: ServiceServer;
  /** Milliseconds by which the clock of the service is ahead of the browser's. */
  ahead: number;
}): JSX.Element | null {
  const { server, ahead } = props;
  const { report } = server;
  const trans = useTrans();
  const now = useNow(REFRESH) + ahead;
  // Since when each kernel is waited for, by what its server had reported.
  const [asked, setAsked] = useState<ReadonlyMap<string, string>>(new Map());
  if (!report) {
    return null;
  }
  const kernels = report.kernels.slice(0, MAX_SHOWN);
  return (
    <>
      <h3>{trans.__('Kernels and terminals')}</h3>
      <p className="jp-HubAdmin-reason">
        {trans.__(
          'As the server reported: %1',
          reportedText(report.at, now, trans)
        )}
      </p>
      {kernels.length > 0 ? (
        <ul className="jp-HubAdmin-kernels" aria-label={trans.__('Kernels')}>
          {kernels.map(kernel => (
            <KernelLine
              key={kernel.id}
              kernel={kernel}
              server={server}
              now={now}
              isAsked={isWaited(asked.get(kernel.id), report)}
              onAsked={() =>
                setAsked(old => new Map([...old, [kernel.id, report.at]]))
              }
            />
          ))}
        </ul>
      ) : (
        <p>{trans.__('No kernel is running.')}</p>
      )}
      <Terminals report={report} now={now} />
      <LeftOut report={report} />
    </>
  );
}

/**
 * That the server runs more than a report holds.
 */
function LeftOut({ report }: { report: ReportView }): JSX.Element | null {
  const trans = useTrans();
  const { left_out = 0 } = report;
  return left_out > 0 ? (
    <p>
      {trans._n(
        '%1 more kernel or terminal is not listed: a report holds no more.',
        '%1 more kernels and terminals are not listed: a report holds no more.',
        left_out
      )}
    </p>
  ) : null;
}

/**
 * Whether a kernel was asked to end and its server had no occasion to do it. It is told with the
 * answer to its next report, so that only the one after it can be without the kernel.
 */
function isWaited(askedAt: string | undefined, report: ReportView): boolean {
  if (askedAt === undefined) {
    return false;
  }
  const period = Math.max(
    0,
    Date.parse(report.next_expected) - Date.parse(report.at)
  );
  const waited = Date.parse(report.at) - Date.parse(askedAt);
  return waited <= 3 * period;
}

function KernelLine(props: {
  kernel: ReportedKernel;
  server: ServiceServer;
  now: number;
  isAsked: boolean;
  onAsked: () => void;
}): JSX.Element {
  const { kernel, server, now, isAsked, onAsked } = props;
  const hub = useHubAdmin();
  const { confirmKernel } = useActions();
  const { away } = useHealth();
  const trans = useTrans();
  const [error, setError] = useState<string | null>(null);
  const name = bounded(baseName(kernel.path || kernel.name), MAX_NAME);
  const Dot = kernel.state === 'busy' ? circleIcon : circleEmptyIcon;
  const shutDown = async () => {
    setError(null);
    try {
      if (await confirmKernel('shutdown', name)) {
        await hub.client.service.shutdownKernel(
          server.user,
          server.name,
          kernel.id
        );
        onAsked();
        hub.announcer.say(
          trans.__('%1: asked; it stops with its next report', name)
        );
      }
    } catch (reason) {
      hub.refused(reason);
      setError(messageOf(reason));
    }
  };
  return (
    <li className="jp-HubAdmin-kernel">
      <div className="jp-HubAdmin-rowLine">
        <span className="jp-HubAdmin-kernelDot">
          <Dot.react tag="span" className="jp-HubAdmin-icon jp-mod-kernel" />
        </span>
        <span
          className="jp-HubAdmin-name"
          title={bounded(kernel.path || kernel.id, MAX_NAME)}
        >
          {name}
        </span>
        <span className="jp-HubAdmin-end">{stateText(kernel, now, trans)}</span>
        {server.may_manage && !away && !isAsked && (
          <span className="jp-HubAdmin-actions">
            <IconButton
              icon={closeIcon}
              label={trans.__('Shut down %1', name)}
              title={trans.__('Shut down')}
              onClick={() => void shutDown()}
            />
          </span>
        )}
      </div>
      {(error !== null || isAsked) && (
        <div className="jp-HubAdmin-kernelFate">
          {error ?? trans.__('asked; it stops with its next report')}
        </div>
      )}
    </li>
  );
}

function stateText(
  { state, busy_since, last_activity }: ReportedKernel,
  now: number,
  trans: ReturnType<typeof useTrans>
): string {
  if (state === 'busy') {
    return busy_since === null
      ? trans.__('busy')
      : trans.__('busy %1', secondsSince(busy_since, now, trans));
  }
  if (state === 'idle') {
    return last_activity === null
      ? trans.__('idle')
      : trans.__('idle %1', secondsSince(last_activity, now, trans));
  }
  return bounded(state, 20);
}

function Terminals(props: {
  report: ReportView;
  now: number;
}): JSX.Element | null {
  const { report, now } = props;
  const trans = useTrans();
  if (report.terminals.length === 0) {
    return <p>{trans.__('No terminal is open.')}</p>;
  }
  return (
    <ul className="jp-HubAdmin-kernels" aria-label={trans.__('Terminals')}>
      {report.terminals
        .slice(0, MAX_SHOWN)
        .map(({ name, last_activity }, index) => (
          <li key={index} className="jp-HubAdmin-kernel">
            <div className="jp-HubAdmin-rowLine">
              <span className="jp-HubAdmin-name">
                {trans.__('Terminal %1', bounded(name, MAX_NAME))}
              </span>
              <span className="jp-HubAdmin-end">
                {last_activity === null
                  ? null
                  : trans.__(
                      'idle %1',
                      secondsSince(last_activity, now, trans)
                    )}
              </span>
            </div>
          </li>
        ))}
    </ul>
  );
}
