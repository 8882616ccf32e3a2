import { Notification } from '@jupyterlab/apputils';
import { fireEvent, waitFor } from '@testing-library/react';

import { ApiError } from '../../api/errors';
import { candidate, plan, who } from '../../testing/bulk';
import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  dialog,
  fakeCommands,
  opened,
  press
} from '../../testing/commands';
import { trans } from '../../testing/hub';
import { info } from '../../testing/samples';
import type { IBulk } from '../../state/bulkRun';
import { UNDO_TIME } from '../../state/bulk';
import { patchUsers } from '../../state/patch';
import { sortOut } from '../bulkTargets';
import { CommandIDs } from '../ids';

const NAMES = ['alice', 'dora', 'eve', 'faythe', 'grace'];

describe('commands for many servers', () => {
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

  const select = (...names: string[]) =>
    fake.hub.selection.set(names.map(name => who(name)));
  const notes = () =>
    Notification.manager.notifications.map(({ message }) => message);
  const title = () =>
    document.querySelector('.jp-Dialog-header')?.textContent ?? '';

  it('are there with a selection and where they are allowed', async () => {
    const ids = [
      CommandIDs.startSelected,
      CommandIDs.stopSelected,
      CommandIDs.restartSelected
    ];
    const offered = (args = {}) =>
      ids.filter(id => commands.isVisible(id, args));
    expect(offered()).toEqual([]);
    expect(offered({ servers: [] })).toEqual(ids);
    const changed = jest.fn();
    commands.commandChanged.connect(changed);
    select('alice', 'dora');
    expect(changed).toHaveBeenCalled();
    expect(offered()).toEqual(ids);
    fake.client.info.mockResolvedValue(info({}, { stop_servers: false }));
    await fake.hub.info.load();
    expect(offered()).toEqual([CommandIDs.startSelected]);
    fake.client.info.mockResolvedValue(info({ at_home: false }));
    await fake.hub.info.load();
    expect(offered()).toEqual([]);
    expect(commands.isVisible(CommandIDs.selectAll)).toBe(false);
  });

  it('select all that match in the list that was used last', () => {
    const selectAll = jest.fn();
    fake.hub.cursor.lists.add({ selectAll } as never);
    void commands.execute(CommandIDs.selectAll);
    expect(selectAll).toHaveBeenCalledTimes(1);
  });

  it('name everybody before a stop, and stop them after a while', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan(NAMES.map(name => candidate(name)))
    );
    select(...NAMES);
    const done = commands.execute(CommandIDs.stopSelected);
    const node = await opened();
    expect(title()).toBe('Stop 5 servers?');
    expect(node.getAttribute('aria-label')).toBe(
      'Stop 5 servers? Running kernels and terminals end.'
    );
    expect(node.querySelector('.jp-HubAdmin-names')?.textContent).toBe(
      'alice, dora, eve, faythe, grace'
    );
    expect(node.textContent).toContain('Files in the home directory.');
    expect(node.querySelector('input')).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(button('Cancel')));
    expect(button('Stop 5 servers')?.classList).toContain('jp-mod-warn');
    await press('Stop 5 servers');
    await done;
    const targets = NAMES.map(name => who(name));
    expect(fake.client.planBulk.mock.calls[0]?.[0]).toEqual({
      action: 'stop',
      targets
    });
    expect(start.mock.calls).toEqual([
      [{ action: 'stop', targets }, 5, UNDO_TIME]
    ]);
    expect(fake.hub.selection.isActive()).toBe(false);
  });

  it('leave running what is in use, unless they are told otherwise', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan(
        ['élodie', 'dora', 'eve', 'grace'].map(name => candidate(name)),
        { in_use: 2 }
      )
    );
    select('dora', 'grace', 'élodie', 'eve');
    const done = commands.execute(CommandIDs.restartSelected);
    const node = await opened();
    const names = () =>
      node.querySelector('.jp-HubAdmin-names')?.textContent ?? '';
    expect(title()).toBe('Restart 2 servers?');
    expect(names()).toBe('grace, eve');
    expect(node.querySelector('strong')?.textContent).toBe(
      '2 more are in use: élodie, dora.'
    );
    expect(node.textContent).toContain('They start again at once');
    const box = node.querySelector('input') as HTMLInputElement;
    expect(box.checked).toBe(true);
    expect(box.labels?.[0]?.textContent).toBe('Leave them running.');
    fireEvent.click(box);
    await waitFor(() => expect(title()).toBe('Restart 4 servers?'));
    expect(button('Restart 4 servers')?.disabled).toBe(false);
    expect(names()).toBe('dora, grace, élodie, eve');
    expect(node.querySelector('strong')?.textContent).toBe(
      '2 of them are in use: élodie, dora.'
    );
    fireEvent.click(box);
    await waitFor(() => expect(title()).toBe('Restart 2 servers?'));
    await press('Restart 2 servers');
    await done;
    expect(start.mock.calls[0]?.[0]).toEqual({
      action: 'restart',
      targets: [who('grace'), who('eve')]
    });
  });

  it('stop nobody by default where all are in use', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan([candidate('dora'), candidate('eve')], { in_use: 2 })
    );
    select('dora', 'eve');
    void commands.execute(CommandIDs.stopSelected);
    const node = await opened();
    expect(title()).toBe('Stop servers?');
    expect(node.querySelector('strong')?.textContent).toBe(
      '2 are in use: dora, eve.'
    );
    await waitFor(() => expect(button('Stop')?.disabled).toBe(true));
    fireEvent.click(node.querySelector('input') as HTMLInputElement);
    await waitFor(() => expect(button('Stop 2 servers')?.disabled).toBe(false));
  });

  it('leave out what cannot be acted on, and say so', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan([
        candidate('alice'),
        candidate('bob', { state: 'starting' }),
        candidate('zoe', { state: 'stopped' })
      ])
    );
    select('admin', 'alice', 'bob', 'carol', 'zoe');
    const done = commands.execute(CommandIDs.stopSelected);
    const node = await opened();
    expect(title()).toBe('Stop 2 servers?');
    expect(node.textContent).toContain('The server you are in is left out.');
    expect(node.textContent).toContain('2 are stopped already.');
    await press('Stop 2 servers');
    await done;
    // What was known to be of no use was not even looked at.
    expect(fake.client.planBulk.mock.calls[0]?.[0].targets).toEqual([
      who('alice'),
      who('bob'),
      who('zoe')
    ]);
    expect(start.mock.calls[0]?.[0].targets).toEqual([
      who('alice'),
      who('bob')
    ]);
  });

  it('say so where there is nothing to do', async () => {
    select('admin', 'carol');
    await commands.execute(CommandIDs.stopSelected);
    expect(dialog()).toBeNull();
    expect(notes()).toEqual([
      'There is no server to stop. The server you are in is left out. 1 is stopped already.'
    ]);
    expect(start).not.toHaveBeenCalled();
  });

  it('start a few without asking, and ask above ten', async () => {
    select('alice', 'carol', 'dora');
    await commands.execute(CommandIDs.startSelected);
    expect(dialog()).toBeNull();
    expect(notes()).toEqual(['1 is running already.']);
    expect(start.mock.calls).toEqual([
      [{ action: 'start', targets: [who('carol'), who('dora')] }, 2, 0]
    ]);
    const many = Array.from({ length: 11 }, (_, index) => `user-${index}`);
    select(...many);
    void commands.execute(CommandIDs.startSelected);
    const node = await opened();
    expect(title()).toBe('Start 11 servers?');
    expect(node.textContent).toContain('At most 10 start at a time.');
    expect(node.textContent).not.toContain('Files in the home directory.');
    await waitFor(() =>
      expect(document.activeElement).toBe(button('Start 11 servers'))
    );
    await press('Start 11 servers');
    await waitFor(() => expect(start).toHaveBeenCalledTimes(2));
    expect(start.mock.calls[1]?.slice(1)).toEqual([11, 0]);
  });

  it('select again what was undone', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan([candidate('dora'), candidate('eve')])
    );
    let undo: (bulk: IBulk) => void = () => undefined;
    start.mockReturnValue(
      new Promise(resolve => {
        undo = resolve;
      })
    );
    select('dora', 'eve');
    const done = commands.execute(CommandIDs.stopSelected);
    await opened();
    await press('Stop 2 servers');
    await done;
    expect(fake.hub.selection.isActive()).toBe(false);
    undo({ phase: 'undone' } as IBulk);
    await waitFor(() =>
      expect([...fake.hub.selection.get().servers.keys()]).toEqual([
        'dora',
        'eve'
      ])
    );
  });

  it('hand the focus from a button that goes with the selection to the row', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan([candidate('dora'), candidate('eve')])
    );
    const revealRow = jest.fn().mockReturnValue(true);
    fake.hub.cursor.lists.add({ revealRow } as never);
    fake.hub.cursor.who = who('eve');
    const bar = document.createElement('button');
    document.body.append(bar);
    bar.focus();
    select('dora', 'eve');
    fake.hub.selection.subscribe(() => bar.remove());
    const done = commands.execute(CommandIDs.stopSelected);
    await opened();
    await press('Stop 2 servers');
    await done;
    await waitFor(() => expect(revealRow.mock.calls).toEqual([['eve']]));
  });

  it('look at very many in parts', async () => {
    const names = Array.from({ length: 1500 }, (_, index) => `user-${index}`);
    fake.client.planBulk.mockImplementation(({ targets }) =>
      Promise.resolve(
        plan(
          (targets ?? []).map(({ user }) => candidate(user)),
          { in_use: 1 }
        )
      )
    );
    select(...names);
    void commands.execute(CommandIDs.stopSelected);
    const node = await opened();
    expect(title()).toBe('Stop 1498 servers?');
    expect(node.querySelector('strong')?.textContent).toBe(
      '2 more are in use: user-0, user-1000.'
    );
  });

  it('keep the selection where the question is given up', async () => {
    fake.client.planBulk.mockResolvedValue(
      plan([candidate('dora'), candidate('eve')])
    );
    select('dora', 'eve');
    const done = commands.execute(CommandIDs.stopSelected);
    await opened();
    await press('Cancel');
    await done;
    expect(start).not.toHaveBeenCalled();
    expect(fake.hub.selection.isActive()).toBe(true);
  });

  it('take servers as arguments, and leave the selection as it is', async () => {
    select('alice');
    await commands.execute(CommandIDs.startSelected, {
      servers: [
        { user: 'carol' },
        { user: 'bob', server: 'gpu' },
        { user: 'carol', server: '' },
        'nonsense',
        null
      ]
    });
    expect(start.mock.calls[0]?.[0].targets).toEqual([
      who('carol'),
      who('bob', 'gpu')
    ]);
    expect(fake.hub.selection.has(who('alice'))).toBe(true);
  });

  it('restart only where both halves of it are allowed', async () => {
    select('alice', 'dora');
    fake.client.info.mockResolvedValue(info({}, { start_servers: false }));
    await fake.hub.info.load();
    expect(commands.isVisible(CommandIDs.stopSelected)).toBe(true);
    expect(commands.isVisible(CommandIDs.restartSelected)).toBe(false);
  });

  it('leave out of a restart who may not be started', () => {
    patchUsers(fake.hub.queryClient, old => ({
      ...old,
      may_start: old.name !== 'alice'
    }));
    const chosen = [who('alice'), who('dora')];
    const sorted = sortOut(fake.hub, trans, 'restart', chosen);
    expect(sorted).toEqual({
      targets: [who('dora')],
      leftOut: ['You may not restart 1 of them.']
    });
  });

  it('ask for a single server as its own row does', async () => {
    select('alice');
    void commands.execute(CommandIDs.stopSelected);
    await opened();
    expect(title()).toBe('Stop server of alice?');
    expect(fake.client.planBulk).not.toHaveBeenCalled();
  });

  it('tell why it is not known what would happen', async () => {
    fake.client.planBulk.mockRejectedValue(
      new ApiError(502, 'hub_unreachable', 'Connection refused')
    );
    select('dora', 'eve');
    await commands.execute(CommandIDs.stopSelected);
    const node = await opened();
    expect(title()).toBe('The servers could not be stopped.');
    expect(node.textContent).toContain('Connection refused');
    expect(start).not.toHaveBeenCalled();
  });
});
