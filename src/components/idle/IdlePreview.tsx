import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { bounded } from '../../api/errors';
import type { KernelView, WouldCull } from '../../api/types';
import { kernelName } from '../../state/kernels';
import { useTrans } from '../context';
import type { IIdleForm } from './useIdleForm';

/**
 * Names that are listed before `and 3 more`.
 */
const MAX_NAMES = 5;

/**
 * What the draft would stop now; screen readers are told when it changes.
 */
export function IdlePreview(props: {
  form: IIdleForm;
  kernels: readonly KernelView[];
}): JSX.Element {
  const { form, kernels } = props;
  const trans = useTrans();
  const lines = linesOf(form, kernels, trans);
  return (
    <div role="status" className="jp-HubAdmin-preview">
      {lines.length > 0 && (
        <div className="jp-HubAdmin-previewBox">
          {lines.map(line => (
            <div key={line}>{line}</div>
          ))}
        </div>
      )}
    </div>
  );
}

function linesOf(
  { error, justSaved, isDirty, wouldCull }: IIdleForm,
  kernels: readonly KernelView[],
  trans: TranslationBundle
): string[] {
  if (error !== null) {
    return [trans.__('Not saved: %1', error)];
  }
  if (justSaved) {
    return [trans.__('Saved.')];
  }
  return isDirty && wouldCull !== null
    ? previewLines(wouldCull, kernels, trans)
    : [];
}

/**
 * What would be stopped and what would stay, in words.
 */
export function previewLines(
  wouldCull: WouldCull,
  kernels: readonly KernelView[],
  trans: TranslationBundle
): string[] {
  const { terminals } = wouldCull;
  const stopping = kernels.filter(({ id }) => wouldCull.kernels.includes(id));
  const count = wouldCull.kernels.length;
  const lines: string[] = [];
  if (count > 0) {
    lines.push(
      trans._n(
        '%1 kernel stops now: %2.',
        '%1 kernels stop now: %2.',
        count,
        namesOf(stopping.map(kernelName), trans)
      )
    );
  }
  if (terminals.length > 0) {
    lines.push(
      trans._n(
        '%1 terminal stops now: %2.',
        '%1 terminals stop now: %2.',
        terminals.length,
        namesOf(terminals, trans)
      )
    );
  }
  if (lines.length === 0) {
    return [trans.__('Nothing stops.')];
  }
  const staying = kernels.length - stopping.length;
  if (staying > 0) {
    lines.push(trans._n('%1 kernel stays.', '%1 kernels stay.', staying));
  }
  return lines;
}

function namesOf(names: readonly string[], trans: TranslationBundle): string {
  const shown = names.slice(0, MAX_NAMES).map(name => bounded(name, 60));
  const more = names.length - shown.length;
  const list = shown.join(', ');
  return more > 0 ? trans.__('%1 and %2 more', list, more) : list;
}
