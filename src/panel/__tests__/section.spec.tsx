import { waitFor } from '@testing-library/react';
import { MessageLoop } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import React from 'react';

import type { IFakeHub } from '../../testing/hub';
import { fakeHub, trans } from '../../testing/hub';
import { Section } from '../section';

describe('Section', () => {
  let fake: IFakeHub;
  let sidebar: Panel;
  const shown = jest.fn();
  const text = () => document.body.textContent ?? '';

  beforeEach(() => {
    // Sections draw themselves, outside of what the testing library could wait for.
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
    shown.mockClear();
    fake = fakeHub();
    const { hub, actions } = fake;
    const section = new Section(hub, { trans, actions }, subscribe => (
      <Content subscribe={subscribe} />
    ));
    sidebar = new Panel();
    sidebar.addWidget(section);
  });

  afterEach(() => {
    sidebar.dispose();
    fake.hub.dispose();
  });

  function Content(props: {
    subscribe: (listener: () => void) => () => void;
  }): JSX.Element {
    const { subscribe } = props;
    React.useEffect(() => subscribe(shown), [subscribe]);
    return <p>Content</p>;
  }

  it('draws nothing before it is shown, and tells only later times', async () => {
    sidebar.hide();
    Widget.attach(sidebar, document.body);
    MessageLoop.flush();
    expect(fake.hub.visibility.get()).toBe(false);
    expect(text()).not.toContain('Content');

    sidebar.show();
    expect(fake.hub.visibility.get()).toBe(true);
    await waitFor(() => expect(text()).toContain('Content'));
    expect(shown).not.toHaveBeenCalled();

    sidebar.hide();
    expect(text()).toContain('Content');
    sidebar.show();
    expect(shown).toHaveBeenCalledTimes(1);
  });

  it('is drawn at once where it is in view from the beginning', async () => {
    Widget.attach(sidebar, document.body);
    await waitFor(() => expect(text()).toContain('Content'));
    expect(fake.hub.visibility.get()).toBe(true);
    expect(shown).not.toHaveBeenCalled();
  });
});
