import { Notification } from '@jupyterlab/apputils';

import { formatClock } from '../../format/time';
import { trans } from '../../testing/hub';
import {
  browserNotifications,
  decision,
  hidePage,
  inMinutes
} from '../../testing/user';
import type { IKeepAnswer } from '../keep';
import { Warning } from '../warning';
import type { IFakeDeadline } from './fakes';
import { fakeDeadline } from './fakes';

const MINUTE = 60_000;
const at = (minutes: number) => formatClock(inMinutes(minutes));

const TEXT = `Your server stops at ${at(30)}: nothing was used since ${at(-30)}. Kernels end, files stay.`;

describe('the warning', () => {
  const keep = jest.fn<Promise<IKeepAnswer>, []>();
  const show = jest.fn();
  const browser = browserNotifications('granted');
  let deadline: IFakeDeadline;
  let warning: Warning;

  beforeEach(() => {
    jest.useFakeTimers();
    jest.resetAllMocks();
    browser.shown.length = 0;
    deadline = fakeDeadline();
    warning = new Warning({ source: deadline.source, trans, keep, show });
  });

  afterEach(() => {
    warning.dispose();
    deadline.source.dispose();
    Notification.manager.dismiss();
    hidePage(false);
    jest.useRealTimers();
  });

  afterAll(() => browser.remove());

  const notes = () => Notification.manager.notifications;
  const texts = () => notes().map(({ message }) => message);
  const press = async (label: string) => {
    const action = notes()[0]?.options.actions?.find(
      each => each.label === label
    );
    const event = { preventDefault: jest.fn() };
    action?.callback(event as unknown as MouseEvent);
    await jest.advanceTimersByTimeAsync(0);
    return event.preventDefault;
  };
  const warn = async () => {
    await deadline.answer();
    await jest.advanceTimersByTimeAsync(20 * MINUTE + 500);
  };

  it('comes when it is due, and stays', async () => {
    await deadline.answer();
    await jest.advanceTimersByTimeAsync(20 * MINUTE - 1000);
    expect(texts()).toEqual([]);
    await jest.advanceTimersByTimeAsync(1500);
    expect(texts()).toEqual([TEXT]);
    expect(TEXT.length).toBeLessThan(140);
    expect(notes()[0]).toMatchObject({
      type: 'warning',
      options: { autoClose: false }
    });
    expect(browser.shown).toEqual([]);
  });

  it('comes once for a deadline, also when it was closed', async () => {
    await warn();
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(notes()).toHaveLength(1);
    Notification.manager.dismiss();
    await jest.advanceTimersByTimeAsync(MINUTE);
    // An age that was reported a little differently.
    await deadline.answer({
      decision: decision({ deadline: inMinutes(30.02) })
    });
    expect(notes()).toEqual([]);
    await deadline.answer({ decision: decision({ deadline: inMinutes(25) }) });
    expect(texts()).toEqual([TEXT.replace(at(30), at(25))]);
  });

  it('goes when the server was used, or kept in another tab', async () => {
    await warn();
    const later = { deadline: inMinutes(80), warn_at: inMinutes(70) };
    await deadline.answer({ decision: decision(later) });
    expect(notes()).toEqual([]);
    await jest.advanceTimersByTimeAsync(50 * MINUTE);
    expect(texts()).toEqual([TEXT.replace(at(30), at(80))]);
    await deadline.answer({ decision: decision({ deadline: null }) });
    expect(notes()).toEqual([]);
  });

  it('does not come where nobody is to be warned', async () => {
    await deadline.answer({ decision: decision({ warn_at: null }) });
    await jest.advanceTimersByTimeAsync(31 * MINUTE);
    expect(notes()).toEqual([]);
  });

  it('does not come for what was due while the service is away', async () => {
    await deadline.answer({ current: false });
    await jest.advanceTimersByTimeAsync(15 * MINUTE);
    Notification.manager.dismiss();
    const past = { deadline: inMinutes(-30), warn_at: inMinutes(-40) };
    await deadline.answer({ decision: decision(past), current: false });
    expect(notes()).toEqual([]);
    await deadline.answer({ decision: decision(past) });
    expect(notes()).toHaveLength(1);
  });

  it('says what it can of other reasons', async () => {
    await deadline.answer({
      decision: decision({ reason_code: 'age', warn_at: inMinutes(0) })
    });
    expect(texts()).toEqual([
      `Your server stops at ${at(30)}, even while it is used. Kernels end, files stay.`
    ]);
    await deadline.answer({
      decision: decision({
        reason_code: 'kept',
        last_activity: null,
        deadline: inMinutes(20),
        warn_at: inMinutes(0)
      })
    });
    expect(texts()).toEqual([
      `Your server stops at ${at(20)}. Kernels end, files stay.`
    ]);
  });

  it('explains itself and stays', async () => {
    await warn();
    expect(await press('Why?')).toHaveBeenCalled();
    expect(show).toHaveBeenCalledWith(
      'Why this server stops',
      [
        `Stops in 10 min., at ${at(30)}, unless it is used.`,
        'Nothing used for 30 min; the limit is 1 h, the default.'
      ].join('\n')
    );
    expect(texts()).toEqual([TEXT]);
  });

  it('keeps the server and says so in place', async () => {
    await warn();
    const id = notes()[0]?.id;
    keep.mockImplementation(() => {
      deadline.source.granted(Date.parse(inMinutes(80)));
      return Promise.resolve({ isKept: true, text: 'Kept until 15:20.' });
    });
    expect(await press('Keep it running')).toHaveBeenCalled();
    expect(notes()).toHaveLength(1);
    expect(notes()[0]).toMatchObject({
      id,
      message: 'Kept until 15:20.',
      type: 'success',
      options: { actions: [], autoClose: 10_000 }
    });
    // The answer is not taken away by the later deadline, which it is about.
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(texts()).toEqual(['Kept until 15:20.']);
  });

  it('says that no more is allowed, and can be asked again', async () => {
    await warn();
    keep.mockResolvedValue({ isKept: false, text: 'No longer.' });
    await press('Keep it running');
    expect(texts()).toEqual(['No longer.']);
    await press('Keep it running');
    expect(keep).toHaveBeenCalledTimes(2);
    expect(notes()[0]?.options.actions).toHaveLength(2);
  });

  it('asks once at a time, and answers one that was closed meanwhile', async () => {
    await warn();
    let answer: (answer: IKeepAnswer) => void = () => undefined;
    keep.mockReturnValue(new Promise(resolve => (answer = resolve)));
    await press('Keep it running');
    await press('Keep it running');
    expect(keep).toHaveBeenCalledTimes(1);
    Notification.manager.dismiss();
    answer({ isKept: false, text: 'No longer.' });
    await jest.advanceTimersByTimeAsync(0);
    expect(texts()).toEqual(['No longer.']);
    keep.mockResolvedValue({ isKept: true, text: 'Kept.' });
    await press('Keep it running');
    expect(texts()).toEqual(['Kept.']);
  });

  it('is shown by the browser while the page is hidden', async () => {
    await deadline.answer();
    hidePage(true);
    await jest.advanceTimersByTimeAsync(21 * MINUTE);
    expect(browser.shown).toMatchObject([{ title: 'Hub Admin', body: TEXT }]);
    expect(texts()).toEqual([TEXT]);
    const focus = jest.spyOn(window, 'focus').mockImplementation();
    browser.shown[0]?.onclick?.();
    expect(focus).toHaveBeenCalled();
    expect(browser.shown[0]?.close).toHaveBeenCalledTimes(1);
    await deadline.answer({ decision: decision({ deadline: null }) });
    expect(browser.shown[0]?.close).toHaveBeenCalledTimes(2);
  });
});
