import { HoverBox } from '@jupyterlab/ui-components';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act, fireEvent, screen } from '@testing-library/react';

import { formatClock } from '../../format/time';
import { trans } from '../../testing/hub';
import { inJapanese, pseudo, untranslated } from '../../testing/pseudo';
import {
  browserNotifications,
  decision,
  inMinutes,
  UNTOLD
} from '../../testing/user';
import type { Announcer } from '../../state/announcer';
import { Countdown } from '../countdown';
import type { IKeepAnswer } from '../keep';
import { StatusItem } from '../StatusItem';
import type { IFakeDeadline } from './fakes';
import { fakeDeadline } from './fakes';

const MINUTE = 60_000;
const reallyLater = window.setTimeout; // not that of the fake timers
const at = (minutes: number) => formatClock(inMinutes(minutes));

describe('the time left in the status bar', () => {
  const keep = jest.fn<Promise<IKeepAnswer>, []>();
  const openSettings = jest.fn();
  const say = jest.fn();
  const interrupt = jest.fn();
  let deadline: IFakeDeadline;
  let countdown: Countdown;
  let item: StatusItem;

  const start = (words = trans) => {
    deadline = fakeDeadline();
    countdown = new Countdown(deadline.source);
    item = new StatusItem({
      source: deadline.source,
      countdown,
      announcer: { say, interrupt } as unknown as Announcer,
      trans: words,
      keep,
      openSettings
    });
    Widget.attach(item, document.body);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    jest.resetAllMocks();
    // Nothing has a place in jsdom, by which core would hide the popup.
    jest.spyOn(HoverBox, 'setGeometry').mockImplementation();
    keep.mockResolvedValue({ isKept: true, text: 'Kept until 15:20.' });
  });

  afterEach(() => {
    item.dispose();
    countdown.dispose();
    deadline.source.dispose();
    jest.useRealTimers();
  });

  const pass = async (milliseconds: number) => {
    await act(() => jest.advanceTimersByTimeAsync(milliseconds));
    act(() => MessageLoop.flush());
    await act(() => jest.advanceTimersByTimeAsync(0));
  };
  const answer = async (more?: Parameters<IFakeDeadline['answer']>[0]) => {
    await act(() => deadline.answer(more));
    await pass(0);
  };
  const opener = () =>
    item.node.querySelector('[role="button"]') as HTMLElement;
  const text = () => item.node.textContent;
  const open = async () => {
    act(() => {
      opener().focus();
      fireEvent.keyDown(opener(), { key: 'Enter' });
    });
    // It takes the focus with the frame after it was drawn, which no clock of ours decides.
    while (popup() !== document.activeElement) {
      await act(() => new Promise(resolve => reallyLater(resolve, 1)));
      await pass(20);
    }
  };
  const button = (name: string) => screen.getByRole('button', { name });
  const popup = () => screen.queryByRole('dialog');

  it('is not there before the last half hour, and is said once', async () => {
    start();
    const changed = jest.fn();
    item.activeStateChanged.connect(changed);
    expect(item.isActive()).toBe(false);
    await answer({
      decision: decision({ deadline: inMinutes(40), warn_at: inMinutes(30) })
    });
    expect(item.isActive()).toBe(false);
    await pass(10 * MINUTE - 1000);
    expect(item.isActive()).toBe(false);
    changed.mockClear();
    await pass(1500);
    expect(changed).toHaveBeenCalled();
    expect(item.isActive()).toBe(true);
    expect(text()).toBe('Stops in 30 min.');
    await pass(5 * MINUTE);
    expect(say.mock.calls).toEqual([[`Your server stops at ${at(40)}.`]]);
    await answer(UNTOLD);
    expect(item.isActive()).toBe(false);
  });

  it('counts minutes, and ten seconds in the last one', async () => {
    start();
    await answer({
      decision: decision({ deadline: inMinutes(3), warn_at: null })
    });
    const seen: (string | null)[] = [text()];
    for (let second = 5; second <= 190; second += 5) {
      await pass(5000);
      if (text() !== seen[seen.length - 1]) {
        seen.push(text());
      }
    }
    expect(seen).toEqual([
      'Stops in 3 min.',
      'Stops in 2 min.',
      'Stops in 1 min.',
      'Stops in 50 s.',
      'Stops in 40 s.',
      'Stops in 30 s.',
      'Stops in 20 s.',
      'Stops in 10 s.',
      'Stops now.'
    ]);
    expect(item.isActive()).toBe(true);
    // Nobody stops anything while the service is away.
    await answer({
      decision: decision({ deadline: inMinutes(3) }),
      current: false
    });
    expect(item.isActive()).toBe(false);
  });

  it('opens a popup that says what happens and why, and keeps the server', async () => {
    start();
    await answer({ decision: decision({ deadline: inMinutes(9) }) });
    expect(opener().getAttribute('aria-haspopup')).toBe('dialog');
    await open();
    expect(popup()?.getAttribute('aria-label')).toBe('Why this server stops');
    expect(popup()).toBe(document.activeElement);
    expect(popup()?.textContent).toContain(
      `Stops in 9 min., at ${at(9)}, unless it is used.Nothing used for 30 min; the limit is 1 h, the default.`
    );
    fireEvent.click(button('Keep it running'));
    fireEvent.click(button('Keep it running'));
    await pass(0);
    expect(keep).toHaveBeenCalledTimes(1);
    const kept = () => popup()?.querySelector('.jp-HubAdmin-kept')?.textContent;
    expect(kept()).toBe('Kept until 15:20.');
    expect(say).toHaveBeenLastCalledWith('Kept until 15:20.');
    keep.mockResolvedValue({ isKept: false, text: 'No longer.' });
    fireEvent.click(button('Keep it running'));
    await pass(0);
    expect(kept()).toBe('No longer.');
    expect(interrupt).toHaveBeenCalledWith('No longer.');
    // The deadline is far, and the answer is still there to be read.
    await answer({ decision: decision({ deadline: inMinutes(60) }) });
    expect(item.isActive()).toBe(true);
    expect(popup()?.textContent).toContain('Stops in 1 h');
    fireEvent.keyDown(popup() as HTMLElement, { key: 'Escape' });
    expect(popup()).toBeNull();
    expect(item.isActive()).toBe(false);
  });

  it('takes the focus back when the popup is closed', async () => {
    start();
    await answer({ decision: decision({ deadline: inMinutes(9) }) });
    await open();
    fireEvent.keyDown(popup() as HTMLElement, { key: 'Escape' });
    expect(document.activeElement).toBe(opener());
    fireEvent.click(opener());
    await pass(0);
    expect(popup()).not.toBeNull();
    fireEvent.click(opener());
    expect(popup()).toBeNull();
  });

  it('opens the idle settings', async () => {
    start();
    await answer({ decision: decision({ deadline: inMinutes(9) }) });
    await open();
    fireEvent.click(button('Idle settings…'));
    expect(openSettings).toHaveBeenCalledTimes(1);
    expect(popup()).toBeNull();
  });

  it('asks for notifications of the browser only there, and only once', async () => {
    const browser = browserNotifications('default');
    start();
    await answer({ decision: decision({ deadline: inMinutes(9) }) });
    expect(browser.requestPermission).not.toHaveBeenCalled();
    await open();
    fireEvent.click(button('Allow browser notifications'));
    expect(browser.requestPermission).toHaveBeenCalledTimes(1);
    await pass(0);
    expect(
      screen.queryByRole('button', { name: 'Allow browser notifications' })
    ).toBeNull();
    expect(document.activeElement).toBe(popup());
    browser.remove();
  });

  it('has every word from the translator', async () => {
    const restore = inJapanese();
    const browser = browserNotifications('default');
    keep.mockResolvedValue({ isKept: true, text: '' });
    start(pseudo);
    for (const minutes of [25, 0.5, 0]) {
      await answer({ decision: decision({ deadline: inMinutes(minutes) }) });
      await open();
      expect(popup()).not.toBeNull();
      expect(untranslated(document.body)).toEqual([]);
      fireEvent.keyDown(popup() as HTMLElement, { key: 'Escape' });
    }
    browser.remove();
    restore();
  });
});
