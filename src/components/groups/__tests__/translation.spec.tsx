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
import {
  GREEK,
  inJapanese,
  pseudo,
  untranslated
} from '../../../testing/pseudo';
import { info } from '../../../testing/samples';
import { GroupsView } from '../GroupsView';

const [ANNA, BIOS, GAIA] = GREEK;

/** More members than are shown at first. */
const GROUP: GroupView = {
  name: GAIA,
  users: [ANNA, BIOS, ...Array.from({ length: 200 }, (_, n) => `${ANNA}${n}`)],
  properties: { π: 3 }
};

describe('every word of the groups goes through the translator', () => {
  let fake: IFakeHub;
  let restore: () => void;

  beforeEach(async () => {
    restore = inJapanese();
    fake = fakeHub(undefined, pseudo);
    fake.client.info.mockResolvedValue(
      info({}, { manage_groups: true, create_groups: true })
    );
    await fake.hub.info.load();
    answer(GROUP);
    fake.client.getGroup.mockResolvedValue(GROUP);
  });

  afterEach(() => {
    fake.hub.dispose();
    restore();
  });

  const answer = (...items: GroupView[]) =>
    fake.client.listGroups.mockResolvedValue({
      items,
      total: 200,
      offset: 0,
      limit: 100,
      next: 100
    });
  const show = () => render(<GroupsView />, { wrapper: fake.Wrapper });
  const button = (name: RegExp) => screen.getByRole('button', { name });
  const check = () => expect(untranslated()).toEqual([]);

  it('in the list, and in a group', async () => {
    show();
    check();
    const group = await screen.findByRole('button', { name: new RegExp(GAIA) });
    check();
    fireEvent.click(group);
    check();
    await screen.findByRole('region');
    check();
    fireEvent.click(button(/Add a property/));
    expect(screen.getByText(/A property needs a name/)).toBeTruthy();
    check();
    fireEvent.change(screen.getByLabelText(/Name of property 2/), {
      target: { value: 'π' }
    });
    expect(screen.getByText(/is there twice/)).toBeTruthy();
    check();
  });

  it('in what is asked before one is deleted, and in what went wrong', async () => {
    show();
    fireEvent.click(
      await screen.findByRole('button', { name: new RegExp(GAIA) })
    );
    await screen.findByRole('region');
    fake.client.deleteGroup.mockRejectedValue(
      new ApiError(403, 'hub_forbidden', 'Φ')
    );
    fireEvent.click(button(/Delete group/));
    await screen.findByText('Φ');
    const [question] = fake.actions.confirm.mock.calls[0] ?? [];
    for (const text of Object.values(question ?? {})) {
      expect(text).toMatch(/^⟦.*⟧$/);
    }
    check();
    act(() => fake.hub.health.failed(new ConnectionError('Φ')));
    await screen.findByText(/Trying again/);
    check();
  });

  it('where there is none, or none can be listed', async () => {
    answer();
    show();
    await screen.findByText(/There is no group yet/);
    check();
    fireEvent.change(screen.getByRole('searchbox'), {
      target: { value: 'ξ' }
    });
    await screen.findByText(/No group matches/);
    check();
    fake.client.listGroups.mockRejectedValue(new ApiError(500, 'x', 'Φ'));
    await act(() => fake.hub.queryClient.refetchQueries());
    await screen.findByText(/could not be listed/);
    check();
  });

  it('where a group cannot be shown', async () => {
    fake.client.getGroup.mockRejectedValue(new ApiError(404, 'x', 'Φ'));
    show();
    fireEvent.click(
      await screen.findByRole('button', { name: new RegExp(GAIA) })
    );
    await waitFor(() => expect(screen.getByText('Φ')).toBeTruthy());
    check();
  });
});
