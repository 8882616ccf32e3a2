import type { ServerDeadline } from '../../api/types';
import {
  decision,
  hidePage,
  inMinutes,
  NOW,
  told,
  UNTOLD
} from '../../testing/user';
import { Deadline } from '../deadline';

const MINUTE = 60_000;

describe('the deadline', () => {
  const ask = jest.fn<Promise<ServerDeadline>, []>();
  const mayWake = jest.fn(() => false);
  let source: Deadline;

  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
    ask.mockReset().mockImplementation(() =>
      // The clock of the service goes on.
      Promise.resolve(told({ now: new Date(Date.now()).toISOString() }))
    );
    mayWake.mockReset().mockReturnValue(false);
  });

  afterEach(() => {
    source.dispose();
    hidePage(false);
    jest.useRealTimers();
  });

  const start = async (answer?: ServerDeadline) => {
    if (answer) {
      ask.mockResolvedValue(answer);
    }
    source = new Deadline(ask, mayWake);
    await jest.advanceTimersByTimeAsync(0);
  };

  it('counts by the clock of the service, not by that of the browser', async () => {
    jest.setSystemTime(NOW - 7 * MINUTE);
    await start(told());
    expect(source.now()).toBe(NOW);
    expect(source.left()).toBe(30 * MINUTE);
    await jest.advanceTimersByTimeAsync(MINUTE - 1);
    expect(source.left()).toBe(29 * MINUTE + 1);
  });

  it('is asked for once a minute, and every ten seconds when it is near', async () => {
    await start();
    expect(ask).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(14 * MINUTE);
    expect(ask).toHaveBeenCalledTimes(15);
    await jest.advanceTimersByTimeAsync(2 * MINUTE);
    const before = ask.mock.calls.length;
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(ask).toHaveBeenCalledTimes(before + 6);
  });

  it('is asked for every ten seconds as long as nothing was told', async () => {
    await start(UNTOLD);
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(ask).toHaveBeenCalledTimes(7);
    ask.mockResolvedValue(told());
    await jest.advanceTimersByTimeAsync(2 * MINUTE);
    expect(ask.mock.calls.length).toBeLessThan(11);
  });

  it('is asked for every ten seconds where the server may be unused for minutes', async () => {
    await start(
      told({ decision: decision({ deadline: null }), idle_timeout: 600 })
    );
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(ask).toHaveBeenCalledTimes(7);
  });

  it('is asked for just when the warning is due', async () => {
    await start(told({ decision: decision({ warn_at: inMinutes(0.2) }) }));
    await jest.advanceTimersByTimeAsync(12_000);
    expect(ask).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(300);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is not asked for while the page is hidden, and at once when it is shown', async () => {
    await start();
    hidePage(true);
    await jest.advanceTimersByTimeAsync(60 * MINUTE);
    expect(ask).toHaveBeenCalledTimes(1);
    hidePage(false);
    expect(ask).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(ask.mock.calls.length).toBeGreaterThan(2);
  });

  it('is looked at once in a hidden page if the browser may tell of it', async () => {
    mayWake.mockReturnValue(true);
    await start();
    hidePage(true);
    await jest.advanceTimersByTimeAsync(19 * MINUTE);
    expect(ask).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(2 * MINUTE);
    expect(ask).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(60 * MINUTE);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('starts in a hidden page without asking', async () => {
    hidePage(true);
    await start();
    expect(ask).not.toHaveBeenCalled();
    hidePage(false);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is what was told last when nothing answers', async () => {
    await start(told());
    ask.mockRejectedValue(new Error('away'));
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(source.get().deadline).toBe(NOW + 30 * MINUTE);
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('is none where nothing is known', async () => {
    await start(UNTOLD);
    expect(source.get()).toEqual({
      decision: null,
      deadline: null,
      warnAt: null,
      current: false,
      notices: []
    });
    expect(source.left()).toBeNull();
    expect(source.limit).toBeNull();
  });

  it('asks one thing at a time', async () => {
    await start();
    ask.mockReturnValue(new Promise(() => undefined));
    void source.look();
    void source.look();
    await jest.advanceTimersByTimeAsync(60 * MINUTE);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('knows how long the server may be unused, whatever ends it', async () => {
    await start(
      told({
        decision: decision({ reason_code: 'kept', deadline: inMinutes(300) }),
        idle_timeout: 7200
      })
    );
    expect(source.limit).toBe(120 * MINUTE);
    ask.mockResolvedValue(told({ idle_timeout: null }));
    await source.look();
    expect(source.limit).toBeNull();
  });

  it('holds what was granted until the server has heard of it', async () => {
    await start(told());
    const changed = jest.fn();
    source.subscribe(changed);
    source.granted(NOW + 60 * MINUTE);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(source.left()).toBe(60 * MINUTE);
    expect(source.get().warnAt).toBe(NOW + 50 * MINUTE);
    await jest.advanceTimersByTimeAsync(10_000);
    // Told before it was granted.
    ask.mockResolvedValue(
      told({ now: new Date(NOW + 10_000).toISOString(), told_seconds_ago: 12 })
    );
    await source.look();
    expect(source.get().deadline).toBe(NOW + 60 * MINUTE);
    ask.mockResolvedValue(
      told({ now: new Date(NOW + 10_000).toISOString(), told_seconds_ago: 1 })
    );
    await source.look();
    expect(source.get().deadline).toBe(NOW + 30 * MINUTE);
  });

  it('never comes earlier by what was granted', async () => {
    await start(told());
    source.granted(NOW + MINUTE);
    expect(source.left()).toBe(30 * MINUTE);
  });

  it('takes no more notices than anybody reads', async () => {
    const notices = Array.from({ length: 100 }, (_, index) => ({
      id: `n${index}`,
      kind: 'message' as const,
      text: 'x',
      by: 'admin',
      at: inMinutes(0),
      until: null
    }));
    await start(told({ notices }));
    expect(source.get().notices).toHaveLength(20);
  });

  it('asks nothing when it is over', async () => {
    await start();
    source.dispose();
    hidePage(true);
    hidePage(false);
    await jest.advanceTimersByTimeAsync(60 * MINUTE);
    expect(ask).toHaveBeenCalledTimes(1);
  });
});
