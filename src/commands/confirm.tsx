import React from 'react';

import type { ICommandContext } from './dialog';
import { ask } from './dialog';

/**
 * Ask before something that cannot be undone.
 */
export async function confirmText(
  context: ICommandContext,
  title: string,
  text: string,
  accept: string
): Promise<boolean> {
  const { button } = await ask(context, {
    title,
    summary: text,
    isDestructive: true,
    isCautious: true,
    accept,
    body: <p>{text}</p>
  });
  return button === 'accept';
}

/**
 * Ask before a kernel is restarted or shut down.
 */
export async function confirmKernel(
  context: ICommandContext,
  action: 'restart' | 'shutdown',
  name: string
): Promise<boolean> {
  const { trans } = context;
  const text = trans.__('All that is in its memory is lost.');
  const { button } = await ask(context, {
    title:
      action === 'restart'
        ? trans.__('Restart the kernel of %1?', name)
        : trans.__('Shut down the kernel of %1?', name),
    summary: text,
    isDestructive: true,
    accept: action === 'restart' ? trans.__('Restart') : trans.__('Shut down'),
    body: <p>{text}</p>
  });
  return button === 'accept';
}
