import {
  act,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import React from 'react';

import { ApiError, ConnectionError } from '../../../api/errors';
import type { GroupView } from '../../../api/types';
import type { IFakeHub } from '../../../testing/hub';
import { fakeHub } from '../../../testing/hub';
import { info } from '../../../testing/samples';
import { GroupsView } from '../GroupsView';

const CLASS: GroupView = {
  name: 'class-a',
  users: ['alice', 'bob'],
  properties: { quota: 3, room: 'B12', flag: 'true' }
};

describe('groups', () => {
  let fake: IFakeHub;

  beforeEach(async () => {
    fake = fakeHub();
    const { client } = fake;
    client.info.mockResolvedValue(
      info({}, { manage_groups: true, create_groups: true })
    );
    await fake.hub.info.load();
    client.listGroups.mockResolvedValue({
      items: [CLASS, { name: 'class-b', users: [], properties: {} }],
      total: 2,
      offset: 0,
      limit: 100,
      next: null
    });
    client.getGroup.mockResolvedValue(CLASS);
    for (const name of [
      'addMembers',
      'removeMembers',
      'setProperties',
      'createGroup'
    ] as const) {
      client[name].mockResolvedValue(CLASS);
    }
    client.deleteGroup.mockResolvedValue(undefined);
  });

  afterEach(() => fake.hub.dispose());

  const show = async () => {
    render(<GroupsView />, { wrapper: fake.Wrapper });
    fireEvent.click(await screen.findByRole('button', { name: /class-a/ }));
    await screen.findByRole('region', { name: 'Group class-a' });
  };

  it('lists groups with their size, and searches on the server', async () => {
    render(<GroupsView />, { wrapper: fake.Wrapper });
    const group = await screen.findByRole('button', { name: /class-a/ });
    expect(group.textContent).toContain('2 members');
    fireEvent.change(screen.getByLabelText('Search groups'), {
      target: { value: 'b' }
    });
    await waitFor(() =>
      expect(fake.client.listGroups).toHaveBeenLastCalledWith(
        { search: 'b', offset: 0, limit: 100 },
        expect.anything()
      )
    );
  });

  it('can only be looked at while the hub is away', async () => {
    await show();
    for (const label of ['Users to add, one a line', 'Name of a new group']) {
      fireEvent.change(screen.getByLabelText(label), {
        target: { value: 'x' }
      });
    }
    const open = () =>
      screen
        .getAllByRole<HTMLButtonElement>('button', {
          name: /^(Create|Add|Delete group…|Remove (alice|bob) .*)$/
        })
        .filter(({ disabled }) => !disabled).length;
    expect(open()).toBe(5);
    act(() => fake.hub.health.failed(new ConnectionError('No way there.')));
    expect(open()).toBe(0);
    expect(screen.getByText(/^The hub does not answer/)).toBeTruthy();
    fireEvent.submit(
      screen.getByLabelText('Name of a new group').closest('form') as Element
    );
    expect(fake.client.createGroup).not.toHaveBeenCalled();
  });

  it('are created only by who may', async () => {
    fake.client.info.mockResolvedValue(info({}, { manage_groups: true }));
    await fake.hub.info.load();
    await show();
    expect(screen.queryByLabelText('Name of a new group')).toBeNull();
  });

  it('tells that a change was forbidden', async () => {
    await show();
    const refused = jest.spyOn(fake.hub.losses, 'refused');
    fake.client.removeMembers.mockRejectedValue(
      new ApiError(403, 'hub_forbidden', 'Missing groups.')
    );
    fireEvent.click(
      screen.getByRole('button', { name: 'Remove bob from class-a' })
    );
    expect(await screen.findByText('Missing groups.')).toBeTruthy();
    expect(refused).toHaveBeenCalledWith('Missing groups.');
  });

  it('adds and removes members', async () => {
    await show();
    fireEvent.change(screen.getByLabelText('Users to add, one a line'), {
      target: { value: 'carol\n carol, dan' }
    });
    fireEvent.click(screen.getByRole('button', { name: 'Add' }));
    await waitFor(() =>
      expect(fake.client.addMembers).toHaveBeenCalledWith('class-a', [
        'carol',
        'dan'
      ])
    );
    const remove = 'Remove bob from class-a';
    await waitFor(() =>
      expect(
        screen.getByRole<HTMLButtonElement>('button', { name: remove }).disabled
      ).toBe(false)
    );
    fireEvent.click(screen.getByRole('button', { name: remove }));
    await waitFor(() =>
      expect(fake.client.removeMembers).toHaveBeenCalledWith('class-a', ['bob'])
    );
  });

  it('says what the hub says, and keeps what was typed', async () => {
    fake.client.addMembers.mockRejectedValue(
      new ApiError(400, 'hub_refused', 'No such user: zoe')
    );
    await show();
    const field = screen.getByLabelText<HTMLTextAreaElement>(
      'Users to add, one a line'
    );
    fireEvent.change(field, { target: { value: 'zoe' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add' }));
    expect(await screen.findByText('No such user: zoe')).toBeTruthy();
    expect(field.value).toBe('zoe');
  });

  it('keeps the kind of each property', async () => {
    await show();
    fireEvent.change(screen.getByLabelText('Value of property 1'), {
      target: { value: '4' }
    });
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(fake.client.setProperties).toHaveBeenCalledWith('class-a', {
        quota: 4,
        room: 'B12',
        flag: 'true'
      })
    );
  });

  it('does not save a property twice or without a name', async () => {
    await show();
    fireEvent.click(screen.getByRole('button', { name: 'Add a property' }));
    const save = screen.getByRole<HTMLButtonElement>('button', {
      name: 'Save'
    });
    expect(save.disabled).toBe(true);
    fireEvent.change(screen.getByLabelText('Name of property 4'), {
      target: { value: 'quota' }
    });
    expect(save.disabled).toBe(true);
    expect(screen.getByText('quota is there twice.')).toBeTruthy();
  });

  it('creates a group, and deletes one after a question', async () => {
    await show();
    fireEvent.change(screen.getByLabelText('Name of a new group'), {
      target: { value: 'class-c' }
    });
    fireEvent.click(screen.getByRole('button', { name: 'Create' }));
    await waitFor(() =>
      expect(fake.client.createGroup).toHaveBeenCalledWith('class-c')
    );
    const open = await screen.findByRole('region', { name: 'Group class-c' });
    expect(open).toBeTruthy();
    fake.actions.confirm.mockResolvedValueOnce(false);
    fireEvent.click(screen.getByRole('button', { name: 'Delete group…' }));
    await waitFor(() => expect(fake.actions.confirm).toHaveBeenCalledTimes(1));
    expect(fake.client.deleteGroup).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Delete group…' }));
    await waitFor(() =>
      expect(fake.client.deleteGroup).toHaveBeenCalledWith('class-c')
    );
  });
});
