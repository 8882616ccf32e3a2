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
