import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import React from 'react';

import { ApiError } from '../../../api/errors';
import type { AuditEntry } from '../../../api/types';
import type { IFakeHub } from '../../../testing/hub';
import { fakeHub } from '../../../testing/hub';
import { layOut } from '../../../testing/layout';
import { inJapanese, pseudo, untranslated } from '../../../testing/pseudo';
import * as exporting from '../exportLog';
import { LogView } from '../LogView';

function entry(id: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id,
    at: '2026-11-23T14:02:00Z',
    actor: 'hub_admin_lab',
    action: 'stop-server',
    user: 'alice',
    server: '',
    target: 'alice',
    reason: `Reason ${id}`,
    rule: '',
    outcome: 'done',
    message: '',
    ended_at: null,
    told: false,
    ...more
  };
}

describe('LogView', () => {
  let fake: IFakeHub;
  let restoreLayout: () => void;

  beforeEach(() => {
    restoreLayout = layOut(560, true);
    fake = fakeHub();
    fake.service.audit.mockResolvedValue({
      items: [
        entry(9),
        entry(8, {
          actor: 'admin',
          action: 'stop-kernel',
          server: 'gpu',
          target: '<img src=x>',
          outcome: 'failed',
          message: 'It was gone.'
        })
      ],
      next: null
    });
  });

  afterEach(() => {
    fake.hub.dispose();
    restoreLayout();
    jest.restoreAllMocks();
  });

  const show = () => render(<LogView />, { wrapper: fake.Wrapper });
  const cells = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map(row =>
        [...row.querySelectorAll('td')].slice(1).map(node => node.textContent)
      );
  const asked = () => fake.service.audit.mock.calls.map(([query]) => query);

  it('tells who did what, to whom, why, and how it ended', async () => {
    show();
    await screen.findByText('Reason 9');
    expect(cells()).toEqual([
      ['idle rules', 'stopped the server', 'alice', 'Reason 9', 'done'],
      [
        'admin',
        'stopped a kernel',
        'alice/gpu: <img src=x>',
        'Reason 8',
        'failed: It was gone.'
      ]
    ]);
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getByText('All 2 entries shown')).toBeTruthy();
    expect(screen.getByRole('region', { name: 'Log' }).tabIndex).toBe(0);
  });

  it('marks what the panel told, which the service did not do itself', async () => {
    fake.service.audit.mockResolvedValue({
      items: [entry(9, { actor: 'admin', told: true }), entry(8)],
      next: null
    });
    show();
    // As text of the cell, which everybody gets.
    await screen.findByRole('cell', { name: 'admin told by the panel' });
    expect(screen.getByRole('cell', { name: 'idle rules' })).toBeTruthy();
  });

  it('filters by who, to whom and what', async () => {
    show();
    await screen.findByText('Reason 9');
    fireEvent.change(screen.getByLabelText('Who did it'), {
      target: { value: 'Idle rules' }
    });
    fireEvent.change(screen.getByLabelText('To whom'), {
      target: { value: ' alice' }
    });
    fireEvent.change(screen.getByLabelText('What'), {
      target: { value: 'keep-server' }
    });
    fake.service.audit.mockResolvedValue({ items: [], next: null });
    await screen.findByText('Nothing in the log matches.');
    expect(asked().pop()).toMatchObject({
      actor: 'hub_admin_lab',
      user: 'alice',
      action: 'keep-server'
    });
    fireEvent.click(screen.getByText('Show everything'));
    await waitFor(() =>
      expect(asked().pop()).toMatchObject({ actor: '', user: '', action: '' })
    );
  });

  it('loads the pages that follow, and draws only what is near the view', async () => {
    fake.service.audit.mockImplementation(({ before = 301 }) =>
      Promise.resolve({
        items: Array.from({ length: 100 }, (_, index) =>
          entry(before - 1 - index)
        ),
        next: before > 101 ? before - 100 : null
      })
    );
    show();
    await screen.findByText('All 300 entries shown');
    expect(asked().map(({ before }) => before)).toEqual([undefined, 201, 101]);
    expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('301');
    expect(screen.getAllByRole('row').length).toBeLessThan(80);
  });

  it('exports what matches, and says how that ended', async () => {
    const download = jest
      .spyOn(exporting, 'download')
      .mockImplementation(() => undefined);
    show();
    await screen.findByText('Reason 9');
    fireEvent.click(screen.getByText('Export CSV'));
    expect(await screen.findByText('Exported 2 entries.')).toBeTruthy();
    const [name, text] = download.mock.calls[0] ?? [];
    expect(name).toMatch(/^hub-admin-log-\d{4}-\d\d-\d\d\.csv$/);
    expect(text).toContain('Reason 8');
    fake.service.audit.mockRejectedValue(
      new ApiError(503, 'service_unavailable', 'Away.')
    );
    fireEvent.click(screen.getByText('Export CSV'));
    expect(await screen.findByText('Not exported: Away.')).toBeTruthy();
  });

  it('can give an export up', async () => {
    const download = jest.spyOn(exporting, 'download');
    show();
    await screen.findByText('Reason 9');
    fake.service.audit.mockImplementation(
      (_, signal) =>
        new Promise((__, reject) =>
          signal?.addEventListener('abort', () =>
            reject(new DOMException('Given up.', 'AbortError'))
          )
        )
    );
    fireEvent.click(screen.getByText('Export CSV'));
    fireEvent.click(screen.getByText('Cancel'));
    await screen.findByText('Export CSV');
    expect(screen.queryByText(/^Not exported/)).toBeNull();
    expect(download).not.toHaveBeenCalled();
  });

  it('says why there is nothing', async () => {
    fake.service.audit.mockRejectedValueOnce(
      new ApiError(503, 'service_unavailable', 'Away.')
    );
    show();
    await screen.findByText('The log could not be read: Away.');
    fake.service.audit.mockResolvedValue({ items: [], next: null });
    fireEvent.click(screen.getByText('Try again'));
    expect(
      await screen.findByText('Nothing was written down yet.')
    ).toBeTruthy();
  });

  it('puts every word through the translator', async () => {
    const restore = inJapanese();
    const greek = fakeHub({}, pseudo);
    greek.service.audit.mockResolvedValue({
      items: [
        entry(2, {
          actor: 'α',
          user: 'β',
          target: 'γ',
          reason: 'δ',
          told: true
        }),
        entry(1, { user: 'β', target: 'β', reason: 'δ', rule: 'ε' })
      ],
      next: null
    });
    render(<LogView />, { wrapper: greek.Wrapper });
    await screen.findByText('γ', { exact: false });
    expect(untranslated()).toEqual([]);
    greek.hub.dispose();
    restore();
  });
});
