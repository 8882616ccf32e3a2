import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import React from 'react';

import { ApiError } from '../../../api/errors';
import type {
  ReportedKernel,
  ReportView,
  ServiceServer
} from '../../../api/types';
import type { IFakeHub } from '../../../testing/hub';
import { fakeHub } from '../../../testing/hub';
import { inJapanese, pseudo, untranslated } from '../../../testing/pseudo';
import { NOW, serviceServer } from '../../../testing/service';
import { Reported } from '../Reported';

const KERNEL: ReportedKernel = {
  id: 'k1',
  name: 'python3',
  path: 'work/<i>a.ipynb',
  state: 'idle',
  last_activity: '2026-11-23T13:14:00Z',
  busy_since: null,
  connections: 1
};

function reporting(
  at: string,
  kernels: ReportedKernel[] = [KERNEL],
  more: Partial<ServiceServer> = {}
): ServiceServer {
  return serviceServer('bob', {
    report: {
      at,
      next_expected: new Date(Date.parse(at) + 60_000).toISOString(),
      kernels,
      terminals: [{ name: '1', last_activity: '2026-11-23T13:52:00Z' }],
      presence: null,
      tabs: 1
    },
    ...more
  });
}

describe('the kernels of a server', () => {
  let fake: IFakeHub;

  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse(NOW));
    fake = fakeHub();
  });

  afterEach(() => {
    fake.hub.dispose();
    jest.restoreAllMocks();
  });

  const show = (server: ServiceServer) =>
    render(<Reported server={server} ahead={0} />, { wrapper: fake.Wrapper });
  const shutDown = () =>
    fireEvent.click(screen.getByRole('button', { name: /^Shut down/ }));

  it('are shown as the server reported them', () => {
    show(
      reporting('2026-11-23T14:01:40Z', [
        KERNEL,
        {
          ...KERNEL,
          id: 'k2',
          path: null,
          state: 'busy',
          busy_since: '2026-11-23T13:50:00Z'
        }
      ])
    );
    expect(screen.getByText('As the server reported: 20 s ago')).toBeTruthy();
    expect(screen.getByText('<i>a.ipynb')).toBeTruthy();
    expect(document.querySelector('i')).toBeNull();
    expect(screen.getByText('idle 48 min.')).toBeTruthy();
    expect(screen.getByText('python3')).toBeTruthy();
    expect(screen.getByText('busy 12 min.')).toBeTruthy();
    expect(screen.getByText('Terminal 1')).toBeTruthy();
    expect(screen.getByText('idle 10 min.')).toBeTruthy();
  });

  it('are not all of them where a report holds no more', () => {
    const server = reporting(NOW);
    const report = server.report as ReportView;
    const { rerender } = show(server);
    expect(screen.queryByText(/a report holds no more/)).toBeNull();
    const cut = { ...server, report: { ...report, left_out: 41 } };
    rerender(<Reported server={cut} ahead={0} />);
    expect(screen.getByText(/^41 more kernels and terminals/)).toBeTruthy();
  });

  it('are as old as the clock of the service says', () => {
    const server = reporting('2026-11-23T14:01:40Z');
    render(<Reported server={server} ahead={10_000} />, {
      wrapper: fake.Wrapper
    });
    expect(screen.getByText('As the server reported: 30 s ago')).toBeTruthy();
  });

  it('are shut down after a question, with the next report', async () => {
    fake.service.shutdownKernel.mockResolvedValue({ id: 'r1' });
    const { rerender } = show(reporting('2026-11-23T14:01:00Z'));
    shutDown();
    const asked = await screen.findByText(
      'asked; it stops with its next report'
    );
    expect(asked).toBeTruthy();
    expect(fake.actions.confirmKernel).toHaveBeenCalledWith(
      'shutdown',
      '<i>a.ipynb'
    );
    expect(fake.service.shutdownKernel).toHaveBeenCalledWith('bob', '', 'k1');
    expect(screen.queryByRole('button')).toBeNull();
    // A server that does not do it may be asked again.
    rerender(<Reported server={reporting('2026-11-23T14:06:00Z')} ahead={0} />);
    expect(screen.queryByText(/^asked/)).toBeNull();
    expect(screen.getByRole('button')).toBeTruthy();
  });

  it('stay where the question is answered so, or the service refuses', async () => {
    show(reporting(NOW));
    fake.actions.confirmKernel.mockResolvedValueOnce(false);
    shutDown();
    await waitFor(() =>
      expect(fake.actions.confirmKernel).toHaveBeenCalledTimes(1)
    );
    expect(fake.service.shutdownKernel).not.toHaveBeenCalled();
    fake.service.shutdownKernel.mockRejectedValue(
      new ApiError(409, 'conflict', 'This server does not report.')
    );
    shutDown();
    expect(
      await screen.findByText('This server does not report.')
    ).toBeTruthy();
  });

  it('are only looked at by those who may not manage them', () => {
    show(reporting(NOW, [KERNEL], { may_manage: false }));
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('say that there is none, or nothing without a report', () => {
    const { container } = show(serviceServer('bob', { report: null }));
    expect(container.textContent).toBe('');
    show(serviceServer('bob'));
    expect(screen.getByText('No kernel is running.')).toBeTruthy();
    expect(screen.getByText('No terminal is open.')).toBeTruthy();
  });

  it('go through the translator', async () => {
    const restore = inJapanese();
    const greek = fakeHub({}, pseudo);
    greek.service.shutdownKernel.mockResolvedValue({ id: 'ρ' });
    const kernels = [
      { ...KERNEL, path: 'α' },
      { ...KERNEL, id: 'β', path: 'γ', state: 'busy', busy_since: NOW }
    ];
    const shown = reporting(NOW, kernels);
    shown.report = { ...(shown.report as ReportView), left_out: 2 };
    render(<Reported server={shown} ahead={0} />, { wrapper: greek.Wrapper });
    const [button] = screen.getAllByRole('button');
    fireEvent.click(button as Element);
    await screen.findByText(/^⟦asked/);
    expect(untranslated()).toEqual([]);
    greek.hub.dispose();
    restore();
  });
});
