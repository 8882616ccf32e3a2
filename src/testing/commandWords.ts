import { Dialog, Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import type { ICommandContext } from '../commands/dialog';
import type { IFakeCommands } from './commands';
import { closeAll, dialog, fakeCommands, giveUp, opened } from './commands';
import { inJapanese, pseudo, untranslated, untranslatedOf } from './pseudo';
import { info } from './samples';

/**
 * The commands with words that can be told from what did not go through the translator.
 */
export interface IWordedCommands extends IFakeCommands {
  readonly context: ICommandContext;
  /** Everything is allowed and the hub service is there. */
  readonly allowAll: () => Promise<void>;
  /** Run a command in place of what is asked, up to its dialog. */
  readonly run: (id: string, args?: object) => Promise<HTMLElement>;
  /** Do something in place of what is asked, up to its dialog. */
  readonly begin: (act: () => Promise<unknown>) => Promise<HTMLElement>;
  readonly close: () => Promise<void>;
}

/**
 * Register the commands in a page that is Japanese.
 */
export async function wordedCommands(): Promise<IWordedCommands> {
  const restore = inJapanese();
  Dialog.translator = { ...nullTranslator, load: () => pseudo };
  const fake = await fakeCommands(pseudo);
  const { commands, hub, client, actions } = fake;
  const begin = async (act: () => Promise<unknown>) => {
    await giveUp();
    void act();
    return opened();
  };
  return {
    ...fake,
    context: { hub, trans: pseudo, actions },
    allowAll: async () => {
      client.info.mockResolvedValue(
        info({ service: { version: '0.1.0' } }, { edit_rules: true })
      );
      await hub.info.load();
    },
    run: (id, args) => begin(() => commands.execute(id, { ...args })),
    begin,
    close: async () => {
      await closeAll(fake);
      Dialog.translator = nullTranslator;
      restore();
    }
  };
}

/**
 * Check that all of the dialog that is open went through the translator.
 *
 * @param data - what comes from elsewhere and holds Latin letters
 */
export function checkDialog(...data: string[]): void {
  const node = dialog();
  expect(node).not.toBeNull();
  expect(untranslated(node ?? undefined, data)).toEqual([]);
}

/**
 * Check that there are notifications, and that all they say went through the translator.
 */
export function checkNotes(): void {
  const { notifications } = Notification.manager;
  expect(notifications).not.toEqual([]);
  const texts = notifications.flatMap(({ message, options }) => [
    message,
    ...(options.actions ?? []).flatMap(({ label, caption }) => [
      label,
      caption ?? ''
    ])
  ]);
  expect(untranslatedOf(texts)).toEqual([]);
}
