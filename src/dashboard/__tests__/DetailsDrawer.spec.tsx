import {
  act,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import React from 'react';

import { ApiError } from '../../api/errors';
import type { UserDetails } from '../../api/types';
import type { IRow } from '../../components/rows';
import { rowsOf } from '../../components/rows';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { server, user } from '../../testing/samples';
import { DetailsDrawer } from '../DetailsDrawer';

const ALICE = user('alice', server('alice', 'running'));

const DETAILS: UserDetails = {
  user: ALICE,
  sent: {
    name: 'alice',
    admin: true,
    created: '2026-01-01T08:00:00.000000Z',
    pending: null,
    groups: ['class-a', 'gpu'],
    roles: [],
    servers: {
      '': {
        name: '',
        ready: true,
        user_options: { profile: 'scipy', deep: [{ cpu: 2 }] }
      }
    }
  }
};

describe('DetailsDrawer', () => {
  let fake: IFakeHub;
  const onClose = jest.fn();

  beforeEach(() => {
    fake = fakeHub();
    fake.client.getUser.mockResolvedValue(DETAILS);
    onClose.mockClear();
  });

  afterEach(() => {
    fake.hub.dispose();
  });

  const drawer = (row: IRow | null, name = 'alice') => (
    <DetailsDrawer
      who={{ user: name, server: '' }}
      row={row}
      onClose={onClose}
    />
  );
  const show = async () => {
    const [row] = rowsOf([ALICE]);
    const shown = render(drawer(row ?? null), { wrapper: fake.Wrapper });
    await screen.findByText('What the hub sent');
    return shown;
  };
  const valueOf = (term: string) =>
    screen.getByText(term).nextElementSibling?.textContent;

  it('shows what is known at once, then everything the hub sent', async () => {
    const [row] = rowsOf([ALICE]);
    render(drawer(row ?? null), { wrapper: fake.Wrapper });
    const region = screen.getByRole('region', { name: 'Details of alice' });
    expect(within(region).getByText('Address')).toBeTruthy();
    expect(within(region).getByText('Loading…')).toBeTruthy();
    await screen.findByText('What the hub sent');
    expect(fake.client.getUser).toHaveBeenCalledWith(
      'alice',
      expect.anything()
    );
    expect(valueOf('created')).toMatch(/^1 Jan 2026|Jan 1, 2026/);
    expect(valueOf('pending')).toBe('none');
    expect(valueOf('roles')).toBe('none');
    expect(valueOf('groups')).toBe('class-a, gpu');
    expect(valueOf('ready')).toBe('yes');
    expect(valueOf('profile')).toBe('scipy');
    expect(valueOf('cpu')).toBe('2');
    expect(screen.getByText('default').tagName).toBe('DT');
  });

  it('shows the same as JSON, and copies it', async () => {
    await show();
    const json = JSON.stringify(DETAILS.sent, null, 2);
    const text = screen.getByText('As JSON').parentElement;
    expect(text?.querySelector('pre')?.textContent).toBe(json);
    fireEvent.click(
      screen.getByRole('button', { name: 'Copy JSON', hidden: true })
    );
    expect(fake.actions.copy).toHaveBeenCalledWith(json);
  });

  it('takes what comes from outside as text, and only so much of it', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const many = Object.fromEntries(
      Array.from({ length: 103 }, (_, index) => [`key${index}`, index])
    );
    fake.client.getUser.mockResolvedValue({
      user: ALICE,
      sent: { name, many, long: 'x'.repeat(5000), time: '2026-99-99T99:99:99Z' }
    });
    await show();
    expect(valueOf('name')).toBe(name);
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getByText('3 more fields')).toBeTruthy();
    expect(valueOf('long')).toHaveLength(300);
    expect(valueOf('time')).toBe('2026-99-99T99:99:99Z');
  });

  it('offers what the visitor may do with the user and the server', async () => {
    fake.actions.offers.mockImplementation(name => name !== 'deleteUser');
    await show();
    expect(screen.queryByRole('button', { name: 'Delete user…' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Edit user…' }));
    expect(fake.actions.command).toHaveBeenCalledWith('editUser', {
      user: 'alice',
      server: ''
    });
  });

  it('asks again when the list learns something new of the user', async () => {
    const { rerender } = await show();
    expect(fake.client.getUser).toHaveBeenCalledTimes(1);
    const [row] = rowsOf([user('alice', server('alice', 'stopped'))]);
    rerender(drawer(row ?? null));
    await waitFor(() => expect(fake.client.getUser).toHaveBeenCalledTimes(2));
  });

  it('asks for a user only once the arrow keys rest', async () => {
    const { rerender } = await show();
    for (const name of ['bob', 'carol', 'dmitri']) {
      rerender(drawer(null, name));
    }
    expect(screen.getByRole('region').getAttribute('aria-label')).toBe(
      'Details of dmitri'
    );
    await waitFor(() =>
      expect(fake.client.getUser.mock.calls.map(([name]) => name)).toEqual([
        'alice',
        'dmitri'
      ])
    );
  });

  it('says that a user is gone, or why nothing is known', async () => {
    fake.client.getUser.mockResolvedValueOnce(null);
    render(drawer(null), { wrapper: fake.Wrapper });
    expect(
      await screen.findByText('The hub knows no user of this name.')
    ).toBeTruthy();
    fake.client.getUser.mockRejectedValue(
      new ApiError(403, 'hub_forbidden', 'Missing read:users.')
    );
    await act(() => fake.hub.queryClient.refetchQueries());
    expect(await screen.findByText('Missing read:users.')).toBeTruthy();
  });

  it('closes by its button', async () => {
    await show();
    fireEvent.click(screen.getByRole('button', { name: 'Close details' }));
    expect(onClose).toHaveBeenCalledTimes(1);
  });
});
