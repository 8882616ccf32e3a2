import { waitFor } from '@testing-library/react';

import { ApiError } from '../../api/errors';
import { fakeHub } from '../../testing/hub';
import { connect } from '../../testing/live';
import { info } from '../../testing/samples';

const REFUSED = {
  message: 'Missing list:users.',
  code: 'hub_forbidden',
  as_of: null,
  retry_at: '2026-11-23T14:02:08Z'
};

describe('what is not allowed any more', () => {
  const refresh = jest.fn();

  const setup = async () => {
    refresh.mockReset();
    const fake = fakeHub();
    const stream = await connect(fake);
    fake.hub.cursor.lists.add({ refresh } as never);
    return { ...fake, stream };
  };

  it('is told once, with all that is lost, when the Hub refuses the watcher', async () => {
    const { hub, client, stream } = await setup();
    client.info.mockClear();
    client.info.mockResolvedValue(
      info({}, { stop_servers: false, edit_this_server: false })
    );
    const refused = jest.spyOn(hub.losses, 'refused');
    stream.send('stale', REFUSED);
    stream.send('stale', REFUSED);
    expect(hub.health.get().away).toBe(false);
    expect(refused.mock.calls).toEqual([['Missing list:users.']]);
    await waitFor(() =>
      expect(hub.losses.get()).toEqual({
        what: ['stop_servers', 'edit_this_server'],
        message: 'Missing list:users.'
      })
    );
    expect(client.info).toHaveBeenCalledTimes(1);
    expect(refresh).toHaveBeenCalledTimes(1);
    hub.dispose();
  });

  it('is a Hub that answers, also after it was away', async () => {
    const { hub, stream } = await setup();
    stream.send('stale', { ...REFUSED, code: 'hub_unreachable' });
    expect(hub.health.get().away).toBe(true);
    stream.send('stale', REFUSED);
    expect(hub.health.get().away).toBe(false);
    hub.dispose();
  });

  it('is looked for where the Hub knows no such thing any more', async () => {
    const { hub, client } = await setup();
    client.info.mockClear();
    client.info.mockResolvedValue(info({}, { start_servers: false }));
    hub.refused(new ApiError(404, 'hub_not_found', 'No access.'));
    await waitFor(() =>
      expect(hub.losses.get()?.what).toEqual(['start_servers'])
    );
    hub.dispose();
  });

  it('is noticed later too, and forgotten when it is allowed again', async () => {
    const { hub, client } = await setup();
    hub.refused(new ApiError(502, 'hub_unreachable', 'Away.'));
    expect(refresh).not.toHaveBeenCalled();
    hub.refused(new ApiError(403, 'hub_forbidden', 'No.'));
    await waitFor(() => expect(client.info).toHaveBeenCalledTimes(2));
    expect(hub.losses.get()).toBeNull();
    client.info.mockResolvedValue(info({}, { start_servers: false }));
    await hub.info.load();
    expect(hub.losses.get()?.what).toEqual(['start_servers']);
    client.info.mockResolvedValue(
      info({}, { start_servers: false, stop_servers: false })
    );
    await hub.info.load();
    expect(hub.losses.get()?.what).toEqual(['start_servers', 'stop_servers']);
    client.info.mockResolvedValue(info());
    await hub.info.load();
    expect(hub.losses.get()).toBeNull();
    hub.dispose();
  });
});
