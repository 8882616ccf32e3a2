import {
  act,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import React from 'react';

import { ApiError } from '../../api/errors';
import { Listeners } from '../../state/listeners';
import { patchServer } from '../../state/patch';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub, trans } from '../../testing/hub';
import { layOut } from '../../testing/layout';
import { page, server, user } from '../../testing/samples';
import { UsersView } from '../UsersView';
import { allWords, complete, completionsOf } from '../words';

/** In the panel, and not only said to screen readers. */
const SHOWN = { selector: '.jp-HubAdmin-wrong' };

describe('completionsOf', () => {
  const words = (text: string, groups: string[] = []) =>
    completionsOf(text, text.length, groups, trans).map(({ word }) => word);

  it('offers the words that fit what is being typed', () => {
    expect(words('ru')).toEqual(['running']);
    expect(words('alice GR')).toEqual(['group:class-a']);
    expect(words('alice')).toEqual([]);
    expect(words('')).toEqual([]);
  });

  it('leaves one letter in peace, which begins many names', () => {
    expect(words('a')).toEqual([]);
  });

  it('offers no word that is complete', () => {
    expect(words('admin')).toEqual([]);
    expect(words('idle:>2h')).toEqual([]);
    expect(words('group:gpu', ['gpu', 'gpu-large'])).toEqual([
      'group:gpu-large'
    ]);
  });

  it('offers groups that are known, in quotes where they need them', () => {
    const groups = ['class a', 'class-b', 'gpu'];
    expect(words('group:', groups)).toEqual([
      'group:"class a"',
      'group:class-b',
      'group:gpu'
    ]);
    expect(words('x group:"class a', groups)).toEqual(['group:"class a"']);
    expect(words('group:-B', groups)).toEqual(['group:class-b']);
  });

  it('offers times', () => {
    expect(words('idle:')).toEqual(['idle:>30m', 'idle:>2h', 'idle:>1d']);
    expect(words('idle:>1')).toEqual(['idle:>1d']);
  });

  it('knows where a word begins after one in quotes', () => {
    expect(words('"a b" ru')).toEqual(['running']);
    expect(words('"ru')).toEqual([]);
  });
});

describe('complete', () => {
  const [running] = allWords(trans);
  const done = (text: string, caret = text.length) =>
    running ? complete(text, caret, running) : null;

  it('replaces the word before the caret and goes behind it', () => {
    expect(done('ru')).toEqual(['running ', 8]);
    expect(done('ru alice', 2)).toEqual(['running alice', 8]);
  });

  it('comes after a word that it does not complete', () => {
    expect(done('alice')).toEqual(['alice running ', 14]);
    expect(done('group:gpu')).toEqual(['group:gpu running ', 18]);
    expect(done('alice ')).toEqual(['alice running ', 14]);
  });
});

describe('the search field', () => {
  let fake: IFakeHub;
  let removeLayout: () => void;
  const shown = new Listeners();

  beforeEach(() => {
    removeLayout = layOut(600, true);
    fake = fakeHub();
    fake.client.listUsers.mockImplementation(({ state }) =>
      Promise.resolve(
        page(
          state === 'running'
            ? [user('alice', server('alice', 'running'))]
            : [{ ...user('bob'), groups: ['class a', 'gpu'] }]
        )
      )
    );
  });

  afterEach(() => {
    fake.hub.dispose();
    removeLayout();
  });

  const show = async () => {
    render(<UsersView shown={shown.subscribe} />, { wrapper: fake.Wrapper });
    await screen.findByText('End of the list');
    return screen.getByRole<HTMLInputElement>('searchbox', {
      name: 'Search users'
    });
  };
  const type = (field: HTMLInputElement, value: string) => {
    act(() => field.focus());
    fireEvent.change(field, { target: { value } });
  };
  const options = () =>
    screen
      .queryAllByRole('option')
      .filter(node => node.closest('[role=listbox]'));
  const active = (field: HTMLInputElement) =>
    document.getElementById(field.getAttribute('aria-activedescendant') ?? '');

  it('still offers groups while the list holds nobody who is in one', async () => {
    const field = await show();
    fake.client.listUsers.mockResolvedValue(page([user('alice')]));
    type(field, 'ali');
    await waitFor(() =>
      expect(screen.queryByRole('row', { name: /^bob/ })).toBeNull()
    );
    type(field, 'group:');
    expect(
      options().map(node => node.querySelector('code')?.textContent)
    ).toEqual(['group:"class a"', 'group:gpu']);
  });

  it('offers words in a list below, with what they find', async () => {
    const field = await show();
    type(field, 'gr');
    const [option] = options();
    expect(option?.textContent).toBe('group:class-aThey are in this group');
    expect(field.getAttribute('aria-controls')).toBe(
      screen.getByRole('listbox', { name: 'Filter words' }).id
    );
    expect(active(field)).toBeNull();
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    expect(active(field)).toBe(option);
    expect(option?.getAttribute('aria-selected')).toBe('true');
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(field.value).toBe('group:');
    // Now the groups that somebody is in.
    expect(
      options().map(node => node.querySelector('code')?.textContent)
    ).toEqual(['group:"class a"', 'group:gpu']);
    fireEvent.keyDown(field, { key: 'ArrowUp' });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(field.value).toBe('group:gpu ');
    expect(options()).toHaveLength(0);
    await waitFor(() =>
      expect(fake.client.listUsers).toHaveBeenLastCalledWith(
        expect.objectContaining({ query: 'group:gpu' }),
        expect.anything()
      )
    );
  });

  it('closes the list by Escape and when it is left', async () => {
    const field = await show();
    type(field, 'ru');
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(options()).toHaveLength(0);
    expect(field.value).toBe('ru');
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(field.value).toBe('');
    type(field, 'ru');
    expect(options()).toHaveLength(1);
    act(() => field.blur());
    expect(options()).toHaveLength(0);
  });

  it('tells one click or one key away what can be typed', async () => {
    const field = await show();
    const help = screen.getByRole('button', { name: 'What can I type?' });
    fireEvent.click(help);
    expect(document.activeElement).toBe(field);
    expect(help.getAttribute('aria-expanded')).toBe('true');
    expect(
      options().map(node => node.querySelector('code')?.textContent)
    ).toEqual([
      'running',
      'stopped',
      'pending',
      'idle:>2h',
      'group:class-a',
      'server:gpu',
      'admin',
      '"running"'
    ]);
    fireEvent.click(help);
    expect(options()).toHaveLength(0);
    fireEvent.keyDown(field, { key: 'ArrowDown', altKey: true });
    expect(options()).toHaveLength(8);
    fireEvent.click(options()[3] as HTMLElement);
    expect(field.value).toBe('idle:>2h ');
  });

  it('goes to the first row where nothing is offered', async () => {
    const field = await show();
    type(field, 'al');
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    expect(document.activeElement?.getAttribute('data-key')).toBe('alice');
  });

  it('says which word is not understood, and keeps the rows', async () => {
    const field = await show();
    const message = '"idle:2x" is not understood. Try idle:>2h.';
    const say = jest.spyOn(fake.hub.announcer, 'say');
    fake.client.listUsers.mockRejectedValue(
      new ApiError(400, 'invalid_request', 'Not understood.', [
        { field: 'query', word: 'idle:2x', hint: 'idle:>2h' }
      ] as unknown as Record<string, unknown>)
    );
    type(field, 'idle:2x');
    const said = await screen.findByText(message, SHOWN);
    expect(say.mock.calls).toContainEqual([message]);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(field.getAttribute('aria-describedby')).toBe(said.id);
    expect(screen.getAllByRole('row')).toHaveLength(2);
    // The rows are still kept true.
    act(() => patchServer(fake.hub.queryClient, server('bob', 'running')));
    await screen.findByRole('row', { name: /^bob, running/ });
    // Another search makes it good again.
    fake.client.listUsers.mockResolvedValue(page([user('carol')]));
    type(field, 'carol');
    await screen.findByRole('row', { name: /^carol/ });
    expect(screen.queryByText(message, SHOWN)).toBeNull();
    expect(field.hasAttribute('aria-invalid')).toBe(false);
  });

  it('says it too where there were no rows before', async () => {
    fake.client.listUsers.mockRejectedValue(
      new ApiError(400, 'invalid_request', 'Not understood.', [
        { field: 'query', word: 'x:y', hint: '"x:y"' }
      ] as unknown as Record<string, unknown>)
    );
    render(<UsersView shown={shown.subscribe} />, { wrapper: fake.Wrapper });
    const message =
      '"x:y" is not understood. To look for it in names, put it in quotes: "x:y".';
    expect(await screen.findByText(message, SHOWN)).toBeTruthy();
    expect(screen.queryByText(/could not be listed/)).toBeNull();
  });

  it('says what the server says where that does not name the word', async () => {
    fake.client.listUsers.mockRejectedValue(
      new ApiError(400, 'invalid_request', 'Not understood.', [
        { field: 'query' }
      ] as unknown as Record<string, unknown>)
    );
    render(<UsersView shown={shown.subscribe} />, { wrapper: fake.Wrapper });
    expect(await screen.findByText('Not understood.', SHOWN)).toBeTruthy();
  });

  it('gives up what is no longer asked for', async () => {
    const field = await show();
    const signals: (AbortSignal | undefined)[] = [];
    fake.client.listUsers.mockImplementation((_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    type(field, 'ali');
    await waitFor(() => expect(signals).toHaveLength(1));
    type(field, 'alic');
    await waitFor(() => expect(signals).toHaveLength(2));
    expect(signals.map(signal => signal?.aborted)).toEqual([true, false]);
  });
});
