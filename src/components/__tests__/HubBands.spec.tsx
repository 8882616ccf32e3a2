import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';

import { ConnectionError } from '../../api/errors';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { info } from '../../testing/samples';
import { ForbiddenBand, OutdatedBand } from '../HubBands';

describe('the bands', () => {
  let fake: IFakeHub;

  beforeEach(() => {
    fake = fakeHub();
  });

  afterEach(() => fake.hub.dispose());

  const know = (answer: ReturnType<typeof info>) => {
    fake.client.info.mockResolvedValue(answer);
    return act(async () => {
      await fake.hub.info.load();
    });
  };

  it('say all that is not allowed any more, until that is dismissed', async () => {
    await know(info({}, { manage_users: true, shutdown_hub: true }));
    render(<ForbiddenBand />, { wrapper: fake.Wrapper });
    expect(screen.queryByRole('note')).toBeNull();
    fake.hub.losses.refused('Missing admin:users.');
    await know(info());
    expect(screen.getByRole('note').textContent).toContain(
      'You may no longer change users. You may no longer shut the hub down. The hub says: Missing admin:users.'
    );
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('note')).toBeNull();
    await know(info({}, { start_servers: false }));
    expect(screen.getByRole('note').textContent).toContain(
      'You may no longer start servers.'
    );
  });

  it('offer no restart while the hub is away', async () => {
    await know(info({ permissions_outdated: true }));
    render(<OutdatedBand />, { wrapper: fake.Wrapper });
    expect(screen.getByRole('button')).toBeTruthy();
    act(() => fake.hub.health.failed(new ConnectionError('No way there.')));
    expect(screen.getByRole('note')).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });
});
