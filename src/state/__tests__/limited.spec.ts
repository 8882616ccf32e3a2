import { forEachLimited } from '../limited';

describe('forEachLimited', () => {
  it('has at most ten in flight', async () => {
    let flying = 0;
    let most = 0;
    await forEachLimited(
      Array.from({ length: 35 }, (_, index) => index),
      async () => {
        flying += 1;
        most = Math.max(most, flying);
        await Promise.resolve();
        flying -= 1;
      },
      new AbortController().signal
    );
    expect(most).toBe(10);
  });

  it('begins nothing after it was stopped', async () => {
    const rest = new AbortController();
    const done: number[] = [];
    await forEachLimited(
      Array.from({ length: 35 }, (_, index) => index),
      item => {
        done.push(item);
        rest.abort();
        return Promise.resolve();
      },
      rest.signal
    );
    expect(done.length).toBeLessThanOrEqual(10);
  });
});
