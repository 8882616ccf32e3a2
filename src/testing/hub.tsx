import { nullTranslator } from '@jupyterlab/translation';
import { ServerConnection } from '@jupyterlab/services';
import { QueryClientProvider } from '@tanstack/react-query';
import React from 'react';

import type { ServiceClient } from '../api/serviceClient';
import type { Info } from '../api/types';
import type { IPanelActions } from '../components/context';
import { PanelContext } from '../components/context';
import { HubAdminContext } from '../state/context';
import { HubAdmin } from '../state/hub';
import { HubStart } from '../state/start';

/**
 * Words that are not translated.
 */
export const trans = nullTranslator.load('hub_admin_lab');

/**
 * The hub as the page knows it, with every request replaced.
 */
export interface IFakeHub {
  readonly start: HubStart;
  readonly hub: HubAdmin;
  readonly client: jest.Mocked<
    HubAdmin['client'] & { info: () => Promise<Info> }
  >;
  /** The hub service's part of the client. */
  readonly service: jest.Mocked<ServiceClient>;
  readonly actions: jest.Mocked<Required<IPanelActions>>;
  /** Puts a component where it finds all of it. */
  readonly Wrapper: (props: { children: React.ReactNode }) => JSX.Element;
}

/**
 * Make a hub whose requests never end until a test says how.
 *
 * @param words - the words of the components
 */
export function fakeHub(
  settings?: Partial<ServerConnection.ISettings>,
  words = trans
): IFakeHub {
  const start = new HubStart(ServerConnection.makeSettings(settings), () =>
    client.info()
  );
  const hub = new HubAdmin(start);
  start.hub = hub;
  const client = hub.client as IFakeHub['client'];
  for (const name of [
    'info',
    'listUsers',
    'getUser',
    'startServer',
    'stopServer',
    'restartServer',
    'events',
    'setLiveView',
    'planBulk',
    'startBulk',
    'getBulk',
    'cancelBulk',
    'addUsers',
    'editUser',
    'deleteUser',
    'createServer',
    'editServer',
    'deleteServer',
    'listGroups',
    'getGroup',
    'createGroup',
    'deleteGroup',
    'addMembers',
    'removeMembers',
    'setProperties',
    'shutdownHub',
    'listKernels',
    'shutdownKernel',
    'interruptKernel',
    'restartKernel',
    'getIdle',
    'putIdle',
    'resetIdle',
    'hasStopped'
  ] as const) {
    (client as unknown as Record<string, jest.Mock>)[name] = jest.fn(
      () => new Promise(() => undefined)
    );
  }
  const service = client.service as jest.Mocked<ServiceClient>;
  for (const name of [
    'info',
    'rules',
    'putRule',
    'deleteRule',
    'preview',
    'servers',
    'extend',
    'shutdownKernel',
    'notice',
    'audit'
  ] as const) {
    (service as unknown as Record<string, jest.Mock>)[name] = jest.fn(
      () => new Promise(() => undefined)
    );
  }
  const actions: jest.Mocked<Required<IPanelActions>> = {
    run: jest.fn(),
    command: jest.fn(),
    offers: jest.fn().mockReturnValue(true),
    showProblem: jest.fn(),
    showOutcome: jest.fn(),
    openPath: jest.fn(),
    confirmKernel: jest.fn().mockResolvedValue(true),
    confirm: jest.fn().mockResolvedValue(true),
    showRule: jest.fn(),
    copy: jest.fn(),
    help: jest.fn(),
    restartOwn: jest.fn()
  };
  const Wrapper = (props: { children: React.ReactNode }) => (
    <HubAdminContext.Provider value={hub}>
      <PanelContext.Provider value={{ trans: words, actions }}>
        <QueryClientProvider client={hub.queryClient}>
          {props.children}
        </QueryClientProvider>
      </PanelContext.Provider>
    </HubAdminContext.Provider>
  );
  return { start, hub, client, service, actions, Wrapper };
}
