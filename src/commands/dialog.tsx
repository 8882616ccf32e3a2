import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { QueryClientProvider } from '@tanstack/react-query';
import React from 'react';

import type { IPanelActions } from '../components/context';
import { PanelContext } from '../components/context';
import { HubAdminContext } from '../state/context';
import type { IHubAdmin } from '../state/hub';

/**
 * What every command needs.
 */
export interface ICommandContext {
  readonly hub: IHubAdmin;
  readonly trans: TranslationBundle;
  /** What the components in dialogs may ask for. */
  readonly actions: IPanelActions;
}

/**
 * A dialog while it is open.
 */
export interface IDialogHandle {
  /** Change the title. */
  setTitle: (title: string) => void;
  /** Change what the accepting button says and whether it can be pressed. */
  setAccept: (label: string, isEnabled: boolean) => void;
  /** As if the accepting button were pressed. */
  accept: () => void;
}

/**
 * What a dialog asks.
 */
export interface IQuestion {
  title: string;
  /** The first sentence, for screen readers. */
  summary: string;
  body: React.ReactElement;
  /** The button that does it; repeats the verb. Absent: there is nothing to do. */
  accept?: string;
  /** What it does cannot be undone. */
  isDestructive?: boolean;
  /** The button that does nothing; *Cancel* if absent. */
  cancel?: string;
  /** A button between the two, and what it stands for. */
  other?: string;
  /** The focus is on Cancel at first. */
  isCautious?: boolean;
  checkbox?: string;
  /** The element of the body that has the focus at first. */
  focus?: string;
  /** Enter in a field of the body; without it Enter there does nothing. */
  onEnter?: (dialog: IDialogHandle) => void;
  /** Called once, before the dialog is shown. */
  onOpen?: (dialog: IDialogHandle) => void;
  /** The row that the focus goes back to if what had it is gone. */
  row?: string;
}

/**
 * What was answered.
 */
export interface IAnswer {
  readonly button: 'accept' | 'cancel' | 'other';
  readonly isChecked: boolean;
}

/**
 * Ask something; the one place that opens dialogs, with what core's dialogs lack.
 *
 * - A body of elements gets neither an accessible name nor a width from core.
 * - Enter on anything in the body would press the default button; here it does nothing, or what
 *   the question says.
 * - Fields that are wrong keep the accepting button from working only after some `input` event.
 * - The focus goes back to an element that may have been drawn anew.
 */
export async function ask(
  { hub, trans, actions }: ICommandContext,
  question: IQuestion
): Promise<IAnswer> {
  const { title, summary, accept, row } = question;
  const acceptButton =
    accept === undefined
      ? null
      : question.isDestructive
        ? Dialog.warnButton({ label: accept })
        : Dialog.okButton({ label: accept });
  const otherButton = question.other
    ? Dialog.createButton({ label: question.other, accept: false })
    : null;
  const buttons = [
    Dialog.cancelButton({ label: question.cancel ?? trans.__('Cancel') }),
    ...(otherButton ? [otherButton] : []),
    ...(acceptButton ? [acceptButton] : [])
  ];
  const dialog = new PromptDialog({
    title,
    body: (
      <HubAdminContext.Provider value={hub}>
        <PanelContext.Provider value={{ trans, actions }}>
          <QueryClientProvider client={hub.queryClient}>
            <div className="jp-HubAdmin-dialogBody">{question.body}</div>
          </QueryClientProvider>
        </PanelContext.Provider>
      </HubAdminContext.Provider>
    ),
    buttons,
    defaultButton: question.isCautious ? 0 : buttons.length - 1,
    checkbox: question.checkbox
      ? { label: question.checkbox, caption: question.checkbox }
      : null,
    focusNodeSelector: question.focus
  });
  dialog.addClass('jp-HubAdmin-dialog');
  setTitle(dialog, title, summary);

  const handle: IDialogHandle = {
    accept: () => dialog.resolve(buttons.length - 1),
    setTitle: next => setTitle(dialog, next, summary),
    setAccept: (label, isEnabled) => setAccept(dialog, label, isEnabled)
  };
  question.onOpen?.(handle);
  const onKeyDown = (event: KeyboardEvent) =>
    keepEnter(event, dialog, () => question.onEnter?.(handle));
  document.addEventListener('keydown', onKeyDown, true);
  void Promise.resolve(dialog.ready).then(() => {
    dialog.node.dispatchEvent(new Event('input', { bubbles: true }));
  });
  try {
    const result = await dialog.launch();
    return {
      button:
        result.button === acceptButton
          ? 'accept'
          : result.button === otherButton
            ? 'other'
            : 'cancel',
      isChecked: result.isChecked ?? false
    };
  } finally {
    document.removeEventListener('keydown', onKeyDown, true);
    restoreFocus(hub, row);
  }
}

/**
 * Show a text with a button to close it, and one to copy it.
 */
export async function tell(
  context: ICommandContext,
  options: Pick<IQuestion, 'title' | 'summary' | 'body' | 'row'> & {
    /** What a button copies; without it there is none. */
    copied?: string;
  }
): Promise<void> {
  const { trans, actions } = context;
  const { copied, ...question } = options;
  const { button } = await ask(context, {
    ...question,
    cancel: trans.__('Close'),
    accept: copied === undefined ? undefined : trans.__('Copy'),
    isCautious: true
  });
  if (button === 'accept' && copied !== undefined) {
    actions.copy(copied);
  }
}

/**
 * A dialog that has the focus from the moment it is there.
 *
 * Core gives it the focus once the body is drawn, which takes seconds on a busy machine. Keys would
 * act on what is behind it until then. It goes to Cancel first: nobody has read anything yet.
 */
class PromptDialog extends Dialog<unknown> {
  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (!this.node.contains(document.activeElement)) {
      this.node
        .querySelector<HTMLElement>('.jp-Dialog-footer .jp-Dialog-button')
        ?.focus();
    }
  }
}

function keepEnter(
  event: KeyboardEvent,
  dialog: Dialog<unknown>,
  onEnter: () => void
): void {
  const target = event.target as HTMLElement;
  const body = dialog.node.querySelector('.jp-Dialog-body');
  if (event.key !== 'Enter' || event.isComposing || !body?.contains(target)) {
    return;
  }
  event.stopPropagation();
  if (target instanceof HTMLTextAreaElement) {
    return; // a new line; JupyterLab 4.2 would press the default button
  }
  event.preventDefault();
  if (target.tagName === 'SUMMARY') {
    target.click();
  } else {
    onEnter();
  }
}

function setTitle(
  dialog: Dialog<unknown>,
  title: string,
  summary: string
): void {
  dialog.node.setAttribute('aria-label', [title, summary].join(' '));
  // Beside the words there may be a button in the header, which stays.
  const words = dialog.node.querySelector('.jp-Dialog-header')?.firstChild;
  if (words instanceof Text) {
    words.nodeValue = title;
  }
}

function setAccept(
  dialog: Dialog<unknown>,
  label: string,
  isEnabled: boolean
): void {
  const button = dialog.node.querySelector<HTMLButtonElement>(
    '.jp-Dialog-footer .jp-Dialog-button:last-of-type'
  );
  const text = button?.querySelector('.jp-Dialog-buttonLabel');
  if (!button || !text) {
    return;
  }
  text.textContent = label;
  text.setAttribute('aria-label', label);
  button.setAttribute('aria-label', label);
  // At each input core enables the button again unless something in the dialog is invalid, which a
  // field that has to be filled is. JupyterLab 4.2 looks for nothing else.
  let wrong = dialog.node.querySelector<HTMLInputElement>(
    '.jp-HubAdmin-notYet'
  );
  if (isEnabled) {
    wrong?.remove();
  } else if (!wrong) {
    wrong = document.createElement('input');
    wrong.className = 'jp-HubAdmin-notYet';
    wrong.required = true;
    wrong.hidden = true;
    button.parentElement?.append(wrong);
  }
  dialog.node.dispatchEvent(new Event('input'));
  button.disabled = !isEnabled;
}

function restoreFocus(hub: IHubAdmin, row: string | undefined): void {
  if (row !== undefined && document.activeElement === document.body) {
    hub.cursor.target?.revealRow(row);
  }
}
