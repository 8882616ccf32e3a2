import { Notification } from '@jupyterlab/apputils';

import { formatClock, formatExact } from '../../format/time';
import { trans } from '../../testing/hub';
import { hidePage, inMinutes, notice, NOW } from '../../testing/user';
import { Notices } from '../notices';
import type { IFakeDeadline } from './fakes';
import { fakeDeadline } from './fakes';

const REASON =
  'Nothing used for 1 hour; the limit is 1 hour, set for group class-a.';
const DAYS = 24 * 60;

describe('notices', () => {
  const seen = jest.fn<Promise<unknown>, [string]>();
  const show = jest.fn();
  let deadline: IFakeDeadline;
  let notices: Notices;

  beforeEach(() => {
    jest.useFakeTimers();
    jest.resetAllMocks();
    seen.mockResolvedValue(undefined);
    deadline = fakeDeadline();
    notices = new Notices({
      source: deadline.source,
      trans,
      server: '',
      seen,
      show
    });
  });

  afterEach(() => {
    notices.dispose();
    deadline.source.dispose();
    Notification.manager.dismiss();
    hidePage(false);
    jest.useRealTimers();
  });

  const notes = () => Notification.manager.notifications;
  const texts = () => notes().map(({ message }) => message);
  const message = (id: string, text = 'Please save.') =>
    notice({ id, kind: 'message', by: 'admin', text });
  const press = (label: string) =>
    notes()[0]
      ?.options.actions?.find(each => each.label === label)
      ?.callback({} as MouseEvent);

  it('tell of a stop at the next start: when, and why', async () => {
    await deadline.answer({ notices: [notice()] });
    const clock = formatClock(NOW);
    const day = new Intl.DateTimeFormat('en', { weekday: 'long' });
    expect(texts()).toEqual([
      `Your server was stopped on ${day.format(NOW - 3 * DAYS * 60_000)} at ${clock}: ${REASON}`
    ]);
    expect(notes()[0]).toMatchObject({
      type: 'info',
      options: { autoClose: false }
    });
    press('Why?');
    expect(show).toHaveBeenCalledWith(
      'Why your server was stopped',
      [
        formatExact(inMinutes(-3 * DAYS)),
        `Your server was stopped. ${REASON}`
      ].join('\n')
    );
  });

  it('tell the day as far back as it needs', async () => {
    const clock = formatClock(NOW);
    for (const [days, text] of [
      [0, `Your server was stopped at ${clock}: ${REASON}`],
      [20, `Your server was stopped on Nov 3 at ${clock}: ${REASON}`]
    ] as const) {
      const at = inMinutes(-days * DAYS);
      await deadline.answer({ notices: [notice({ id: `n${days}`, at })] });
      expect(texts()).toEqual([text]);
    }
    await deadline.answer({
      notices: [notice({ id: 'x', at: 'nonsense', text: 'It ended.' })]
    });
    expect(texts()).toEqual(['It ended.']);
  });

  it('keep a text that begins otherwise, or is about another name', async () => {
    const text = 'Your server gpu was stopped. Because.';
    await deadline.answer({ notices: [notice({ text, at: inMinutes(0) })] });
    expect(texts()).toEqual([
      `Your server was stopped at ${formatClock(NOW)}: ${text}`
    ]);
  });

  it('show messages as one bounded line of text, the whole in a dialog', async () => {
    const short = message('m1', 'Maintenance at <b>17:00</b>.');
    await deadline.answer({ notices: [short] });
    expect(texts()).toEqual(['admin: Maintenance at <b>17:00</b>.']);
    expect(notes()[0]?.options.actions).toEqual([]);
    const long = `[a](javascript:b)\n\n# ${'x'.repeat(900)}`;
    await deadline.answer({ notices: [short, message('m2', long)] });
    expect(texts()[0]).toHaveLength(140);
    expect(texts()[0]).toMatch(/^admin: \[a\]\(javascript:b\) # x+…$/);
    press('Show');
    expect(show).toHaveBeenCalledWith(
      'Message from admin',
      [formatExact(inMinutes(-3 * DAYS)), long].join('\n')
    );
  });

  it('are shown once, a few at a time', async () => {
    const all = ['a', 'b', 'c', 'd'].map(id => message(id));
    await deadline.answer({ notices: all });
    await deadline.answer({ notices: all });
    expect(notes()).toHaveLength(3);
    await deadline.answer({ notices: all.slice(1) });
    expect(notes()).toHaveLength(3);
    expect(seen).not.toHaveBeenCalled();
  });

  it('were seen when they were closed', async () => {
    await deadline.answer({ notices: [message('a'), message('b')] });
    Notification.dismiss(notes()[0]?.id);
    expect(seen.mock.calls).toEqual([['b']]);
  });

  it('were seen by somebody who uses the page, and stay until they are closed', async () => {
    await deadline.answer({ notices: [message('a')] });
    notices.used();
    expect(seen).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(5000);
    notices.used();
    notices.used();
    expect(seen.mock.calls).toEqual([['a']]);
    await deadline.answer({ notices: [] });
    expect(notes()).toHaveLength(1);
    Notification.manager.dismiss();
    expect(seen).toHaveBeenCalledTimes(1);
  });

  it('go when they were seen in another tab', async () => {
    await deadline.answer({ notices: [message('a')] });
    await deadline.answer({ notices: [] });
    expect(notes()).toEqual([]);
    expect(seen).not.toHaveBeenCalled();
  });

  it('are told again to have been seen until that is heard', async () => {
    seen.mockRejectedValue(new Error('away'));
    await deadline.answer({ notices: [message('a')] });
    Notification.manager.dismiss();
    await deadline.answer({ notices: [message('a')] });
    expect(seen.mock.calls).toEqual([['a'], ['a']]);
    expect(notes()).toEqual([]);
  });

  it('wait while the page is hidden', async () => {
    hidePage(true);
    await deadline.answer({ notices: [message('a')] });
    expect(notes()).toEqual([]);
    hidePage(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(notes()).toHaveLength(1);
  });
});
