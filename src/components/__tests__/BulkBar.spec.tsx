import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';

import { ApiError } from '../../api/errors';
import { UNDO_TIME } from '../../state/bulk';
import { OVER, progress, result, status, who } from '../../testing/bulk';
import { fakeHub, trans } from '../../testing/hub';
import { GREEK, pseudo, untranslated } from '../../testing/pseudo';
import { BulkBar } from '../BulkBar';

const STOP = {
  action: 'stop' as const,
  targets: ['alice', 'bob'].map(name => who(name))
};

describe('BulkBar', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function setup(words = trans) {
    const fake = fakeHub(undefined, words);
    const view = render(<BulkBar />, { wrapper: fake.Wrapper });
    fake.client.startBulk.mockResolvedValue(progress({ total: 2 }));
    const tick = (milliseconds = 0) =>
      act(() => jest.advanceTimersByTimeAsync(milliseconds));
    return { ...fake, ...view, tick };
  }

  it('is not there while nothing is done', () => {
    const { container } = setup();
    expect(container.innerHTML).toBe('');
  });

  it('can undo what was not begun, and hands the focus on', async () => {
    const { hub, container, tick } = setup();
    const search = jest.fn();
    hub.cursor.lists.add({ search } as never);
    act(() => void hub.bulks.start(STOP, 2, UNDO_TIME));
    expect(container.textContent).toContain('Stopping 2 servers in 5 s.');
    const undo = screen.getByRole('button', { name: 'Undo' });
    undo.focus();
    fireEvent.click(undo);
    expect(container.innerHTML).toBe('');
    expect(search).toHaveBeenCalledTimes(1);
    await tick(60_000);
    expect(hub.client.startBulk).not.toHaveBeenCalled();
    hub.dispose();
  });

  it('shows how far it is, and stops the rest', async () => {
    const { hub, client, container, tick } = setup();
    act(() => void hub.bulks.start(STOP, 2));
    await tick();
    act(() => hub.bulks.take(progress({ total: 2, done: 1 })));
    expect(container.textContent).toContain('Stopping 2 servers: 1 done.');
    const bar = screen.getByRole('progressbar', { name: 'Stopping 2 servers' });
    expect(bar.getAttribute('aria-valuenow')).toBe('1');
    expect(bar.getAttribute('aria-valuemax')).toBe('2');
    expect(bar.getAttribute('aria-valuetext')).toBe('1 of 2 stopped');
    expect((bar.firstElementChild as HTMLElement).style.width).toBe('50%');
    client.cancelBulk.mockResolvedValue(
      progress({ total: 2, done: 1, state: 'cancelled' })
    );
    const stop = screen.getByRole('button', { name: 'Stop the rest' });
    fireEvent.click(stop);
    await tick();
    fireEvent.click(stop);
    expect(client.cancelBulk).toHaveBeenCalledTimes(1);
    expect(stop.getAttribute('aria-disabled')).toBe('true');
    hub.dispose();
  });

  it('keeps an end that should be seen until it is dismissed', async () => {
    const { hub, client, actions, container, tick } = setup();
    const results = [result(who('alice')), result(who('bob'), 'No.')];
    const last = status(results, { total: 2, ...OVER });
    client.startBulk.mockResolvedValue(last);
    client.getBulk.mockResolvedValue(last);
    act(() => void hub.bulks.start(STOP, 2));
    await tick();
    expect(container.textContent).toContain('1 of 2 servers stopped.');
    expect(container.textContent).not.toContain('No.');
    fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(actions.showOutcome.mock.calls[0]?.[0].failures).toHaveLength(1);
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(container.innerHTML).toBe('');
    hub.dispose();
  });

  it('goes away by itself where all went well', async () => {
    const { hub, client, container, tick } = setup();
    const results = ['alice', 'bob'].map(name => result(who(name)));
    const last = status(results, { total: 2, ...OVER });
    client.startBulk.mockResolvedValue(last);
    client.getBulk.mockResolvedValue(last);
    act(() => void hub.bulks.start(STOP, 2));
    await tick();
    expect(container.innerHTML).toBe('');
    hub.dispose();
  });

  it.each(['start', 'stop', 'restart'] as const)(
    'has no word that does not go through the translator: %s',
    async action => {
      const { hub, client, container, tick } = setup(pseudo);
      const [name, other] = GREEK;
      const request = { action, targets: [who(name), who(other)] };
      const check = (phase: string) => {
        expect(container.querySelector(`.jp-mod-${phase}`)).toBeTruthy();
        expect(untranslated()).toEqual([]);
      };
      act(() => void hub.bulks.start(request, 2, UNDO_TIME));
      check('waiting');
      act(() => hub.bulks.undo(hub.bulks.get()[0]?.key ?? ''));
      client.startBulk.mockResolvedValue(progress({ action, total: 2 }));
      act(() => void hub.bulks.start(request, 2));
      await tick();
      act(() => hub.bulks.take(progress({ action, total: 2, done: 1 })));
      check('running');
      const results = [result(who(name)), result(who(other), 'Φ')];
      const last = status(results, { action, total: 2, ...OVER });
      client.getBulk.mockResolvedValue(last);
      act(() => hub.bulks.take(last));
      await tick();
      check('ended');
      act(() => hub.bulks.dismiss(hub.bulks.get()[0]?.key ?? ''));
      client.startBulk.mockRejectedValue(new ApiError(403, 'x', 'Φ'));
      act(() => void hub.bulks.start(request, 2));
      await tick();
      check('ended');
      hub.dispose();
    }
  );
});
