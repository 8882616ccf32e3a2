import { Dialog, Notification } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';
import { fireEvent, waitFor } from '@testing-library/react';

import { registerBulkCommands } from '../commands/bulkCommands';
import { giveBulkFeedback } from '../commands/bulkFeedback';
import * as deeds from '../commands/deeds';
import { registerManageCommands } from '../commands/manageCommands';
import { registerCommands } from '../commands/register';
import { registerRuleCommands } from '../commands/ruleCommands';
import { registerServiceCommands } from '../commands/serviceCommands';
import { keys } from '../state/keys';
import type { UserPages } from '../state/users';
import type { IFakeHub } from './hub';
import { fakeHub, trans } from './hub';
import { details, info, LONG_AGO, page, server, user } from './samples';

const VIEW = {
  search: '',
  state: 'all' as const,
  sort: 'name' as const,
  pageSize: 50,
  epoch: 0
};

/**
 * The commands of an admin at home.
 */
export interface IFakeCommands extends IFakeHub {
  readonly commands: CommandRegistry;
  readonly neverAskAgain: jest.Mock;
  readonly revealKernelSettings: jest.Mock;
}

/**
 * Register the commands for an admin whose own server, alice's, bob's (starting) and carol's
 * (stopped) are listed.
 *
 * @param words - the words of the commands
 */
export async function fakeCommands(words = trans): Promise<IFakeCommands> {
  // Dialogs draw themselves, outside of what the testing library could wait for.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
  // jsdom lacks it; core waits with it for the body of a dialog.
  window.requestIdleCallback ??= callback =>
    window.setTimeout(
      () => callback({ didTimeout: false, timeRemaining: () => 1 }),
      0
    );
  const fake = fakeHub(undefined, words);
  const { start, hub, client, actions } = fake;
  client.info.mockResolvedValue(info());
  await hub.info.load();
  hub.queryClient.setQueryData<UserPages>(keys.list(VIEW), {
    pages: [
      page([
        user('admin', server('admin', 'running')),
        user('alice', server('alice', 'running')),
        user('bob', server('bob', 'starting')),
        user('carol')
      ])
    ],
    pageParams: [{ state: 'running', offset: 0 }]
  });
  client.getUser.mockImplementation(name =>
    Promise.resolve(
      details(name, server(name, 'running', { last_activity: LONG_AGO }))
    )
  );
  const commands = new CommandRegistry();
  const neverAskAgain = jest.fn().mockResolvedValue(undefined);
  const revealKernelSettings = jest.fn(() => true);
  const context = { hub, trans: words, actions };
  const registration = {
    commands,
    start,
    trans: words,
    open: () => Promise.resolve({ context, deeds })
  };
  registerCommands({
    ...registration,
    neverAskAgain,
    revealKernelSettings
  });
  registerBulkCommands(registration);
  registerManageCommands(registration);
  registerRuleCommands(registration);
  registerServiceCommands(registration);
  giveBulkFeedback(context);
  return { ...fake, commands, neverAskAgain, revealKernelSettings };
}

/**
 * Give up whatever is asked and forget what was notified.
 */
export async function closeAll({ hub }: IFakeCommands): Promise<void> {
  await giveUp();
  Notification.manager.dismiss();
  hub.dispose();
  window.sessionStorage.clear();
  jest.restoreAllMocks();
}

/**
 * Give up whatever is asked.
 */
export async function giveUp(): Promise<void> {
  while (dialog()) {
    Dialog.tracker.forEach(open => open.reject());
    await new Promise(resolve => setTimeout(resolve, 0));
  }
}

/**
 * The dialog that is open.
 */
export function dialog(): HTMLElement | null {
  return document.querySelector<HTMLElement>('.jp-Dialog');
}

/**
 * A button of the dialog that is open.
 */
export function button(label: string): HTMLButtonElement | undefined {
  return [
    ...document.querySelectorAll<HTMLButtonElement>('.jp-Dialog-button')
  ].find(node => node.textContent === label);
}

/**
 * Wait for a dialog of ours.
 */
export function opened(): Promise<HTMLElement> {
  return waitFor(() => {
    const node = dialog();
    expect(node?.querySelector('.jp-HubAdmin-dialogBody')).toBeTruthy();
    expect(node?.contains(document.activeElement)).toBe(true);
    return node as HTMLElement;
  });
}

/**
 * Press a button of the dialog that is open.
 */
export async function press(label: string): Promise<void> {
  button(label)?.click();
  await Promise.resolve();
}

/**
 * A field of the dialog that is open, by its label.
 */
export function field(label: string): HTMLInputElement {
  const labels = [...document.querySelectorAll('.jp-Dialog label')];
  const found = labels.find(node => node.textContent === label);
  const node = document.getElementById(found?.getAttribute('for') ?? '');
  if (!node) {
    throw new Error(`There is no field ${label}.`);
  }
  return node as HTMLInputElement;
}

/**
 * Fill in a field of the dialog that is open.
 */
export function type(label: string, value: string): void {
  fireEvent.change(field(label), { target: { value } });
}

/**
 * Press a key, as the dialog gets it.
 */
export function pressKey(key: string, target: Element): void {
  target.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
  );
}
