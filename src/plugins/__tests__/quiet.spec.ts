import { whenQuiet } from '../quiet';

describe('waiting until the browser has nothing else to do', () => {
  afterEach(() => {
    Reflect.deleteProperty(window, 'requestIdleCallback');
    jest.useRealTimers();
  });

  it('is told by the browser, and does not last for ever', async () => {
    const request = jest.fn<number, [IdleRequestCallback, IdleRequestOptions?]>(
      () => 1
    );
    window.requestIdleCallback = request;
    const quiet = whenQuiet();
    const [callback, options] = request.mock.calls[0] ?? [];
    expect(options?.timeout).toBeGreaterThan(0);
    callback?.({ didTimeout: true, timeRemaining: () => 0 });
    await expect(quiet).resolves.toBeUndefined();
  });

  it('is a while where the browser cannot tell', async () => {
    jest.useFakeTimers();
    const done = jest.fn();
    void whenQuiet().then(done);
    await jest.advanceTimersByTimeAsync(0);
    expect(done).not.toHaveBeenCalled();
    await jest.runAllTimersAsync();
    expect(done).toHaveBeenCalledTimes(1);
  });
});
