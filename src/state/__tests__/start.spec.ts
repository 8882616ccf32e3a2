import { ServerConnection } from '@jupyterlab/services';

import { fakeHub } from '../../testing/hub';
import { HubStart } from '../start';

const BASE = 'http://localhost/user/admin/';

describe('the start of the page', () => {
  const create = () =>
    new HubStart(ServerConnection.makeSettings({ baseUrl: BASE }));
  const keep = (name: string, value: unknown) =>
    window.sessionStorage.setItem(
      `hub-admin-lab:${BASE}:${name}`,
      JSON.stringify(value)
    );

  it('tells once the rest is there, and later at once', () => {
    const start = create();
    const { hub } = fakeHub();
    const first = jest.fn();
    const second = jest.fn();
    start.whenOpened(first);
    expect(start.hub).toBeNull();
    expect(first).not.toHaveBeenCalled();
    start.hub = hub;
    start.whenOpened(second);
    expect(first.mock.calls).toEqual([[hub]]);
    expect(second.mock.calls).toEqual([[hub]]);
    hub.dispose();
  });

  it('knows whether the page was left with something to go on with', () => {
    const start = create();
    expect(start.wasLeftAtWork()).toBe(false);
    keep('selection', { servers: [], matching: null });
    keep('bulks', []);
    expect(start.wasLeftAtWork()).toBe(false);
    keep('bulks', ['b1']);
    expect(start.wasLeftAtWork()).toBe(true);
    keep('bulks', []);
    keep('selection', { servers: [{ user: 'bob', server: '' }] });
    expect(start.wasLeftAtWork()).toBe(true);
    keep('selection', { servers: [], matching: { query: '', state: 'all' } });
    expect(start.wasLeftAtWork()).toBe(true);
  });
});
