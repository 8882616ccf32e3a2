import { fireEvent, waitFor } from '@testing-library/react';

import { ConnectionError } from '../../api/errors';
import type { ReportedKernel, ServiceServer } from '../../api/types';
import { candidate, plan } from '../../testing/bulk';
import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  dialog,
  fakeCommands,
  opened
} from '../../testing/commands';
import { info } from '../../testing/samples';
import { decision, serviceServer, serviceServers } from '../../testing/service';
import { CommandIDs } from '../ids';

function kernel(id: string, state: string): ReportedKernel {
  return {
    id,
    name: 'python3',
    path: `${id}.ipynb`,
    state,
    last_activity: null,
    busy_since: null,
    connections: 0
  };
}

/** Alice's server, which the Hub has not seen used for years, with these kernels. */
function alices(kernels: ReportedKernel[], left_out = 0): ServiceServer {
  const { report, ...rest } = serviceServer('alice');
  return { ...rest, report: report && { ...report, kernels, left_out } };
}

describe('running work', () => {
  let fake: IFakeCommands;
  let commands: IFakeCommands['commands'];

  beforeEach(async () => {
    fake = await fakeCommands();
    ({ commands } = fake);
    fake.client.info.mockResolvedValue(info({ service: { version: '0.1.0' } }));
    await fake.hub.info.load();
  });

  afterEach(() => closeAll(fake));

  const knows = (server: ServiceServer) =>
    fake.service.servers.mockResolvedValue(serviceServers(server));
  const askToStop = async () => {
    void commands.execute(CommandIDs.stopServer, { user: 'alice' });
    return opened();
  };

  it('is told before a server is stopped', async () => {
    knows(alices([kernel('train', 'busy'), kernel('plot', 'idle')]));
    const node = await askToStop();
    await waitFor(() =>
      expect(node.querySelector('strong')?.textContent).toBe(
        '1 kernel runs code.'
      )
    );
    expect(node.textContent).toContain('2 kernels are running.');
    expect(fake.service.servers.mock.calls[0]?.[0]).toBe('alice');
  });

  it('is told where the report has no place for it', async () => {
    const busy = { kind: 'busy_kernel' as const, at: null };
    knows({ ...alices([], 3), decision: decision({ sources: [busy] }) });
    const node = await askToStop();
    await waitFor(() =>
      expect(node.textContent).toContain('1 kernel runs code.')
    );
    expect(node.textContent).not.toContain('No kernel is running.');
  });

  it('is none where no kernel is busy', async () => {
    knows(alices([]));
    const node = await askToStop();
    await waitFor(() =>
      expect(node.textContent).toContain('No kernel is running.')
    );
    expect(node.querySelector('strong')).toBeNull();
  });

  it('is asked about even if questions are switched off', async () => {
    fake.hub.options.set({ confirmStop: false });
    knows(alices([kernel('train', 'busy')]));
    await askToStop();
    expect(fake.client.stopServer).not.toHaveBeenCalled();
  });

  it('is asked about if nobody knows of it', async () => {
    fake.hub.options.set({ confirmStop: false });
    fake.service.servers.mockRejectedValue(new ConnectionError('Away.'));
    await askToStop();
    expect(fake.client.stopServer).not.toHaveBeenCalled();
  });

  it('is not asked about where there is none', async () => {
    fake.hub.options.set({ confirmStop: false });
    knows(alices([kernel('plot', 'idle')]));
    void commands.execute(CommandIDs.stopServer, { user: 'alice' });
    await waitFor(() => expect(fake.client.stopServer).toHaveBeenCalled());
    expect(dialog()).toBeNull();
  });

  it('is left out when idle servers are stopped, unless one says otherwise', async () => {
    fake.client.planBulk.mockImplementation(({ filter }) =>
      Promise.resolve(
        filter?.spare_busy
          ? plan([candidate('zoe')])
          : plan([candidate('peggy', { busy: true }), candidate('zoe')], {
              busy: 1,
              in_use: 1
            })
      )
    );
    void commands.execute(CommandIDs.stopIdleServers);
    const node = await opened();
    await waitFor(() => expect(button('Stop 1 server')).toBeTruthy());
    const box = node.querySelector('input[type=checkbox]') as HTMLInputElement;
    expect(box.closest('label')?.textContent).toBe(
      'Leave out servers with a busy kernel'
    );
    expect(box.checked).toBe(true);
    fireEvent.click(box);
    await waitFor(() => expect(button('Stop 2 servers')).toBeTruthy());
    expect(node.querySelector('li')?.textContent).toBe(
      'peggy: a kernel runs code'
    );
  });

  it('is not known without the service', async () => {
    fake.client.info.mockResolvedValue(info());
    await fake.hub.info.load();
    fake.client.planBulk.mockResolvedValue(plan([candidate('zoe')]));
    void commands.execute(CommandIDs.stopIdleServers);
    const node = await opened();
    await waitFor(() => expect(button('Stop 1 server')).toBeTruthy());
    expect(node.querySelector('input[type=checkbox]')).toBeNull();
    expect(fake.client.planBulk.mock.calls[0]?.[0].filter).toEqual({
      query: 'idle:>2h'
    });
    expect(fake.service.servers).not.toHaveBeenCalled();
  });
});
