import { fireEvent, waitFor } from '@testing-library/react';

import type { IFakeCommands } from '../../testing/commands';
import {
  closeAll,
  dialog,
  fakeCommands,
  opened,
  press
} from '../../testing/commands';
import { details, page, server, user } from '../../testing/samples';
import { CommandIDs } from '../ids';

describe('a command that asks for a server', () => {
  let fake: IFakeCommands;

  beforeEach(async () => {
    fake = await fakeCommands();
  });

  afterEach(() => closeAll(fake));

  const ask = async (command: string, text: string) => {
    void fake.commands.execute(command);
    const node = await opened();
    const field = node.querySelector('input');
    fireEvent.change(field as HTMLInputElement, { target: { value: text } });
    return node;
  };
  const offers = () =>
    [...(dialog()?.querySelectorAll('[role=option]') ?? [])].map(
      option => option.textContent
    );
  // A page that is full: more people are called so than are asked for at once.
  const others = page(
    ['joanna', 'joanne'].map(name => user(name, server(name, 'running'))),
    { next: 50 }
  );

  it('looks among those who may have such a server', async () => {
    fake.client.listUsers.mockResolvedValue(others);
    await ask(CommandIDs.stopServer, 'joan');
    await waitFor(() => expect(offers()).toEqual(['joanna', 'joanne']));
    await waitFor(() =>
      expect(fake.client.listUsers.mock.calls.map(([query]) => query)).toEqual(
        ['', 'joan'].map(search => ({ search, state: 'running', limit: 50 }))
      )
    );
  });

  it('offers whoever is called just so, however many names hold it', async () => {
    fake.client.listUsers.mockResolvedValue(others);
    fake.client.getUser.mockImplementation(name =>
      Promise.resolve(
        name === 'joan'
          ? details(
              name,
              server(name, 'stopped'),
              server(name, 'stopped', { name: 'gpu' })
            )
          : null
      )
    );
    await ask(CommandIDs.startServer, 'joan/gpu');
    await waitFor(() => expect(offers()).toEqual(['joan/gpu']));
    await press('Start');
    await waitFor(() =>
      expect(fake.client.startServer).toHaveBeenCalledWith('joan', 'gpu')
    );
  });

  it('asks for nobody alone where all are listed', async () => {
    fake.client.listUsers.mockResolvedValue(
      page([user('joanna', server('joanna', 'running'))])
    );
    await ask(CommandIDs.stopServer, 'joan');
    await waitFor(() => expect(offers()).toEqual(['joanna']));
    expect(fake.client.getUser).not.toHaveBeenCalled();
  });
});
