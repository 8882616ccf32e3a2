import { Notification } from '@jupyterlab/apputils';

import { ApiError } from '../../api/errors';
import type { ServiceServer } from '../../api/types';
import { keys } from '../../state/keys';
import { who } from '../../testing/bulk';
import type { IFakeCommands } from '../../testing/commands';
import {
  closeAll,
  fakeCommands,
  opened,
  press,
  type
} from '../../testing/commands';
import { info } from '../../testing/samples';
import { serviceServer, serviceServers } from '../../testing/service';
import { CommandIDs } from '../ids';

const UNTIL = new Date(Date.now() + 4 * 3_600_000).toISOString();

describe('keep what is selected', () => {
  let fake: IFakeCommands;
  let commands: IFakeCommands['commands'];

  beforeEach(async () => {
    fake = await fakeCommands();
    ({ commands } = fake);
    fake.client.info.mockResolvedValue(info({ service: { version: '0.1.0' } }));
    await fake.hub.info.load();
    const servers: ServiceServer[] = [
      serviceServer('alice'),
      serviceServer('bob'),
      serviceServer('zoe', { may_manage: false })
    ];
    fake.hub.queryClient.setQueryData(keys.serviceServers(''), {
      ...serviceServers(...servers),
      byWho: new Map(servers.map(each => [each.user, each])),
      took: 0,
      ahead: 0
    });
    fake.service.extend.mockResolvedValue({ until: UNTIL, asked: UNTIL });
  });

  afterEach(() => closeAll(fake));

  const isVisible = () => commands.isVisible(CommandIDs.keepSelected);
  const notes = () =>
    Notification.manager.notifications.map(({ message }) => message);

  it('is offered where one of them can be kept', () => {
    expect(isVisible()).toBe(false);
    // One that is stopped, and one that only others may keep.
    fake.hub.selection.set([who('carol'), who('zoe')]);
    expect(isVisible()).toBe(false);
    fake.hub.selection.set([who('carol'), who('alice')]);
    expect(isVisible()).toBe(true);
  });

  it('asks until when, and keeps those that can be kept', async () => {
    fake.hub.selection.set(['alice', 'bob', 'carol', 'zoe'].map(u => who(u)));
    const done = commands.execute(CommandIDs.keepSelected);
    const node = await opened();
    expect(node.textContent).toContain('Keep 2 servers running');
    type('Keep until', '1');
    await press('Keep');
    await done;
    const { calls } = fake.service.extend.mock;
    expect(calls.map(([user]) => user)).toEqual(['alice', 'bob']);
    expect(Date.parse(calls[0]?.[2] ?? '') / 60_000).toBeCloseTo(
      Date.parse(UNTIL) / 60_000,
      0
    );
    expect(notes()).toEqual(['2 servers are kept.']);
  });

  it('says who could not be kept and why', async () => {
    fake.hub.selection.set([who('alice'), who('bob')]);
    fake.service.extend.mockImplementation(user =>
      user === 'bob'
        ? Promise.reject(new ApiError(403, 'forbidden', 'Not of class-b.'))
        : Promise.resolve({ until: UNTIL, asked: UNTIL })
    );
    void commands.execute(CommandIDs.keepSelected);
    await opened();
    type('Keep until', '1');
    await press('Keep');
    await new Promise(resolve => setTimeout(resolve, 0));
    const node = await opened();
    expect(node.textContent).toContain('1 of 2 servers kept');
    expect(node.querySelector('li')?.textContent).toBe('bob: Not of class-b.');
  });

  it('says that the hub allows no longer', async () => {
    fake.hub.selection.set([who('alice'), who('bob')]);
    const soon = new Date(Date.now() + 600_000).toISOString();
    fake.service.extend.mockResolvedValueOnce({ until: soon, asked: UNTIL });
    const done = commands.execute(CommandIDs.keepSelected);
    await opened();
    type('Keep until', '1');
    await press('Keep');
    await done;
    expect(notes()).toEqual(['Your hub keeps 1 server for less than that.']);
  });
});
