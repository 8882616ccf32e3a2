import { act, fireEvent, render, screen, within } from '@testing-library/react';
import React from 'react';

import { ConnectionError } from '../../api/errors';
import type { ServerView } from '../../api/types';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { server, user } from '../../testing/samples';
import { rowsOf } from '../rows';
import { ServerRow } from '../ServerRow';

const NOW = Date.parse('2026-11-23T14:02:00Z');

function show(fake: IFakeHub, view: ServerView, owner = view.user) {
  const [first, second] = rowsOf([user(owner, view)]);
  const row = view.name ? second : first;
  if (!row) {
    throw new Error('There is no row.');
  }
  const props = {
    row,
    index: 0,
    gap: 0,
    isCurrent: true,
    isSelected: null,
    lastActivity: '2 min. ago',
    lastActivityTitle: 'Last activity: 23 Nov 2026, 14:00:00',
    now: NOW,
    measure: jest.fn(),
    onSelect: jest.fn(),
    onDetails: jest.fn(),
    onDrawn: jest.fn()
  };
  const drawn = render(<ServerRow {...props} />, { wrapper: fake.Wrapper });
  return {
    ...props,
    node: drawn.getByRole('row'),
    redraw: (next: ServerView, [changed] = rowsOf([user(owner, next)])) => {
      drawn.rerender(<ServerRow {...props} row={changed ?? row} />);
    }
  };
}

function buttons(): (string | null)[] {
  return screen
    .getAllByRole('button')
    .map(button => button.getAttribute('aria-label'));
}

describe('ServerRow', () => {
  let fake: IFakeHub;

  beforeEach(() => {
    fake = fakeHub();
  });

  afterEach(() => {
    fake.hub.dispose();
  });

  it('offers a restart only where the server may be started too', () => {
    const alice = server('alice', 'running');
    const rows = rowsOf([{ ...user('alice', alice), may_start: false }]);
    const { redraw } = show(fake, alice);
    expect(screen.getByRole('button', { name: 'Restart alice' })).toBeTruthy();
    redraw(alice, rows);
    expect(screen.queryByRole('button', { name: 'Restart alice' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Stop alice' })).toBeTruthy();
  });

  it('offers Open, Restart and Stop for a running server', () => {
    const { node } = show(fake, server('carol', 'running'));
    expect(node.getAttribute('aria-label')).toBe(
      'carol, running, last activity 2 minutes ago'
    );
    expect(buttons()).toEqual([
      'Details of carol',
      'Open carol',
      'Restart carol',
      'Stop carol'
    ]);
    expect(node.textContent).toContain('2 min. ago');
  });

  it('offers Start for a stopped server', () => {
    const { node } = show(fake, server('carol', 'stopped'));
    expect(node.getAttribute('aria-label')).toMatch(/^carol, stopped/);
    expect(buttons()).toEqual(['Details of carol', 'Start carol']);
  });

  it('calls a named server by its user too', () => {
    const view = server('bob', 'running', { name: 'gpu', display_name: 'GPU' });
    const { node } = show(fake, view);
    expect(node.getAttribute('aria-label')).toMatch(/^bob\/gpu, running/);
    expect(node.getAttribute('aria-level')).toBe('2');
    expect(buttons()).toContain('Stop bob/gpu');
    expect(within(node).getByText('GPU')).toBeTruthy();
  });

  it('names the button that gives up a start like the one that stops', () => {
    const { node } = show(fake, server('carol', 'starting'));
    const cancel = screen.getByRole('button', { name: 'Stop carol' });
    expect(cancel.title).toBe('Cancel start');
    expect(node.getAttribute('aria-busy')).toBe('true');
    expect(buttons()).toEqual(['Details of carol', 'Stop carol']);
  });

  it('shows how far a start is', () => {
    show(fake, server('carol', 'starting'));
    const bar = screen.getByRole('progressbar', { name: 'Starting carol' });
    expect(bar.getAttribute('aria-valuenow')).toBeNull();
    act(() => {
      fake.hub.activity.begin('carol', 'start');
      fake.hub.activity.progress('carol', 40, 'Pulling <b>image</b>');
    });
    expect(bar.getAttribute('aria-valuenow')).toBe('40');
    expect(bar.getAttribute('aria-valuetext')).toBe(
      '40 %, Pulling <b>image</b>'
    );
    expect(screen.getByText('Pulling <b>image</b>')).toBeTruthy();
    expect(screen.getByText('40 %')).toBeTruthy();
  });

  it('offers nothing while a server stops', () => {
    const { node } = show(fake, server('carol', 'stopping'));
    expect(node.getAttribute('aria-label')).toBe('carol, stopping');
    expect(buttons()).toEqual(['Details of carol']);
    expect(node.textContent).toContain('Stopping…');
  });

  it('hides what the Hub does not allow', () => {
    const can = { start: false, stop: false, access: false, delete: false };
    show(fake, server('carol', 'running', { can }));
    expect(buttons()).toEqual(['Details of carol']);
  });

  it('tells why a start failed until that is dismissed', () => {
    const failure = { message: 'No free GPU.', at: '2026-11-23T14:01:00Z' };
    const view = server('carol', 'stopped', { failure });
    const { node } = show(fake, view);
    expect(node.getAttribute('aria-label')).toBe('carol, failed');
    expect(node.textContent).toContain('No free GPU.');
    expect(buttons()).toContain('Start carol');
    fireEvent.click(screen.getByText('Details'));
    expect(fake.actions.showProblem).toHaveBeenCalledWith(
      { user: 'carol', server: '' },
      'No free GPU.'
    );
    fireEvent.click(screen.getByText('Dismiss'));
    expect(node.textContent).not.toContain('No free GPU.');
    expect(node.getAttribute('aria-label')).toMatch(/^carol, stopped/);
  });

  it('keeps the true state when an action was refused', () => {
    const { node } = show(fake, server('carol', 'running'));
    act(() => {
      fake.hub.activity.end('carol', {
        kind: 'refused',
        action: 'stop',
        message: 'You may stop only servers of class-a.'
      });
    });
    expect(node.getAttribute('aria-label')).toMatch(/^carol, running/);
    expect(node.textContent).toContain(
      'Not stopped: You may stop only servers of class-a.'
    );
  });

  it('offers a link where the browser blocked the new tab', () => {
    show(fake, server('carol', 'running'));
    act(() => fake.hub.activity.blocked('carol', 'http://hub/user/carol/'));
    const link = screen.getByRole('link', { name: 'Open' });
    expect(link.getAttribute('href')).toBe('http://hub/user/carol/');
    expect(link.getAttribute('rel')).toContain('noopener');
  });

  it('does not cancel a start with the second click of a double click', () => {
    const { redraw } = show(fake, server('carol', 'stopped'));
    const slot = screen.getByRole('button', { name: 'Start carol' });
    fireEvent.click(slot);
    redraw(server('carol', 'starting'));
    expect(screen.getByRole('button', { name: 'Stop carol' })).toBe(slot);
    fireEvent.click(slot);
    expect(fake.actions.run.mock.calls).toEqual([
      ['start', { user: 'carol', server: '' }]
    ]);
  });

  it('does the first action by Enter and by a double click', () => {
    const { node } = show(fake, server('carol', 'running'));
    fireEvent.keyDown(node, { key: 'Enter' });
    fireEvent.doubleClick(node);
    expect(fake.actions.run.mock.calls).toEqual([
      ['open', { user: 'carol', server: '' }],
      ['open', { user: 'carol', server: '' }]
    ]);
  });

  it('offers nothing while the Hub is away', () => {
    show(fake, server('carol', 'running'));
    act(() => fake.hub.health.failed(new ConnectionError('gone')));
    expect(buttons()).toEqual(['Details of carol']);
    act(() => fake.hub.health.answered());
    expect(buttons()).toContain('Stop carol');
  });
});
