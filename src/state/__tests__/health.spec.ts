import { ApiError } from '../../api/errors';
import { fakeHub } from '../../testing/hub';
import { page } from '../../testing/samples';
import { keys } from '../keys';

const AWAY = new ApiError(502, 'hub_unreachable', 'Connection refused');

function setup() {
  const fake = fakeHub();
  fake.hub.visibility.set({}, true);
  const tries: number[] = [];
  const begun = Date.now();
  fake.client.listUsers.mockImplementation(() => {
    tries.push((Date.now() - begun) / 1000);
    return Promise.reject(AWAY);
  });
  return { ...fake, tries };
}

describe('HubHealth', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('has it tried again, later each time', async () => {
    const { hub, tries } = setup();
    hub.health.failed(AWAY);
    expect(hub.health.get()).toMatchObject({
      away: true,
      reason: 'Connection refused'
    });
    await jest.advanceTimersByTimeAsync(90_000);
    expect(tries).toEqual([5, 13, 28, 58, 88]);
    hub.dispose();
  });

  it('has it tried again also where a try ends without a word', async () => {
    const { hub, client } = setup();
    hub.health.failed(AWAY);
    client.listUsers.mockImplementation(() => new Promise(() => undefined));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(client.listUsers.mock.calls.length).toBeGreaterThan(2);
    expect(hub.health.get().nextTry).toBeGreaterThan(Date.now());
    hub.dispose();
  });

  it('takes the answer to a try', async () => {
    const { hub, client } = setup();
    hub.health.failed(AWAY);
    client.listUsers.mockResolvedValue(page([]));
    await jest.advanceTimersByTimeAsync(5000);
    expect(hub.health.get()).toMatchObject({ away: false, asOf: Date.now() });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(client.listUsers).toHaveBeenCalledTimes(1);
    hub.dispose();
  });

  it('has the lists tried that could not be loaded, and no others', async () => {
    const { hub, client, tries } = setup();
    const fail = (search: string, error: Error) =>
      hub.queryClient
        .fetchQuery({
          queryKey: keys.list({
            search,
            state: 'all',
            sort: 'name',
            pageSize: 50,
            epoch: 0
          }),
          queryFn: () =>
            tries.length ? client.listUsers({ search }) : Promise.reject(error)
        })
        .catch(() => undefined);
    await fail('a', AWAY);
    await fail('b', new ApiError(403, 'hub_forbidden', 'No.'));
    hub.health.failed(AWAY);
    tries.push(0);
    await jest.advanceTimersByTimeAsync(5000);
    expect(client.listUsers.mock.calls).toEqual([[{ search: 'a' }]]);
    hub.dispose();
  });

  it('asks nothing while nothing is shown', async () => {
    const { hub, tries } = setup();
    const fake = fakeHub();
    fake.hub.health.failed(AWAY);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(fake.client.listUsers).not.toHaveBeenCalled();
    expect(tries).toEqual([]);
    fake.hub.dispose();
    hub.dispose();
  });

  it('does not wait for ever for whoever was to try again', async () => {
    const { hub, client } = setup();
    hub.health.told({
      message: 'Connection refused',
      code: 'hub_unreachable',
      as_of: null,
      retry_at: new Date(Date.now() + 8000).toISOString()
    });
    hub.health.failed(AWAY);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(client.listUsers).not.toHaveBeenCalled();
    client.listUsers.mockResolvedValue(page([]));
    await jest.advanceTimersByTimeAsync(4000);
    expect(hub.health.get().away).toBe(false);
    hub.dispose();
  });

  it('does not take a refusal for an absence', () => {
    const { hub } = setup();
    hub.health.failed(new ApiError(403, 'hub_forbidden', 'You may not.'));
    expect(hub.health.get().away).toBe(false);
    hub.dispose();
  });
});
