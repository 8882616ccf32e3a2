import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import React from 'react';

import { Listeners } from '../../state/listeners';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { layOut } from '../../testing/layout';
import { page, server, user } from '../../testing/samples';
import { DashboardModel } from '../model';
import { ServersView } from '../ServersView';

const GPU = server('bob', 'running', {
  name: 'gpu',
  display_name: 'Big GPU',
  user_options: { profile: 'gpu-large' }
});

const RUNNING = page([
  { ...user('alice', server('alice', 'running')), groups: ['class-a'] },
  { ...user('bob', server('bob', 'starting'), GPU), admin: true },
  user(
    'frank',
    server('frank', 'stopped', {
      failure: { message: 'No free GPU', at: '2026-11-23T13:00:00Z' }
    })
  )
]);
const STOPPED = page([user('zoe')]);

/**
 * The rows that are listed.
 */
export const KEYS = ['alice', 'bob', 'bob/gpu', 'frank', 'zoe'];

/**
 * The tab Servers of the dashboard, and what is in it.
 */
export class ServersTab {
  constructor() {
    this.fake.client.listUsers.mockImplementation(({ state }) =>
      Promise.resolve(
        state === 'running'
          ? RUNNING
          : state === 'stopped'
            ? STOPPED
            : page([...RUNNING.items, ...STOPPED.items])
      )
    );
  }

  readonly fake: IFakeHub = fakeHub();
  readonly model = new DashboardModel();
  readonly menus = { more: jest.fn(), columns: jest.fn() };

  /**
   * Show it until these rows are there.
   */
  async show(expected: readonly string[] = KEYS): Promise<void> {
    this.draw();
    await waitFor(() => expect(this.keys).toEqual(expected));
  }

  /**
   * Show it.
   */
  draw(): void {
    const { subscribe } = new Listeners();
    render(
      <ServersView model={this.model} menus={this.menus} shown={subscribe} />,
      { wrapper: this.fake.Wrapper }
    );
  }

  get rows(): HTMLElement[] {
    return screen
      .queryAllByRole('row')
      .filter(({ dataset }) => dataset['key'] !== undefined);
  }

  get keys(): (string | undefined)[] {
    return this.rows.map(({ dataset }) => dataset['key']);
  }

  row(key: string): HTMLElement {
    return this.rows.find(
      ({ dataset }) => dataset['key'] === key
    ) as HTMLElement;
  }

  /**
   * Press a key where the focus is.
   */
  press(key: string, more = {}): void {
    const target = document.activeElement ?? document.body;
    fireEvent.keyDown(target, { key, ...more });
  }

  dispose(): void {
    this.fake.hub.dispose();
    this._restore();
  }

  private readonly _restore = layOut(560, true);
}
