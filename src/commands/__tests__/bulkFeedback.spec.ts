import { Notification } from '@jupyterlab/apputils';
import { waitFor } from '@testing-library/react';

import { ApiError } from '../../api/errors';
import type { BulkResult } from '../../api/types';
import type { IBulk } from '../../state/bulkRun';
import { UNDO_TIME } from '../../state/bulk';
import {
  candidate,
  OVER,
  plan,
  progress,
  result,
  status,
  who
} from '../../testing/bulk';
import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  fakeCommands,
  opened,
  press
} from '../../testing/commands';
import { trans } from '../../testing/hub';
import { showOutcome } from '../bulkOutcome';

const ALL = ['alice', 'bob', 'carol'];
const STOP = { action: 'stop' as const, targets: ALL.map(name => who(name)) };

const well = (name: string) => result(who(name));

describe('giveBulkFeedback', () => {
  let fake: IFakeCommands;
  let bulks: IFakeCommands['hub']['bulks'];

  beforeEach(async () => {
    fake = await fakeCommands();
    const { hub, actions } = fake;
    ({ bulks } = hub);
    actions.showOutcome.mockImplementation(
      bulk => void showOutcome({ hub, trans, actions }, bulk)
    );
    jest.useFakeTimers();
    fake.client.startBulk.mockResolvedValue(progress());
  });

  afterEach(async () => {
    jest.useRealTimers();
    document.getElementById('toast')?.remove();
    await closeAll(fake);
  });

  const tick = (milliseconds = 0) =>
    jest.advanceTimersByTimeAsync(milliseconds);
  const notes = () => Notification.manager.notifications;
  const texts = () => notes().map(({ message }) => message);
  const labels = () =>
    notes()[0]?.options.actions?.map(({ label }) => label) ?? [];
  const click = () => {
    const event = new MouseEvent('click', { cancelable: true });
    notes()[0]?.options.actions?.[0]?.callback(event);
    return event;
  };
  const end = (...results: BulkResult[]) => {
    const last = status(results, OVER);
    fake.client.getBulk.mockResolvedValue(last);
    bulks.take(last);
    return tick();
  };

  it('gives five seconds to undo it', async () => {
    const say = jest.spyOn(fake.hub.announcer, 'say');
    void bulks.start(STOP, 3, UNDO_TIME);
    expect(texts()).toEqual(['Stopping 3 servers in 5 s.']);
    expect(notes()[0]).toMatchObject({
      type: 'in-progress',
      options: { autoClose: false }
    });
    expect(labels()).toEqual(['Undo']);
    click();
    expect(texts()).toEqual([]);
    expect(say).toHaveBeenCalledWith('Nothing was done.');
    await tick(60_000);
    expect(fake.client.startBulk).not.toHaveBeenCalled();
  });

  it('counts in one note, which becomes the end', async () => {
    void bulks.start(STOP, 3, UNDO_TIME);
    const id = notes()[0]?.id;
    await tick(UNDO_TIME);
    expect(texts()).toEqual(['Stopping 3 servers: 0 done.']);
    bulks.take(progress({ done: 1 }));
    // Many news in a second are one change of the note.
    expect(texts()).toEqual(['Stopping 3 servers: 0 done.']);
    await tick(1000);
    bulks.take(progress({ done: 2 }));
    expect(texts()).toEqual(['Stopping 3 servers: 2 done.']);
    expect(notes()[0]?.options.progress).toBeCloseTo(2 / 3);
    expect(labels()).toEqual(['Stop the rest']);
    await end(well('alice'), well('bob'), well('carol'));
    expect(texts()).toEqual(['3 servers stopped.']);
    expect(notes()[0]).toMatchObject({
      id,
      type: 'success',
      options: { autoClose: 5000, actions: [] }
    });
  });

  it('stops the rest, and stays', async () => {
    fake.client.cancelBulk.mockResolvedValue(
      progress({ done: 1, state: 'cancelled' })
    );
    void bulks.start(STOP, 3);
    await tick();
    expect(click().defaultPrevented).toBe(true);
    await tick();
    expect(fake.client.cancelBulk.mock.calls).toEqual([['b1']]);
    // At once, whenever the numbers went on last.
    expect(labels()).toEqual([]);
    await end(well('alice'));
    expect(texts()).toEqual(['1 of 3 servers stopped.']);
    expect(notes()[0]).toMatchObject({
      type: 'info',
      options: { autoClose: 5000 }
    });
  });

  it('keeps the words of the Hub for the dialog, which can try again', async () => {
    void bulks.start(STOP, 3);
    await tick();
    await end(
      well('alice'),
      result(who('bob'), 'Not <b>class-a</b>.'),
      well('carol')
    );
    expect(texts()).toEqual(['2 of 3 servers stopped.']);
    expect(notes()[0]).toMatchObject({
      type: 'warning',
      options: { autoClose: false }
    });
    expect(labels()).toEqual(['Show']);
    jest.useRealTimers();
    click();
    const node = await opened();
    expect(node.getAttribute('aria-label')).toBe(
      '2 of 3 servers stopped 1 could not be stopped:'
    );
    expect(
      [...node.querySelectorAll('tbody tr')].map(row =>
        [...row.children].map(cell => cell.textContent)
      )
    ).toEqual([['bob', 'Not <b>class-a</b>.']]);
    expect(document.activeElement).toBe(button('Close'));
    const again = jest.spyOn(bulks, 'start');
    await press('Try 1 again');
    await waitFor(() =>
      expect(again.mock.calls).toEqual([
        [{ action: 'stop', targets: [who('bob')] }, 1]
      ])
    );
  });

  it('says that all of it was refused, and why', async () => {
    fake.client.startBulk.mockRejectedValue(
      new ApiError(403, 'hub_forbidden', 'You may not.')
    );
    const refused = jest.spyOn(fake.hub.losses, 'refused');
    void bulks.start(STOP, 3);
    await tick();
    expect(texts()).toEqual(['The servers could not be stopped.']);
    expect(notes()[0]?.type).toBe('error');
    expect(refused).toHaveBeenCalledWith('You may not.');
    jest.useRealTimers();
    click();
    const node = await opened();
    expect(node.querySelector('pre')?.textContent).toBe('You may not.');
  });

  it('tells screen readers how far it is, every five seconds at most', async () => {
    const say = jest.spyOn(fake.hub.announcer, 'say');
    void bulks.start(STOP, 3);
    await tick(1000);
    bulks.take(progress({ done: 1 }));
    expect(say).not.toHaveBeenCalled();
    await tick(1900);
    bulks.take(progress({ done: 1 }));
    await tick(1900);
    bulks.take(progress({ done: 1 }));
    await tick(1900);
    bulks.take(progress({ done: 2 }));
    expect(say.mock.calls).toEqual([['2 of 3 stopped']]);
    await tick(1000);
    bulks.take(progress({ done: 3 }));
    expect(say).toHaveBeenCalledTimes(1);
  });

  it('brings a note that was closed back at the end alone', async () => {
    void bulks.start(STOP, 3);
    await tick();
    const toast = document.createElement('div');
    toast.id = notes()[0]?.id ?? '';
    document.body.append(toast);
    await tick(1000);
    bulks.take(progress({ done: 1 }));
    expect(notes()[0]?.options.autoClose).toBe(false);
    toast.remove();
    await tick(1000);
    bulks.take(progress({ done: 2 }));
    // Core shows no toast for this, and would show it again for anything else.
    expect(notes()[0]?.options.autoClose).toBe(0);
    await end(well('alice'), well('bob'), well('carol'));
    expect(notes()[0]?.options.autoClose).toBe(5000);
  });

  it('leaves a note that was dismissed alone until the end', async () => {
    void bulks.start(STOP, 3);
    await tick();
    Notification.manager.dismiss();
    await tick(1000);
    bulks.take(progress({ done: 2 }));
    expect(texts()).toEqual([]);
    await end(well('alice'), well('bob'), well('carol'));
    expect(texts()).toEqual(['3 servers stopped.']);
  });

  it('has words for each action', async () => {
    for (const [action, running, ended] of [
      ['start', 'Starting 1 server: 0 done.', '1 server started.'],
      ['restart', 'Restarting 1 server: 0 done.', '1 server restarted.']
    ] as const) {
      fake.client.startBulk.mockResolvedValue(progress({ action, total: 1 }));
      void bulks.start({ action, targets: [who('alice')] }, 1);
      await tick();
      expect(texts()[0]).toBe(running);
      const last = status([well('alice')], { action, total: 1, ...OVER });
      fake.client.getBulk.mockResolvedValue(last);
      bulks.take(last);
      await tick();
      expect(texts()[0]).toBe(ended);
    }
  });

  it('says what ran already', async () => {
    const action = 'start';
    fake.client.startBulk.mockResolvedValue(progress({ action }));
    void bulks.start({ ...STOP, action }, 3);
    await tick();
    const ran = { ...well('bob'), message: 'It is running already.' };
    fake.client.getBulk.mockResolvedValue(
      status([well('alice'), ran, well('carol')], { action, ...OVER })
    );
    bulks.take(progress({ action, done: 3, ...OVER }));
    await tick();
    expect(texts()).toEqual(['3 servers started. 1 was running already.']);
    expect(notes()[0]?.type).toBe('success');
  });

  it('starts again what did not come up after its stop', async () => {
    const action = 'restart';
    fake.client.startBulk.mockResolvedValue(progress({ action }));
    void bulks.start({ ...STOP, action }, 3);
    await tick();
    const results = ALL.map(name => result(who(name), 'No.'));
    fake.client.getBulk.mockResolvedValue(status(results, { action, ...OVER }));
    bulks.take(progress({ action, done: 3, ...OVER }));
    await tick();
    jest.useRealTimers();
    click();
    await opened();
    fake.client.planBulk.mockResolvedValue(
      plan([candidate('alice'), candidate('bob', { state: 'stopped' })])
    );
    const again = jest.spyOn(bulks, 'start');
    await press('Try 3 again');
    await waitFor(() =>
      expect(again.mock.calls).toEqual([
        [{ action: 'start', targets: [who('bob')] }, 1],
        [{ action: 'restart', targets: [who('alice'), who('carol')] }, 2]
      ])
    );
  });

  it('comes back after the page was loaded again', async () => {
    void bulks.start(STOP, 3);
    await tick();
    Notification.manager.dismiss();
    const next = (await freshPage()).hub.bulks;
    await tick();
    expect(texts()).toEqual(['Stopping 3 servers: 1 done.']);
    next.dispose();
  });

  async function freshPage(): Promise<IFakeCommands> {
    bulks.dispose();
    jest.useRealTimers();
    const page = await fakeCommands();
    jest.useFakeTimers();
    page.client.getBulk.mockResolvedValue(status([well('alice')]));
    page.hub.bulks.restore();
    return page;
  }

  it('gives the end to whoever waits for it', async () => {
    const ended = bulks.start(STOP, 3);
    await tick();
    await end(well('alice'), result(who('bob'), 'No.'), well('carol'));
    const { failures }: IBulk = await ended;
    expect(failures.map(({ user }) => user)).toEqual(['bob']);
  });
});
