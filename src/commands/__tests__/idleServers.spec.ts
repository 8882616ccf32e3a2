import { Notification } from '@jupyterlab/apputils';
import { fireEvent, waitFor } from '@testing-library/react';

import type { IBulk } from '../../state/bulkRun';
import { UNDO_TIME } from '../../state/bulk';
import { candidate, plan, who } from '../../testing/bulk';
import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  fakeCommands,
  opened,
  press
} from '../../testing/commands';
import { CommandIDs } from '../ids';

describe('stop idle servers', () => {
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
  const isFor = (query: string) =>
    fake.client.planBulk.mock.calls.some(
      ([request]) => request.filter?.query === query
    );

  it('shows who is idle for longer, and for how long', async () => {
    const used = new Date(Date.now() - 3 * 3_600_000).toISOString();
    fake.client.planBulk.mockImplementation(({ filter }) =>
      Promise.resolve(
        filter?.query === 'idle:>2h'
          ? plan([
              candidate('peggy', { last_activity: used }),
              candidate('bob', { server: 'gpu', last_activity: used })
            ])
          : plan([])
      )
    );
    void commands.execute(CommandIDs.stopIdleServers);
    const node = await opened();
    await waitFor(() => expect(button('Stop 2 servers')).toBeTruthy());
    expect(
      [...node.querySelectorAll('li')].map(item => item.textContent)
    ).toEqual(['peggy: idle for 3 hours', 'bob/gpu: idle for 3 hours']);
    expect(document.activeElement).toBe(button('Cancel'));
    const field = node.querySelector('input') as HTMLInputElement;
    fireEvent.change(field, { target: { value: '1 h 30 min' } });
    // What was found for another limit is not to be stopped.
    await waitFor(() => expect(button('Stop')?.disabled).toBe(true));
    await waitFor(() => expect(isFor('idle:>1h30min')).toBe(true));
    await waitFor(() => expect(node.textContent).toContain('Nothing stops.'));
    expect(button('Stop')?.disabled).toBe(true);
  });

  it('stops those who were shown and are still idle', async () => {
    fake.client.planBulk.mockResolvedValueOnce(
      plan(['peggy', 'woken', 'zoe'].map(name => candidate(name)))
    );
    const done = commands.execute(CommandIDs.stopIdleServers);
    await opened();
    await waitFor(() => expect(button('Stop 3 servers')).toBeTruthy());
    fake.client.planBulk.mockResolvedValueOnce(
      plan(['peggy', 'new', 'zoe'].map(name => candidate(name)))
    );
    await press('Stop 3 servers');
    await done;
    expect(start.mock.calls).toEqual([
      [{ action: 'stop', targets: [who('peggy'), who('zoe')] }, 2, UNDO_TIME]
    ]);
  });

  it('stops very many by the limit', async () => {
    fake.client.planBulk.mockResolvedValueOnce(
      plan([candidate('peggy')], { total: 1200 })
    );
    const done = commands.execute(CommandIDs.stopIdleServers);
    const node = await opened();
    await waitFor(() => expect(button('Stop 1200 servers')).toBeTruthy());
    expect(node.textContent).toContain('and 1199 more');
    await press('Stop 1200 servers');
    await done;
    expect(start.mock.calls).toEqual([
      [{ action: 'stop', filter: { query: 'idle:>2h' } }, 1200, UNDO_TIME]
    ]);
  });

  it('stops nothing where nobody is idle any more', async () => {
    fake.client.planBulk.mockResolvedValueOnce(plan([candidate('peggy')]));
    const done = commands.execute(CommandIDs.stopIdleServers);
    await opened();
    await waitFor(() => expect(button('Stop 1 server')).toBeTruthy());
    fake.client.planBulk.mockResolvedValueOnce(plan([]));
    await press('Stop 1 server');
    await done;
    expect(start).not.toHaveBeenCalled();
    expect(notes()).toEqual(['No server was idle any more.']);
  });

  it('says why they could not be listed', async () => {
    fake.client.planBulk.mockRejectedValue(new Error('The hub is away.'));
    void commands.execute(CommandIDs.stopIdleServers);
    const node = await opened();
    await waitFor(() =>
      expect(node.textContent).toContain(
        'The servers could not be listed: The hub is away.'
      )
    );
    expect(button('Stop')?.disabled).toBe(true);
  });
});
