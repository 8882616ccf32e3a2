import { Notification } from '@jupyterlab/apputils';
import { fireEvent, waitFor } from '@testing-library/react';

import { candidate, plan, who } from '../../testing/bulk';
import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  fakeCommands,
  opened,
  press
} from '../../testing/commands';
import type { IBulk } from '../../state/bulkRun';
import { UNDO_TIME } from '../../state/bulk';
import { CommandIDs } from '../ids';

const NAMES = ['alice', 'dora', 'eve', 'faythe', 'grace'];

describe('commands for all that match', () => {
  let fake: IFakeCommands;
  let commands: IFakeCommands['commands'];
  let start: jest.SpyInstance<
    Promise<IBulk>,
    Parameters<IFakeCommands['hub']['bulks']['start']>
  >;

  beforeEach(async () => {
    fake = await fakeCommands();
    ({ commands } = fake);
    start = jest
      .spyOn(fake.hub.bulks, 'start')
      .mockReturnValue(new Promise(() => undefined));
  });

  afterEach(() => closeAll(fake));

  const notes = () =>
    Notification.manager.notifications.map(({ message }) => message);
  const title = () =>
    document.querySelector('.jp-Dialog-header')?.textContent ?? '';

  it('act on all that match by the filter, loaded or not', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan(
        NAMES.map(name => candidate(name)),
        {
          total: 23,
          in_use: 3
        }
      )
    );
    const matching = {
      query: 'group:class-a',
      state: 'running' as const,
      count: 25
    };
    fake.hub.selection.selectMatching(matching);
    const done = commands.execute(CommandIDs.stopSelected);
    const node = await opened();
    expect(title()).toBe('Stop 20 servers?');
    expect(node.querySelector('.jp-HubAdmin-names')?.textContent).toBe(
      'faythe, graceand 18 more'
    );
    expect(node.textContent).toContain(
      'Nothing is done with 2 others that match.'
    );
    expect(node.textContent).toContain('3 more are in use: alice, dora, eve.');
    await press('Stop 20 servers');
    await done;
    const filter = { query: 'group:class-a', state: 'running' };
    expect(fake.client.planBulk.mock.calls[0]?.[0]).toEqual({
      action: 'stop',
      filter
    });
    expect(start.mock.calls).toEqual([
      [
        { action: 'stop', filter: { ...filter, spare_used_within: 600 } },
        20,
        UNDO_TIME
      ]
    ]);
  });

  it('leave busy servers out of very many, where it is known which these are', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan([candidate('alice', { busy: true })], {
        total: 23,
        in_use: 1,
        busy: 1
      })
    );
    fake.hub.selection.selectMatching({ query: '', state: 'all', count: null });
    const done = commands.execute(CommandIDs.stopSelected);
    await opened();
    await press('Stop 22 servers');
    await done;
    expect(start.mock.calls[0]?.[0].filter).toEqual({
      query: '',
      state: 'all',
      spare_used_within: 600,
      spare_busy: true
    });
  });

  it('act on those who were named, and nobody who matches later', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan(
        ['dora', 'eve', 'grace'].map(name => candidate(name)),
        { in_use: 1 }
      )
    );
    fake.hub.selection.selectMatching({ query: '', state: 'all', count: null });
    const done = commands.execute(CommandIDs.stopSelected);
    await opened();
    await press('Stop 2 servers');
    await done;
    expect(start.mock.calls[0]?.[0]).toEqual({
      action: 'stop',
      targets: [who('eve'), who('grace')]
    });
  });

  it('leave alone who has begun to work while the question was open', async () => {
    const found = (names: string[], in_use = 0) =>
      fake.client.planBulk.mockResolvedValueOnce(
        plan(
          names.map(name => candidate(name)),
          { in_use }
        )
      );
    found(['dora', 'eve']);
    fake.hub.selection.selectMatching({ query: '', state: 'all', count: null });
    const done = commands.execute(CommandIDs.stopSelected);
    await opened();
    found(['eve', 'dora'], 1);
    await press('Stop 2 servers');
    await done;
    expect(
      start.mock.calls.map(([request, count]) => [request, count])
    ).toEqual([[{ action: 'stop', targets: [who('dora')] }, 1]]);
    found(['dora']);
    fake.hub.selection.selectMatching({ query: '', state: 'all', count: null });
    const again = commands.execute(CommandIDs.stopSelected);
    await opened();
    found(['dora'], 1);
    await press('Stop 1 server');
    await again;
    expect(start).toHaveBeenCalledTimes(1);
    expect(notes()).toEqual([
      'There is no server to stop. All are in use by now.'
    ]);
  });

  it('act on those in use too where that is asked for', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan([candidate('dora'), candidate('eve')], { in_use: 1 })
    );
    fake.hub.selection.selectMatching({ query: '', state: 'all', count: null });
    const done = commands.execute(CommandIDs.stopSelected);
    const node = await opened();
    fireEvent.click(node.querySelector('input') as HTMLInputElement);
    await waitFor(() => expect(button('Stop 2 servers')).toBeTruthy());
    await press('Stop 2 servers');
    await done;
    expect(start.mock.calls[0]?.[0]).toEqual({
      action: 'stop',
      targets: [who('dora'), who('eve')]
    });
  });

  it('say that they are looked for where that takes long, and can be given up', async () => {
    fake.client.planBulk.mockImplementation(
      (_, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () =>
            reject(new DOMException('Given up.', 'AbortError'))
          );
        })
    );
    fake.hub.selection.selectMatching({ query: '', state: 'all', count: null });
    const done = commands.execute(CommandIDs.stopSelected);
    expect(notes()).toEqual([]);
    await waitFor(() => expect(notes()).toEqual(['Looking for the servers…']));
    const [note] = Notification.manager.notifications;
    note?.options.actions?.[0]?.callback(new MouseEvent('click'));
    await done;
    expect(notes()).toEqual([]);
    expect(document.querySelector('.jp-Dialog')).toBeNull();
    expect(fake.hub.selection.isActive()).toBe(true);
  });

  it('say so where nothing that matches can be acted on', async () => {
    fake.client.planBulk.mockResolvedValue(plan([]));
    fake.hub.selection.selectMatching({ query: '', state: 'all', count: 7 });
    await commands.execute(CommandIDs.restartSelected);
    expect(notes()).toEqual(['There is no server to restart.']);
    expect(start).not.toHaveBeenCalled();
  });

  it('start as many as there are, and ask above ten', async () => {
    const matching = { query: '', state: 'stopped' as const, count: null };
    const stopped = (count: number) =>
      plan(
        Array.from({ length: count }, (_, index) =>
          // Of no interest where nothing ends.
          candidate(`user-${index}`, { state: 'stopped' })
        ),
        { action: 'start', in_use: 2 }
      );
    fake.client.planBulk.mockResolvedValueOnce(stopped(10));
    fake.hub.selection.selectMatching(matching);
    await commands.execute(CommandIDs.startSelected);
    const [[request, count, delay] = []] = start.mock.calls;
    expect([request?.action, request?.targets?.length, count, delay]).toEqual([
      'start',
      10,
      10,
      0
    ]);
    fake.client.planBulk.mockResolvedValueOnce(stopped(11));
    fake.hub.selection.selectMatching(matching);
    void commands.execute(CommandIDs.startSelected);
    const node = await opened();
    expect(title()).toBe('Start 11 servers?');
    expect(node.querySelector('strong')).toBeNull();
  });
});
