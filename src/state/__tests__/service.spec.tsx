import { act, render, screen, waitFor } from '@testing-library/react';
import React from 'react';

import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { info } from '../../testing/samples';
import {
  preview,
  rulesView,
  ruleView,
  serviceServer,
  serviceServers
} from '../../testing/service';
import {
  keepServer,
  saveRule,
  useRulePreview,
  useRules,
  useServiceServers
} from '../service';
import { VisibleContext, Visibility } from '../visibility';

describe('what the hub service says', () => {
  let fake: IFakeHub;
  let visibility: Visibility;
  const widget = {};

  beforeEach(() => {
    jest.useFakeTimers();
    fake = fakeHub();
    visibility = new Visibility();
    fake.service.rules.mockResolvedValue(rulesView());
    fake.service.preview.mockResolvedValue(preview(['alice']));
    fake.service.servers.mockResolvedValue(
      serviceServers(serviceServer('bob', { name: 'gpu' }))
    );
  });

  afterEach(() => {
    visibility.dispose();
    fake.hub.dispose();
    jest.useRealTimers();
  });

  const Shown = () => {
    const rules = useRules();
    const servers = useServiceServers();
    const stops = useRulePreview(null);
    return (
      <p>
        {rules ? `rules ${rules.data?.rules.length}` : 'no service'}
        {servers?.data?.byWho.get('bob/gpu')?.user}
        {stops.data?.stops_total}
      </p>
    );
  };
  const show = async (service: boolean) => {
    fake.client.info.mockResolvedValue(
      info({ service: service ? { version: '0.1.0' } : null })
    );
    await fake.hub.info.load();
    render(
      <VisibleContext.Provider value={visibility}>
        <Shown />
      </VisibleContext.Provider>,
      { wrapper: fake.Wrapper }
    );
  };
  const wait = (seconds: number) =>
    act(() => jest.advanceTimersByTimeAsync(seconds * 1000));

  it('is not asked without one', async () => {
    visibility.set(widget, true);
    await show(false);
    await wait(30);
    expect(screen.getByText('no service')).toBeTruthy();
    expect(fake.service.rules).not.toHaveBeenCalled();
    expect(fake.service.servers).not.toHaveBeenCalled();
  });

  it('is asked only while it is looked at, every 10 s', async () => {
    await show(true);
    await wait(30);
    expect(fake.service.rules).not.toHaveBeenCalled();
    act(() => visibility.set(widget, true));
    await wait(1);
    expect(screen.getByText('rules 0bob')).toBeTruthy();
    await wait(20);
    expect(fake.service.rules).toHaveBeenCalledTimes(3);
    expect(fake.service.servers).toHaveBeenCalledTimes(3);
    act(() => visibility.set(widget, false));
    await wait(60);
    expect(fake.service.rules).toHaveBeenCalledTimes(3);
    // There is no draft.
    expect(fake.service.preview).not.toHaveBeenCalled();
  });

  it('is asked seldom where the answer takes long', async () => {
    fake.service.servers.mockImplementation(async () => {
      await new Promise(resolve => setTimeout(resolve, 3000));
      return serviceServers();
    });
    visibility.set(widget, true);
    await show(true);
    await wait(55);
    expect(fake.service.servers).toHaveBeenCalledTimes(1);
    await wait(10);
    expect(fake.service.servers).toHaveBeenCalledTimes(2);
  });

  it('is asked anew after something was done, also if that failed', async () => {
    visibility.set(widget, true);
    await show(true);
    await wait(1);
    fake.service.putRule.mockResolvedValue(ruleView('hub', '', {}));
    fake.service.deleteRule.mockRejectedValue(new Error('No.'));
    fake.service.extend.mockResolvedValue({ until: null, asked: null });
    await act(async () => {
      await saveRule(fake.hub, 'hub', '', {}, 0);
    });
    await waitFor(() => expect(fake.service.rules).toHaveBeenCalledTimes(2));
    await act(async () => {
      await expect(saveRule(fake.hub, 'hub', '', null, 1)).rejects.toThrow();
      await keepServer(fake.hub, { user: 'bob', server: 'gpu' }, null);
    });
    expect(fake.service.servers).toHaveBeenCalledTimes(4);
  });
});
