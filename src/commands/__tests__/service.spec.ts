import { Notification } from '@jupyterlab/apputils';
import { waitFor } from '@testing-library/react';

import { ApiError } from '../../api/errors';
import type { ServiceInfo, ServiceServer } from '../../api/types';
import { toLocalInput } from '../../components/why/choices';
import { serviceNow } from '../../state/fate';
import { keys } from '../../state/keys';
import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  dialog,
  fakeCommands,
  opened,
  press,
  type
} from '../../testing/commands';
import { info, page, server, user } from '../../testing/samples';
import {
  effective,
  preview,
  ruleView,
  rulesView,
  serviceServer,
  serviceServers
} from '../../testing/service';
import { isEmptyRule } from '../exemptServer';
import { CommandIDs } from '../ids';

const ADMIN: ServiceInfo = {
  version: '0.1.0',
  name: 'admin',
  may_edit_hub: true,
  may_edit_groups: null,
  may_see_audit: true
};

const HOUR = 3_600_000;

const LATER = '2126-11-23T10:00';
const LATER_ISO = new Date(2126, 10, 23, 10).toISOString();

describe('the commands of the hub service', () => {
  let fake: IFakeCommands;
  let commands: IFakeCommands['commands'];
  const alice = { user: 'alice', server: '' };

  beforeEach(async () => {
    fake = await fakeCommands();
    ({ commands } = fake);
  });

  afterEach(() => closeAll(fake));

  const withService = async (
    servers: ServiceServer[] = [serviceServer('alice')],
    service = ADMIN,
    ahead = 0
  ) => {
    fake.client.info.mockResolvedValue(
      info({ service: { version: '0.1.0' } }, { edit_rules: true })
    );
    await fake.hub.info.load();
    const { queryClient } = fake.hub;
    queryClient.setQueryData(keys.serviceInfo, service);
    queryClient.setQueryData(keys.serviceServers(''), {
      ...serviceServers(...servers),
      byWho: new Map(servers.map(each => [each.user, each])),
      took: 0,
      ahead
    });
    fake.service.servers.mockResolvedValue(serviceServers(...servers));
    fake.service.info.mockResolvedValue(service);
    fake.service.rules.mockResolvedValue(rulesView());
    fake.service.putRule.mockResolvedValue(ruleView('server', 'alice/', {}));
  };
  const isVisible = (id: string, args: object = {}) =>
    commands.isVisible(id, { ...args });
  const OURS = [
    CommandIDs.keepServer,
    CommandIDs.exemptServer,
    CommandIDs.openLog
  ];

  it('are absent without the service', () => {
    expect(OURS.filter(id => isVisible(id))).toEqual([]);
    expect(isVisible(CommandIDs.keepServer, alice)).toBe(false);
  });

  it('are there where the visitor may do it', async () => {
    const groups = (user: string, group: string, may_manage = true) =>
      serviceServer(user, { groups: [group], may_manage });
    await withService(
      [groups('alice', 'a'), groups('carol', 'b'), groups('bob', 'a', false)],
      { ...ADMIN, may_edit_hub: false, may_edit_groups: ['a'] }
    );
    expect(isVisible(CommandIDs.keepServer)).toBe(true);
    const offered = ['alice', 'carol', 'bob', 'zoe'].map(user => [
      isVisible(CommandIDs.keepServer, { user }),
      isVisible(CommandIDs.exemptServer, { user }),
      isVisible(CommandIDs.endExemption, { user })
    ]);
    expect(offered).toEqual([
      [true, true, false],
      [true, false, false],
      [false, true, false],
      [false, false, false]
    ]);
  });

  it('keep a server until what was chosen', async () => {
    await withService();
    const until = new Date(Date.now() + 4 * 3_600_000).toISOString();
    fake.service.extend.mockResolvedValue({ until, asked: until });
    const done = commands.execute(CommandIDs.keepServer, alice);
    const node = await opened();
    expect(node.textContent).toContain('Keep server of alice running');
    type('Keep until', '1');
    await press('Keep');
    await done;
    const [user, server, asked] = fake.service.extend.mock.calls[0] ?? [];
    expect([user, server]).toEqual(['alice', '']);
    expect(Date.parse(asked ?? '') / 60_000).toBeCloseTo(
      Date.now() / 60_000 + 240,
      0
    );
    expect(Notification.manager.notifications[0]?.message).toMatch(
      /^alice is kept until /
    );
  });

  it('count by the clock of the service', async () => {
    await withService([serviceServer('alice')], ADMIN, 3 * HOUR);
    const until = new Date(Date.now() + 4 * HOUR).toISOString();
    fake.service.extend.mockResolvedValue({ until, asked: until });
    const done = commands.execute(CommandIDs.keepServer, alice);
    await opened();
    type('Keep until', 'other');
    type('Other end', toLocalInput(Date.now() + 2 * HOUR));
    await waitFor(() => expect(button('Keep')?.disabled).toBe(true));
    type('Keep until', '0');
    await waitFor(() => expect(button('Keep')?.disabled).toBe(false));
    await press('Keep');
    await done;
    const asked = fake.service.extend.mock.calls[0]?.[2] ?? '';
    expect((Date.parse(asked) - Date.now()) / HOUR).toBeCloseTo(4, 0);
  });

  it('keep a server until another time, which has to be ahead', async () => {
    await withService();
    fake.service.extend.mockRejectedValueOnce(
      new ApiError(403, 'forbidden', 'The rules do not let you.')
    );
    const done = commands.execute(CommandIDs.keepServer, alice);
    await opened();
    type('Keep until', 'other');
    type('Other end', '2020-01-01T10:00');
    await waitFor(() => expect(button('Keep')?.disabled).toBe(true));
    type('Other end', LATER);
    await waitFor(() => expect(button('Keep')?.disabled).toBe(false));
    await press('Keep');
    await waitFor(() =>
      expect(dialog()?.textContent).toContain('The rules do not let you.')
    );
    const until = '2026-11-23T15:00:00Z';
    fake.service.extend.mockResolvedValue({ until, asked: LATER_ISO });
    await press('Keep');
    await done;
    expect(fake.service.extend).toHaveBeenLastCalledWith(
      'alice',
      '',
      LATER_ISO
    );
    expect(Notification.manager.notifications[0]?.message).toMatch(
      /^Your hub allows no longer\. alice is kept until /
    );
  });

  it('keep a server at once where the time is given', async () => {
    await withService();
    fake.service.extend.mockResolvedValue({
      until: LATER_ISO,
      asked: LATER_ISO
    });
    await commands.execute(CommandIDs.keepServer, {
      ...alice,
      until: LATER_ISO
    });
    expect(fake.service.extend).toHaveBeenCalledWith('alice', '', LATER_ISO);
    expect(dialog()).toBeNull();
    fake.service.extend.mockRejectedValue(new ApiError(503, 'x', 'Away.'));
    await commands.execute(CommandIDs.keepServer, {
      ...alice,
      until: LATER_ISO
    });
    expect(fake.actions.showProblem).toHaveBeenCalledWith(alice, 'Away.');
  });

  it('ask which server, of those that may be kept', async () => {
    await withService([
      serviceServer('alice'),
      serviceServer('bob', { may_manage: false })
    ]);
    fake.client.listUsers.mockResolvedValue(
      page(['alice', 'bob'].map(name => user(name, server(name, 'running'))))
    );
    fake.service.servers.mockResolvedValue({
      ...(await fake.service.servers('')),
      now: new Date(Date.now() + 3 * HOUR).toISOString()
    });
    const done = commands.execute(CommandIDs.keepServer);
    const node = await opened();
    expect(node.textContent).toContain('Keep a server running');
    // Its answer told the clock of the service as well.
    const ahead = serviceNow(fake.hub, 'alice') - Date.now();
    expect(ahead / HOUR).toBeCloseTo(3, 0);
    await waitFor(() =>
      expect(
        [...node.querySelectorAll('[role="option"]')].map(
          option => option.textContent
        )
      ).toEqual(['alice'])
    );
    await press('Cancel');
    await done;
    fake.service.servers.mockRejectedValue(new ApiError(503, 'x', 'Away.'));
    const again = commands.execute(CommandIDs.keepServer);
    await waitFor(() => expect(dialog()?.textContent).toContain('Away.'));
    await press('Close');
    await again;
    expect(fake.service.extend).not.toHaveBeenCalled();
  });

  it('exempt a server beside what its rule sets, at its version', async () => {
    await withService();
    const rule = { server: { idle_timeout: 60 }, exempt: null };
    fake.service.rules.mockResolvedValue(
      rulesView(
        ruleView('server', 'alice/gpu', {}),
        ruleView('server', 'alice/', rule, { version: 7 })
      )
    );
    const done = commands.execute(CommandIDs.exemptServer, alice);
    const node = await opened();
    expect(node.textContent).toContain('Exempt server of alice');
    expect(button('Exempt')?.disabled).toBe(true);
    type('Reason', ' Exam ');
    type('End', LATER);
    await waitFor(() => expect(button('Exempt')?.disabled).toBe(false));
    await press('Exempt');
    await done;
    expect(fake.service.putRule).toHaveBeenCalledWith(
      'server',
      'alice/',
      { ...rule, exempt: { reason: 'Exam', until: LATER_ISO } },
      7
    );
  });

  it('take the newest rule where somebody else has changed it', async () => {
    await withService();
    fake.service.putRule.mockRejectedValueOnce(
      new ApiError(409, 'rule_changed', 'admin2 changed this rule.')
    );
    const done = commands.execute(CommandIDs.exemptServer, alice);
    await opened();
    type('Reason', 'Exam');
    await waitFor(() => expect(button('Exempt')?.disabled).toBe(false));
    await press('Exempt');
    await waitFor(() =>
      expect(dialog()?.textContent).toContain('admin2 changed this rule.')
    );
    fake.service.rules.mockResolvedValue(
      rulesView(
        ruleView(
          'server',
          'alice/',
          { server: { max_age: 60 } },
          { version: 8 }
        )
      )
    );
    await press('Exempt');
    await done;
    const [first, second] = fake.service.putRule.mock.calls;
    expect(first?.[3]).toBe(0);
    expect(second?.[2]).toMatchObject({
      server: { max_age: 60 },
      exempt: { reason: 'Exam' }
    });
    expect(second?.[3]).toBe(8);
  });

  describe('ending an exemption', () => {
    const exempt = { reason: 'Exam', until: LATER_ISO };
    const exempted = serviceServer('alice', {
      rules: effective({
        exempt: { ...exempt, origin: { level: 'server', name: 'alice/' } }
      })
    });

    beforeEach(async () => {
      await withService([exempted]);
      fake.service.rules.mockResolvedValue(
        rulesView(ruleView('server', 'alice/', { server: {}, exempt }))
      );
      fake.service.deleteRule.mockResolvedValue(undefined);
    });

    it('says first that the server stops at once', async () => {
      expect(isVisible(CommandIDs.endExemption, alice)).toBe(true);
      fake.service.preview.mockResolvedValue(preview(['alice']));
      const done = commands.execute(CommandIDs.endExemption, alice);
      const node = await opened();
      expect(node.textContent).toContain('It stops at once: Nothing used');
      expect(fake.service.preview).toHaveBeenCalledWith([
        { level: 'server', name: 'alice/', rule: null }
      ]);
      await press('End and stop');
      await done;
      // Nothing else was set there.
      expect(fake.service.deleteRule).toHaveBeenCalledWith(
        'server',
        'alice/',
        3
      );
    });

    it('keeps what else the rule sets', async () => {
      const rule = { server: { idle_timeout: 60 }, exempt };
      fake.service.rules.mockResolvedValue(
        rulesView(ruleView('server', 'alice/', rule))
      );
      fake.service.preview.mockResolvedValue(preview([], ['alice']));
      const done = commands.execute(CommandIDs.endExemption, alice);
      const node = await opened();
      expect(node.textContent).toContain('It then stops at ');
      await press('End exemption');
      await done;
      expect(fake.service.putRule).toHaveBeenCalledWith(
        'server',
        'alice/',
        { ...rule, exempt: null },
        3
      );
    });

    it('shows why it could not be ended', async () => {
      fake.service.preview.mockRejectedValue(new ApiError(503, 'x', 'Away.'));
      await commands.execute(CommandIDs.endExemption, alice);
      expect(fake.actions.showProblem).toHaveBeenCalledWith(alice, 'Away.');
      expect(fake.service.deleteRule).not.toHaveBeenCalled();
    });
  });

  it('know a rule that sets nothing', () => {
    expect(isEmptyRule({ server: { a: null }, exempt: null })).toBe(true);
    expect(isEmptyRule({ kernels: { cull_busy: false } })).toBe(false);
  });
});
