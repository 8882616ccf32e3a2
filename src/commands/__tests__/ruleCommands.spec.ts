import { keys } from '../../state/keys';
import type { IFakeCommands } from '../../testing/commands';
import { closeAll, fakeCommands } from '../../testing/commands';
import { info } from '../../testing/samples';
import { CommandIDs } from '../ids';

describe('the command that shows the idle rules', () => {
  let fake: IFakeCommands;
  const dashboard = jest.fn<void, [object]>();

  beforeEach(async () => {
    fake = await fakeCommands();
    const { commands } = fake;
    commands.addCommand(CommandIDs.dashboard, {
      describedBy: { args: {} },
      execute: dashboard
    });
    dashboard.mockReset();
  });

  afterEach(() => closeAll(fake));

  const load = async (service = true, edit_rules = true) => {
    fake.client.info.mockResolvedValue(
      info({ service: service ? { version: null } : null }, { edit_rules })
    );
    await fake.hub.info.load();
  };
  const isVisible = (args = {}) =>
    fake.commands.isVisible(CommandIDs.idleRules, args);

  it('is there with a service, for those who may edit some', async () => {
    await load(false);
    expect(isVisible()).toBe(false);
    await load(true, false);
    expect(isVisible()).toBe(false);
    await load();
    expect(isVisible()).toBe(true);
  });

  it('opens the tab, at the user or the server that is named', async () => {
    await load();
    const open = async (args: object) => {
      await fake.commands.execute(CommandIDs.idleRules, { ...args });
      return dashboard.mock.lastCall?.[0];
    };
    expect(await open({})).toEqual({ tab: 'rules' });
    expect(await open({ user: 'bob' })).toEqual({
      tab: 'rules',
      level: 'user',
      name: 'bob'
    });
    expect(await open({ user: 'bob', server: 'gpu' })).toEqual({
      tab: 'rules',
      level: 'server',
      name: 'bob/gpu'
    });
  });

  it('is not offered for users whose rules are not theirs to edit', async () => {
    await load();
    const args = { user: 'alice' };
    expect(isVisible(args)).toBe(true);
    const access = (may_edit_groups: string[] | null) =>
      fake.hub.queryClient.setQueryData(keys.serviceInfo, {
        version: '',
        name: 'x',
        may_edit_hub: may_edit_groups === null,
        may_edit_groups,
        may_see_audit: false
      });
    access(['class-b']);
    expect(isVisible(args)).toBe(false);
    access(null);
    expect(isVisible(args)).toBe(true);
  });
});
