import { ApiError, ConnectionError } from '../../api/errors';
import type { BulkProgress, BulkResult } from '../../api/types';
import type { IWho } from '../../format/who';
import {
  OVER,
  progress as someProgress,
  result,
  status as someStatus,
  who
} from '../../testing/bulk';
import { ActivityStore } from '../activity';
import type { IBulk } from '../bulkRun';
import { Bulks, UNDO_TIME } from '../bulk';
import { Kept } from '../kept';

const ALICE = who('alice');
const BOB = who('bob', 'gpu');
const STOP = { action: 'stop' as const, targets: [ALICE, BOB] };

const progress = (more: Partial<BulkProgress> = {}) =>
  someProgress({ total: 2, ...more });
const status = (results: BulkResult[], more: Partial<BulkProgress> = {}) =>
  someStatus(results, { total: 2, ...more });
const stopped = (of: IWho) => result(of);
const refused = (of: IWho) => result(of, 'Not class-a.');

const kept = new Kept<unknown>('/user/admin/', 'bulks', value => value);

function setup() {
  const client = {
    planBulk: jest.fn(),
    startBulk: jest.fn().mockResolvedValue(progress()),
    getBulk: jest.fn().mockResolvedValue(status([])),
    cancelBulk: jest.fn()
  };
  const activity = new ActivityStore('/user/admin/');
  const onForbidden = jest.fn();
  const open = () =>
    new Bulks({ client, activity, scope: '/user/admin/', onForbidden });
  return { client, activity, onForbidden, open, bulks: open() };
}

const tick = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);

describe('Bulks', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    kept.set([]);
    jest.useRealTimers();
  });

  it('asks nothing while it can be undone', async () => {
    const { bulks, client } = setup();
    const ended = bulks.start(STOP, 2, UNDO_TIME);
    await tick(UNDO_TIME - 1);
    expect(client.startBulk).not.toHaveBeenCalled();
    expect(bulks.get().map(({ phase }) => phase)).toEqual(['waiting']);
    bulks.undo(bulks.get()[0]?.key ?? '');
    await tick(60_000);
    expect(client.startBulk).not.toHaveBeenCalled();
    expect((await ended).phase).toBe('undone');
    expect(bulks.get()).toEqual([]);
  });

  it('asks once it can be undone no more', async () => {
    const { bulks, client } = setup();
    void bulks.start(STOP, 2, UNDO_TIME);
    await tick(UNDO_TIME);
    expect(client.startBulk.mock.calls).toEqual([[STOP]]);
    bulks.undo(bulks.get()[0]?.key ?? '');
    expect(bulks.get().map(({ phase }) => phase)).toEqual(['running']);
  });

  it('follows the events and asks for the outcomes at the end alone', async () => {
    const { bulks, client } = setup();
    const dones: number[] = [];
    bulks.changed.connect((_, bulk: IBulk) => dones.push(bulk.done));
    const ended = bulks.start(STOP, 2);
    await tick(1500);
    bulks.take(progress({ done: 1 }));
    await tick(1500);
    expect(client.getBulk).not.toHaveBeenCalled();
    client.getBulk.mockResolvedValue(
      status([stopped(ALICE), stopped(BOB)], OVER)
    );
    bulks.take(progress({ done: 2, ...OVER }));
    await tick();
    expect(client.getBulk.mock.calls).toEqual([['b1']]);
    expect(await ended).toMatchObject({
      phase: 'ended',
      total: 2,
      done: 2,
      failures: [],
      error: null
    });
    expect(dones).toContain(1);
    // Nothing to look at: nothing is kept.
    expect(bulks.get()).toEqual([]);
  });

  it('asks every two seconds while no events come', async () => {
    const { bulks, client } = setup();
    const ended = bulks.start(STOP, 2);
    client.getBulk.mockResolvedValue(status([stopped(ALICE)]));
    await tick(2000);
    expect(client.getBulk).toHaveBeenCalledTimes(1);
    expect(bulks.get()[0]?.done).toBe(1);
    client.getBulk.mockResolvedValue(
      status([stopped(ALICE), stopped(BOB)], OVER)
    );
    await tick(2000);
    expect((await ended).done).toBe(2);
    await tick(60_000);
    expect(client.getBulk).toHaveBeenCalledTimes(2);
  });

  it('goes on asking, less and less often, while nothing answers', async () => {
    const { bulks, client } = setup();
    const ended = bulks.start(STOP, 2);
    client.getBulk.mockRejectedValue(new ConnectionError('gone'));
    await tick(2000 + 2000 + 4000 + 8000);
    expect(client.getBulk).toHaveBeenCalledTimes(4);
    expect(bulks.get()[0]?.phase).toBe('running');
    client.getBulk.mockResolvedValue(status([stopped(ALICE)], OVER));
    await tick(16_000);
    expect((await ended).phase).toBe('ended');
  });

  it('never counts backwards', async () => {
    const { bulks } = setup();
    void bulks.start(STOP, 2);
    await tick();
    bulks.take(progress({ done: 2, failed: 1 }));
    bulks.take(progress({ done: 1 }));
    expect(bulks.get()[0]).toMatchObject({ done: 2, failed: 1 });
  });

  it('leaves alone the bulks of others', async () => {
    const { bulks } = setup();
    void bulks.start(STOP, 2);
    await tick();
    bulks.take(progress({ id: 'other', done: 2 }));
    expect(bulks.get()[0]?.done).toBe(0);
  });

  it('cancels what was not begun, and waits for the rest', async () => {
    const { bulks, client } = setup();
    const ended = bulks.start(STOP, 2);
    await tick();
    const { key } = bulks.get()[0] as IBulk;
    client.cancelBulk.mockResolvedValue(progress({ state: 'cancelled' }));
    await bulks.cancel(key);
    expect(client.cancelBulk.mock.calls).toEqual([['b1']]);
    expect(bulks.get()[0]).toMatchObject({
      phase: 'running',
      isCancelled: true
    });
    client.getBulk.mockResolvedValue(
      status([stopped(ALICE)], { ...OVER, state: 'cancelled' })
    );
    await tick(2000);
    expect(await ended).toMatchObject({ done: 1, total: 2, isCancelled: true });
  });

  it('can be cancelled again where that was not heard', async () => {
    const { bulks, client } = setup();
    void bulks.start(STOP, 2);
    await tick();
    client.cancelBulk.mockRejectedValue(new ConnectionError('gone'));
    await bulks.cancel(bulks.get()[0]?.key ?? '');
    expect(bulks.get()[0]?.isCancelled).toBe(false);
  });

  it('keeps what went wrong until it is dismissed, and tells the rows', async () => {
    const { bulks, client, activity, onForbidden } = setup();
    client.startBulk.mockResolvedValue(progress({ done: 2, ...OVER }));
    client.getBulk.mockResolvedValue(
      status([stopped(ALICE), refused(BOB)], OVER)
    );
    const { key, failures } = await bulks.start(STOP, 2);
    expect(failures).toEqual([refused(BOB)]);
    expect(activity.get('bob/gpu').problem).toEqual({
      kind: 'refused',
      action: 'stop',
      message: 'Not class-a.'
    });
    expect(activity.get('alice').problem).toBeNull();
    // Some were allowed: nothing was lost.
    expect(onForbidden).not.toHaveBeenCalled();
    expect(bulks.get().map(bulk => bulk.key)).toEqual([key]);
    bulks.dismiss(key);
    expect(bulks.get()).toEqual([]);
  });

  it('leaves a row alone that does something else by now', async () => {
    const { bulks, client, activity } = setup();
    client.startBulk.mockResolvedValue(progress({ done: 1, ...OVER }));
    client.getBulk.mockResolvedValue(status([refused(BOB)], OVER));
    activity.begin('bob/gpu', 'restart');
    await bulks.start(STOP, 1);
    expect(activity.get('bob/gpu')).toMatchObject({
      doing: 'restart',
      problem: null
    });
  });

  it('tells that nothing is allowed any more', async () => {
    const { bulks, client, onForbidden } = setup();
    client.startBulk.mockResolvedValueOnce(progress({ done: 2, ...OVER }));
    client.getBulk.mockResolvedValue(
      status([refused(ALICE), refused(BOB)], OVER)
    );
    await bulks.start(STOP, 2);
    expect(onForbidden.mock.calls).toEqual([['Not class-a.']]);
    const refusal = new ApiError(403, 'forbidden', 'Nowhere.');
    client.planBulk.mockRejectedValueOnce(refusal);
    await expect(bulks.plan(STOP)).rejects.toBe(refusal);
    expect(onForbidden).toHaveBeenLastCalledWith('Nowhere.');
    client.startBulk.mockRejectedValueOnce(
      new ApiError(403, 'hub_forbidden', 'You may not.')
    );
    const bulk = await bulks.start(STOP, 2);
    expect(bulk.error?.message).toBe('You may not.');
    expect(onForbidden).toHaveBeenLastCalledWith('You may not.');
  });

  it('takes what the Hub does not show any more for refused', async () => {
    const { bulks, client, onForbidden } = setup();
    const hidden = { status: 404, message: 'No such user.' };
    client.startBulk.mockResolvedValueOnce(progress({ done: 2, ...OVER }));
    client.getBulk.mockResolvedValue(
      status([{ ...refused(ALICE), ...hidden }, refused(BOB)], OVER)
    );
    await bulks.start(STOP, 2);
    expect(onForbidden.mock.calls).toEqual([['No such user.']]);
    client.planBulk.mockRejectedValueOnce(
      new ApiError(404, 'hub_not_found', 'No access.')
    );
    await expect(bulks.plan(STOP)).rejects.toThrow('No access.');
    expect(onForbidden).toHaveBeenLastCalledWith('No access.');
  });

  it('is found again by a page that was loaded anew', async () => {
    const { bulks, client, open } = setup();
    void bulks.start(STOP, 2);
    await tick();
    bulks.dispose();
    const next = open();
    client.getBulk.mockResolvedValue(status([stopped(ALICE)]));
    next.restore();
    await tick();
    expect(next.get()).toMatchObject([
      { id: 'b1', action: 'stop', phase: 'running', done: 1, total: 2 }
    ]);
    client.getBulk.mockResolvedValue(
      status([stopped(ALICE), stopped(BOB)], OVER)
    );
    await tick(2000);
    expect(next.get()).toEqual([]);
    expect(kept.get()).toEqual([]);
  });

  it('tells how it ended while the page was away', async () => {
    kept.set(['b1']);
    const { bulks, client } = setup();
    client.getBulk.mockResolvedValue(
      status([stopped(ALICE), refused(BOB)], OVER)
    );
    bulks.restore();
    await tick();
    expect(bulks.get()).toMatchObject([
      { phase: 'ended', failures: [refused(BOB)] }
    ]);
    expect(kept.get()).toEqual([]);
  });

  it('forgets what the server does not know any more, not what does not answer', async () => {
    kept.set(['b1', 'b2']);
    const { bulks, client } = setup();
    client.getBulk.mockImplementation((id: string) =>
      Promise.reject(
        id === 'b1'
          ? new ApiError(404, 'not_found', 'No such bulk.')
          : new ConnectionError('gone')
      )
    );
    bulks.restore();
    await tick();
    expect(kept.get()).toEqual(['b2']);
    client.getBulk.mockResolvedValue(status([stopped(ALICE)]));
    await tick(2000);
    expect(bulks.get()).toMatchObject([{ id: 'b2', done: 1 }]);
    bulks.dispose();
  });

  it('takes nothing for a bulk that is none', () => {
    kept.set({ b1: true });
    const { bulks, client } = setup();
    bulks.restore();
    kept.set([7]);
    bulks.restore();
    expect(client.getBulk).not.toHaveBeenCalled();
  });

  it('says so where it is not known how it ended', async () => {
    const { bulks, client } = setup();
    const ended = bulks.start(STOP, 2);
    client.getBulk.mockRejectedValue(
      new ApiError(404, 'not_found', 'No such bulk.')
    );
    await tick(2000);
    expect((await ended).error?.message).toBe('No such bulk.');
    expect(kept.get()).toEqual([]);
  });

  it('asks nothing once it is disposed', async () => {
    const { bulks, client } = setup();
    void bulks.start(STOP, 2);
    void bulks.start(STOP, 2, UNDO_TIME);
    await tick();
    bulks.dispose();
    await tick(60_000);
    expect(client.startBulk).toHaveBeenCalledTimes(1);
    expect(client.getBulk).not.toHaveBeenCalled();
  });
});
