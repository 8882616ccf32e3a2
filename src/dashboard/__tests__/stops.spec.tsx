import {
  act,
  fireEvent,
  screen,
  waitFor,
  within
} from '@testing-library/react';

import { formatClock } from '../../format/time';
import { info } from '../../testing/samples';
import {
  decision,
  NOW,
  serviceServer,
  serviceServers
} from '../../testing/service';
import { ServersTab } from './serversTab';

const now = Date.parse(NOW);
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();

describe('the column Stops', () => {
  let tab: ServersTab;

  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(now);
    tab = new ServersTab();
  });

  afterEach(() => {
    tab.dispose();
    jest.restoreAllMocks();
  });

  const withService = async () => {
    tab.fake.client.info.mockResolvedValue(
      info({ service: { version: '0.1.0' } })
    );
    await tab.fake.hub.info.load();
    tab.fake.service.servers.mockResolvedValue(
      serviceServers(
        serviceServer('alice', {
          decision: decision({ deadline: at(180), warn_at: at(170) })
        }),
        serviceServer('bob', {
          name: 'gpu',
          decision: decision({ deadline: at(9), warn_at: at(-1) })
        }),
        // Of before it stopped.
        serviceServer('frank')
      )
    );
  };
  const stopsOf = (key: string) =>
    tab.row(key).querySelector('td.jp-mod-stops')?.textContent;

  it('is there with the hub service only', async () => {
    await tab.show();
    expect(screen.queryByText('Stops')).toBeNull();
    expect(tab.fake.service.servers).not.toHaveBeenCalled();
    await act(withService);
    expect(await screen.findByText('Stops')).toBeTruthy();
  });

  it('says when each server stops, and why on a click', async () => {
    await withService();
    await tab.show();
    await waitFor(() => expect(stopsOf('alice')).toBe(formatClock(at(180))));
    expect(stopsOf('bob/gpu')).toBe('in 9 min.');
    expect(stopsOf('frank')).toBe('');
    expect(tab.row('bob/gpu').getAttribute('aria-label')).toBe(
      'bob/gpu, running, last activity 2 minutes ago. Stops in 9 min.'
    );
    const button = within(tab.row('bob/gpu')).getByRole('button', {
      name: 'Why bob/gpu stops or stays: in 9 min.'
    });
    expect(button.title).toMatch(/^Stops in 9 min\..* the default\.$/);
    fireEvent.click(button);
    const drawer = screen.getByRole('region', { name: 'Details of bob/gpu' });
    expect(within(drawer).getByText('Why?')).toBeTruthy();
    expect(
      await within(drawer).findByText(/^Stops in 9 min\., at /)
    ).toBeTruthy();
    // The next one's, not the last one's, as soon as the row is another.
    act(() => tab.model.showDetails({ user: 'alice', server: '' }));
    expect(screen.getByText(/^Stops at .* unless it is used\.$/)).toBeTruthy();
  });

  it('counts by the clock of the service', async () => {
    await withService();
    jest.spyOn(Date, 'now').mockReturnValue(now + 60 * 60_000);
    await tab.show();
    await waitFor(() => expect(stopsOf('bob/gpu')).toBe('in 9 min.'));
  });

  it('can be hidden', async () => {
    await withService();
    act(() => tab.fake.hub.options.set({ dashboardColumns: ['groups'] }));
    await tab.show();
    expect(screen.queryByText('Stops')).toBeNull();
  });
});
