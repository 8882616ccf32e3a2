import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import React from 'react';

import { ApiError } from '../../api/errors';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub, trans } from '../../testing/hub';
import { kernel } from '../../testing/samples';
import { kernelFate, KernelList } from '../KernelList';

describe('KernelList', () => {
  let fake: IFakeHub;

  beforeEach(() => {
    fake = fakeHub();
  });

  afterEach(() => {
    fake.hub.dispose();
  });

  it('says what each kernel does and what becomes of it', async () => {
    fake.client.listKernels.mockResolvedValue([
      kernel('train', {
        execution_state: 'busy',
        idle_seconds: null,
        busy_seconds: 725,
        reason_code: 'busy'
      }),
      kernel('console', { path: null })
    ]);
    render(<KernelList />, { wrapper: fake.Wrapper });
    expect(await screen.findByText('busy 12 min.')).toBeTruthy();
    expect(screen.getByText('Stays: it is running code.')).toBeTruthy();
    expect(screen.getByText('idle 48 min.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'train.ipynb' }));
    expect(fake.actions.openPath).toHaveBeenCalledWith('work/train.ipynb');
    expect(screen.queryByRole('button', { name: 'python3' })).toBeNull();
  });

  it('asks before a kernel is shut down, not before it is interrupted', async () => {
    fake.client.listKernels.mockResolvedValue([kernel('train')]);
    fake.client.interruptKernel.mockResolvedValue(undefined);
    fake.actions.confirmKernel.mockResolvedValue(false);
    render(<KernelList />, { wrapper: fake.Wrapper });
    fireEvent.click(
      await screen.findByRole('button', { name: 'Interrupt train.ipynb' })
    );
    await waitFor(() =>
      expect(fake.client.interruptKernel).toHaveBeenCalledWith('train')
    );
    expect(fake.actions.confirmKernel).not.toHaveBeenCalled();
    fireEvent.click(
      screen.getByRole('button', { name: 'Shut down train.ipynb' })
    );
    await waitFor(() =>
      expect(fake.actions.confirmKernel).toHaveBeenCalledWith(
        'shutdown',
        'train.ipynb'
      )
    );
    expect(fake.client.shutdownKernel).not.toHaveBeenCalled();
  });

  it('shows why something could not be done', async () => {
    fake.client.listKernels.mockResolvedValue([kernel('train')]);
    fake.client.restartKernel.mockRejectedValue(
      new ApiError(404, 'not_found', 'There is no such kernel.')
    );
    render(<KernelList />, { wrapper: fake.Wrapper });
    fireEvent.click(
      await screen.findByRole('button', { name: 'Restart train.ipynb' })
    );
    expect(await screen.findByText('There is no such kernel.')).toBeTruthy();
  });

  it('says that no kernel is running', async () => {
    fake.client.listKernels.mockResolvedValue([]);
    render(<KernelList />, { wrapper: fake.Wrapper });
    expect(await screen.findByText('No kernel is running.')).toBeTruthy();
  });
});

describe('kernelFate', () => {
  const now = Date.parse('2026-11-23T14:02:00Z');

  it('names the time at which a kernel stops', () => {
    const stops = kernel('a', { cull_at: '2026-11-23T14:30:00Z' });
    expect(kernelFate(stops, now, trans)).toMatch(
      /^Stops at \d\d:\d\d unless it is used$/
    );
  });

  it('says that a kernel died, which no use changes', () => {
    const dead = kernel('a', {
      cull_at: '2026-11-23T14:02:00Z',
      reason_code: 'dead'
    });
    expect(kernelFate(dead, now, trans)).toBe('Stops: it died.');
  });

  it('does not name a time that has passed', () => {
    const due = kernel('a', { cull_at: '2026-11-23T14:01:00Z' });
    expect(kernelFate(due, now, trans)).toBe(
      'Stops at the next check unless it is used'
    );
  });
});
