import {
  act,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import React from 'react';

import { ApiError } from '../../../api/errors';
import type { ServiceServer } from '../../../api/types';
import { formatClock } from '../../../format/time';
import type { IFakeHub } from '../../../testing/hub';
import { fakeHub } from '../../../testing/hub';
import { info } from '../../../testing/samples';
import {
  decision,
  effective,
  NOW,
  serviceServer,
  serviceServers
} from '../../../testing/service';
import { useFate } from '../useFate';
import { Why } from '../Why';

const BOB = { user: 'bob', server: '' };
const HOUR = 3_600_000;
const now = Date.parse(NOW);

function Shown(props: { isActive?: boolean }): JSX.Element {
  const fate = useFate(BOB);
  return fate ? (
    <Why who={BOB} fate={fate} isActive={props.isActive ?? true} />
  ) : (
    <p>No service</p>
  );
}

describe('Why', () => {
  let fake: IFakeHub;

  beforeEach(async () => {
    jest.spyOn(Date, 'now').mockReturnValue(now);
    fake = fakeHub();
    fake.client.info.mockResolvedValue(
      info({ service: { version: '0.1.0' } }, { edit_rules: true })
    );
    await fake.hub.info.load();
    fake.service.info.mockResolvedValue({
      version: '0.1.0',
      name: 'admin',
      may_edit_hub: true,
      may_edit_groups: null,
      may_see_audit: true
    });
    answer();
  });

  afterEach(() => {
    fake.hub.dispose();
    jest.restoreAllMocks();
  });

  const answer = (more: Partial<ServiceServer> = {}) =>
    fake.service.servers.mockResolvedValue(
      serviceServers(serviceServer('bob', more))
    );
  const show = (isActive = true) =>
    render(<Shown isActive={isActive} />, { wrapper: fake.Wrapper });
  const button = (name: string) => screen.getByRole('button', { name });
  const press = (name: string) => fireEvent.click(button(name));
  const isoAt = (time: number) => new Date(time).toISOString();

  it('says nothing without a service, and asks for nothing', async () => {
    fake.client.info.mockResolvedValue(info());
    await fake.hub.info.load();
    show();
    expect(screen.getByText('No service')).toBeTruthy();
    expect(fake.service.servers).not.toHaveBeenCalled();
  });

  it('tells the verdict first, then the reason, then what it rests on', async () => {
    const deadline = isoAt(now + HOUR / 2);
    answer({
      decision: decision({
        deadline,
        reason_code: 'of_a_newer_version',
        reason: '<b>Nothing used</b>'
      })
    });
    show();
    const verdict = await screen.findByText(
      `Stops in 30 min., at ${formatClock(deadline)}, unless it is used.`
    );
    expect(verdict.nextElementSibling?.textContent).toBe('<b>Nothing used</b>');
    expect(document.querySelector('b')).toBeNull();
    expect(screen.getByText('Kernel train.ipynb')).toBeTruthy();
    expect(fake.service.servers).toHaveBeenCalledWith('bob', expect.anything());
  });

  it('counts by the clock of the service, and keeps by it', async () => {
    // The browser's is two hours behind.
    jest.spyOn(Date, 'now').mockReturnValue(now - 2 * HOUR);
    const deadline = isoAt(now + HOUR / 2);
    answer({ decision: decision({ deadline }) });
    show();
    expect(await screen.findByText(/^Stops in 30 min\., at /)).toBeTruthy();
    fake.service.extend.mockResolvedValue({ until: null, asked: null });
    press('Keep until…');
    press('In 1 h');
    expect(fake.service.extend).toHaveBeenCalledWith(
      'bob',
      '',
      isoAt(now + HOUR)
    );
    expect(await screen.findByText('It is not kept.')).toBeTruthy();
  });

  it('counts by its own clock where an older service does not tell its', async () => {
    const deadline = isoAt(now + HOUR / 2);
    const servers = serviceServers(
      serviceServer('bob', { decision: decision({ deadline }) })
    );
    const { items, as_of } = servers;
    const older = { items, as_of } as typeof servers;
    fake.service.servers.mockResolvedValue(older);
    show();
    expect(await screen.findByText(/^Stops in 30 min\., at /)).toBeTruthy();
  });

  it('keeps a server by one click, and undoes it', async () => {
    show();
    await screen.findByText('Keep until…');
    press('Keep until…');
    expect(button('Keep until…').getAttribute('aria-expanded')).toBe('true');
    expect(document.activeElement).toBe(button('In 1 h'));
    const until = isoAt(now + HOUR);
    fake.service.extend.mockResolvedValue({ until, asked: until });
    answer({ kept: { until, by: 'admin', at: NOW } });
    press('In 1 h');
    expect(document.activeElement).toBe(button('Keep until…'));
    expect(fake.service.extend).toHaveBeenCalledWith('bob', '', until);
    expect(
      await screen.findByText(`Kept until ${formatClock(until)}.`)
    ).toBeTruthy();
    expect(screen.queryByRole('group')).toBeNull();
    fake.service.extend.mockResolvedValue({ until: null, asked: null });
    answer();
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(fake.service.extend).toHaveBeenLastCalledWith('bob', '', null);
    expect(await screen.findByText('Kept no longer.')).toBeTruthy();
    await waitFor(() => expect(screen.queryByText('Undo')).toBeNull());
  });

  it('goes back to what somebody had granted before', async () => {
    const before = isoAt(now + 2 * HOUR);
    answer({ kept: { until: before, by: 'alice', at: NOW } });
    show();
    expect(
      await screen.findByText(`Kept until ${formatClock(before)} by alice.`)
    ).toBeTruthy();
    expect(button('Keep no longer')).toBeTruthy();
    const until = isoAt(now + 4 * HOUR);
    fake.service.extend.mockResolvedValue({ until, asked: until });
    press('Keep until…');
    press('In 4 h');
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() =>
      expect(fake.service.extend).toHaveBeenLastCalledWith('bob', '', before)
    );
    // What somebody else did is not undone, but ended.
    expect(await screen.findByText('Keep no longer')).toBeTruthy();
    expect(screen.queryByText('Undo')).toBeNull();
  });

  it('asks before a server is kept no longer that would stop at once', async () => {
    answer({
      kept: { until: isoAt(now + HOUR), by: 'alice', at: NOW },
      decision: decision({ last_activity: isoAt(now - 2 * HOUR) })
    });
    fake.actions.confirm.mockResolvedValue(false);
    show();
    fireEvent.click(await screen.findByText('Keep no longer'));
    await waitFor(() => expect(fake.actions.confirm).toHaveBeenCalledTimes(1));
    expect(fake.service.extend).not.toHaveBeenCalled();
  });

  it('says so where the hub allows less, or nothing', async () => {
    show();
    await screen.findByText('Keep until…');
    const until = isoAt(now + HOUR / 2);
    fake.service.extend.mockResolvedValue({ until, asked: isoAt(now + HOUR) });
    press('Keep until…');
    press('In 1 h');
    expect(
      await screen.findByText(
        `Your hub allows no longer. Kept until ${formatClock(until)}.`
      )
    ).toBeTruthy();
    fake.service.extend.mockRejectedValue(
      new ApiError(403, 'forbidden', 'The rules do not let you.')
    );
    press('Keep until…');
    press('In 4 h');
    expect(await screen.findByText('The rules do not let you.')).toBeTruthy();
  });

  it('takes another time, if it is ahead', async () => {
    show();
    await screen.findByText('Keep until…');
    press('Keep until…');
    press('Other…');
    const field = screen.getByLabelText('Keep until', { selector: 'input' });
    expect(document.activeElement).toBe(field);
    fireEvent.change(field, { target: { value: '2020-01-01T10:00' } });
    expect((button('Keep') as HTMLButtonElement).disabled).toBe(true);
    fireEvent.change(field, { target: { value: '2026-11-25T10:00' } });
    press('Keep');
    expect(fake.service.extend).toHaveBeenCalledWith(
      'bob',
      '',
      new Date(2026, 10, 25, 10).toISOString()
    );
  });

  it('offers only what the visitor may do', async () => {
    answer({ may_manage: false, groups: ['b'] });
    fake.service.info.mockResolvedValue({
      version: '0.1.0',
      name: 'assistant',
      may_edit_hub: false,
      may_edit_groups: ['a'],
      may_see_audit: true
    });
    show();
    await screen.findByText('Kernel train.ipynb');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('offers to exempt it, and to end what its own rule exempts', async () => {
    const exempt = {
      reason: 'Exam',
      until: isoAt(now + HOUR),
      origin: { level: 'server' as const, name: 'bob/' }
    };
    answer({ rules: effective({ exempt }) });
    show();
    fireEvent.click(await screen.findByText('Exempt…'));
    expect(fake.actions.command).toHaveBeenCalledWith('exemptServer', BOB);
    press('End exemption…');
    expect(fake.actions.command).toHaveBeenCalledWith('endExemption', BOB);
  });

  it('leads to the rule that it follows, those who may edit some', async () => {
    const origin = { level: 'group' as const, name: 'gpu' };
    answer({ decision: decision({ origin }) });
    const { unmount } = show();
    fireEvent.click(await screen.findByText('set for group gpu'));
    expect(fake.actions.showRule).toHaveBeenCalledWith('group', 'gpu');
    unmount();
    fake.actions.offers.mockReturnValue(false);
    show();
    const text = await screen.findByText('set for group gpu');
    expect(text.tagName).toBe('DD');
  });

  it('says when the rules stopped a server, and why', async () => {
    const entry = {
      id: 7,
      at: '2026-11-20T14:10:00Z',
      actor: 'hub_admin_lab',
      action: 'stop-server',
      user: 'bob',
      server: 'gpu',
      target: 'bob/gpu',
      reason: 'Not this one',
      rule: 'hub',
      outcome: 'done' as const,
      message: '',
      ended_at: null
    };
    fake.service.servers.mockResolvedValue(serviceServers());
    fake.service.audit.mockResolvedValue({
      items: [entry, { ...entry, id: 6, server: '', reason: 'Unused.' }],
      next: null
    });
    show(false);
    expect(screen.getByText('Stopped.')).toBeTruthy();
    expect(
      await screen.findByText(/last stopped it at .*: Unused\./)
    ).toBeTruthy();
  });

  it('says why nothing is known', async () => {
    fake.service.servers.mockRejectedValue(
      new ApiError(503, 'service_unavailable', 'The service is away.')
    );
    show();
    expect(screen.getByText('Loading…')).toBeTruthy();
    expect(
      await screen.findByText(/not known: The service is away\./)
    ).toBeTruthy();
    fake.service.servers.mockResolvedValue(serviceServers());
    await act(() => fake.hub.queryClient.refetchQueries());
    expect(
      await screen.findByText('The hub service does not know this server yet.')
    ).toBeTruthy();
  });
});
