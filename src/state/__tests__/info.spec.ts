import { fakeHub } from '../../testing/hub';
import { info } from '../../testing/samples';

describe('InfoStore', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is waited for until the first answer', async () => {
    const { hub, client } = fakeHub();
    client.info.mockResolvedValue(info());
    const isKnown = hub.info.soon(1e6);
    await hub.info.load();
    await isKnown;
    await hub.info.soon(1e6);
    expect(client.info).toHaveBeenCalledTimes(1);
    hub.dispose();
  });

  it('is not waited for any longer than that', async () => {
    jest.useFakeTimers();
    const { hub } = fakeHub();
    const done = jest.fn();
    void hub.info.soon(1500).then(done);
    await jest.advanceTimersByTimeAsync(1499);
    expect(done).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalled();
    hub.dispose();
  });
});
