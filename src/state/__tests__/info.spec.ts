import { fakeHub } from '../../testing/hub';
import { info } from '../../testing/samples';

describe('InfoStore', () => {
  it('asks once for all who only want to know', async () => {
    const { hub, client } = fakeHub();
    client.info.mockResolvedValue(info({ visitor: 'grace' }));
    const both = await Promise.all([hub.info.load(), hub.info.known()]);
    expect(both.map(({ visitor }) => visitor)).toEqual(['grace', 'grace']);
    await hub.info.known();
    expect(client.info).toHaveBeenCalledTimes(1);
    await hub.info.load();
    expect(client.info).toHaveBeenCalledTimes(2);
    hub.dispose();
  });
});
