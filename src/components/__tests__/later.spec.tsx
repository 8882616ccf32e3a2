import { render, screen } from '@testing-library/react';
import React from 'react';

import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { later } from '../later';

function Part(props: { text: string }): JSX.Element {
  return <p>{props.text}</p>;
}

describe('a component that is loaded later', () => {
  let fake: IFakeHub;

  beforeEach(() => {
    fake = fakeHub();
  });

  afterEach(() => fake.hub.dispose());

  const show = (Later: (props: { text: string }) => JSX.Element | null) =>
    render(<Later text="Here" />, { wrapper: fake.Wrapper });

  it('is loaded once, when it is shown', async () => {
    const load = jest.fn(() => Promise.resolve(Part));
    const Later = later(load, true);
    expect(load).not.toHaveBeenCalled();
    const { unmount } = show(Later);
    expect(screen.getByText('Loading…')).toBeTruthy();
    expect(await screen.findByText('Here')).toBeTruthy();
    unmount();
    show(Later);
    expect(screen.getByText('Here')).toBeTruthy();
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('says that it did not come, and is tried again the next time', async () => {
    const load = jest.fn(() => Promise.resolve(Part));
    load.mockRejectedValueOnce(new Error('Loading chunk 7 failed.'));
    const Later = later(load);
    const { unmount } = show(Later);
    expect((await screen.findByRole('alert')).textContent).toContain(
      'could not be loaded'
    );
    unmount();
    show(Later);
    expect(await screen.findByText('Here')).toBeTruthy();
  });
});
