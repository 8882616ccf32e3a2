import { Notification } from '@jupyterlab/apputils';

import type { IFakeCommands } from '../../testing/commands';
import {
  button,
  closeAll,
  fakeCommands,
  opened,
  press
} from '../../testing/commands';
import { details, info, server } from '../../testing/samples';
import { CommandIDs } from '../ids';

describe('opening a server', () => {
  let fake: IFakeCommands;
  let commands: IFakeCommands['commands'];

  beforeEach(async () => {
    fake = await fakeCommands();
    ({ commands } = fake);
  });

  afterEach(() => closeAll(fake));

  const tab = { opener: window as unknown, location: { href: '' } };
  let open: jest.SpyInstance;

  beforeEach(() => {
    tab.opener = window;
    tab.location.href = '';
    open = jest.spyOn(window, 'open').mockReturnValue(tab as unknown as Window);
  });

  it('says what it means, then opens a tab without an opener', async () => {
    const done = commands.execute(CommandIDs.accessServer, { user: 'alice' });
    const node = await opened();
    expect(node.textContent).toContain('You work as alice');
    expect(node.textContent).toContain('each save overwrites');
    expect(node.textContent).toContain('can act as you');
    await press('Open in new tab');
    await done;
    expect(open.mock.calls).toEqual([['about:blank']]);
    expect(tab.opener).toBeNull();
    expect(tab.location.href).toBe('http://localhost/user/alice/');
    expect(fake.neverAskAgain).not.toHaveBeenCalled();
  });

  it('says nothing of one address where every server has its own', async () => {
    fake.client.info.mockResolvedValue(
      info({
        hub: { version: '6', prefix: '/hub/', host: 'https://hub.example' }
      })
    );
    await fake.hub.info.load();
    void commands.execute(CommandIDs.accessServer, { user: 'alice' });
    const node = await opened();
    expect(node.textContent).not.toContain('can act as you');
    expect(button('Copy address')).toBeUndefined();
  });

  it('gives the address for a private window', async () => {
    const done = commands.execute(CommandIDs.accessServer, { user: 'alice' });
    await opened();
    await press('Copy address');
    await done;
    expect(fake.actions.copy).toHaveBeenCalledWith(
      'http://localhost/user/alice/'
    );
    expect(open).not.toHaveBeenCalled();
  });

  it('can be told not to ask again', async () => {
    const done = commands.execute(CommandIDs.accessServer, { user: 'alice' });
    const node = await opened();
    node.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
    await press('Open in new tab');
    await done;
    expect(fake.neverAskAgain).toHaveBeenCalledTimes(1);
  });

  it('says that it will ask again if that cannot be saved', async () => {
    fake.neverAskAgain.mockRejectedValue(new Error('Read only.'));
    const done = commands.execute(CommandIDs.accessServer, { user: 'alice' });
    const node = await opened();
    node.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
    await press('Open in new tab');
    await done;
    expect(
      Notification.manager.notifications.map(({ message }) => message)
    ).toEqual(['The setting could not be saved: you will be asked again.']);
  });

  it('leaves a link where the browser blocks the tab', async () => {
    fake.hub.options.set({ confirmOpen: false });
    open.mockReturnValue(null);
    await commands.execute(CommandIDs.accessServer, { user: 'alice' });
    expect(fake.hub.activity.get('alice').blockedUrl).toBe(
      'http://localhost/user/alice/'
    );
  });

  it('opens nothing but web addresses', async () => {
    fake.hub.options.set({ confirmOpen: false });
    fake.client.getUser.mockResolvedValue(
      details('eve', server('eve', 'running', { url: 'javascript:alert(1)' }))
    );
    await commands.execute(CommandIDs.accessServer, { user: 'eve' });
    expect(open).not.toHaveBeenCalled();
  });

  it("does not warn of a server of one's own", async () => {
    await commands.execute(CommandIDs.accessServer, { user: 'admin' });
    expect(tab.location.href).toBe('http://localhost/user/admin/');
  });
});
