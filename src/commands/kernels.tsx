import { Notification } from '@jupyterlab/apputils';
import React from 'react';

import { messageOf } from '../api/errors';
import type { KernelView } from '../api/types';
import { useTrans } from '../components/context';
import { applyLabel, IdleSettingsForm } from '../components/idle/IdleForm';
import type { IIdleForm } from '../components/idle/useIdleForm';
import { describeDuration } from '../format/duration';
import { actOnKernel, kernelName } from '../state/kernels';
import { forEachLimited } from '../state/limited';
import type { ICommandContext, IDialogHandle } from './dialog';
import { ask } from './dialog';

/**
 * The idle settings of this server in a dialog, for whoever has no panel.
 */
export async function kernelSettings(context: ICommandContext): Promise<void> {
  const { trans } = context;
  let dialog: IDialogHandle | null = null;
  const current: { form: IIdleForm | null } = { form: null };
  const onForm = (form: IIdleForm) => {
    current.form = form;
    dialog?.setAccept(applyLabel(form, trans), form.canApply);
  };
  const { button } = await ask(context, {
    title: trans.__('Kernel settings'),
    summary: trans.__('When idle kernels are stopped.'),
    accept: trans.__('Apply'),
    other: trans.__('Back to default'),
    isCautious: true,
    onOpen: handle => {
      dialog = handle;
    },
    body: <IdleSettingsForm onForm={onForm} />
  });
  const { form } = current;
  if (button === 'accept' && form) {
    await form.apply();
  } else if (button === 'other' && form) {
    await resetSettings(context);
  }
}

/**
 * Go back to the configured settings; what that stops is shown by the question.
 */
async function resetSettings(context: ICommandContext): Promise<void> {
  const { hub, trans } = context;
  const { button } = await ask(context, {
    title: trans.__('Go back to the default settings?'),
    summary: trans.__('What you have set here is forgotten.'),
    accept: trans.__('Back to default'),
    isCautious: true,
    body: (
      <p>
        {trans.__(
          'What you have set here is forgotten. Kernels that are idle for longer than the default allows are stopped.'
        )}
      </p>
    )
  });
  if (button === 'accept') {
    await hub.client.resetIdle();
    await hub.queryClient.invalidateQueries();
  }
}

/**
 * Kernels that run nothing now; one in another state (busy, starting, dead) is left alone.
 */
export function idleKernels(
  kernels: readonly KernelView[]
): readonly KernelView[] {
  return kernels.filter(
    ({ execution_state, idle_seconds }) =>
      execution_state === 'idle' && idle_seconds !== null
  );
}

/**
 * Shut the idle kernels of this server down, after a question that names them.
 */
export async function shutdownIdleKernels(
  context: ICommandContext
): Promise<void> {
  const { hub, trans } = context;
  const found = idleKernels(await hub.client.listKernels());
  if (found.length === 0) {
    Notification.info(trans.__('No kernel is idle.'), { autoClose: 5000 });
    return;
  }
  const accept = trans._n(
    'Shut down %1 kernel',
    'Shut down %1 kernels',
    found.length
  );
  const { button } = await ask(context, {
    title: trans.__('Shut down idle kernels?'),
    summary: trans.__('What is in their memory is lost.'),
    isDestructive: true,
    accept,
    body: <IdleKernels kernels={found} />
  });
  if (button !== 'accept') {
    return;
  }
  // A kernel that was put to work meanwhile is left alone.
  const ids = new Set(found.map(({ id }) => id));
  const still = idleKernels(await hub.client.listKernels()).filter(({ id }) =>
    ids.has(id)
  );
  const errors: string[] = [];
  await forEachLimited(
    still,
    async kernel => {
      try {
        await actOnKernel(hub, 'shutdown', kernel.id);
      } catch (error) {
        errors.push(`${kernelName(kernel)}: ${messageOf(error)}`);
      }
    },
    new AbortController().signal
  );
  if (errors.length) {
    await ask(context, {
      title: trans.__('Not all kernels were shut down'),
      summary: errors[0] ?? '',
      accept: trans.__('Close'),
      body: <pre className="jp-HubAdmin-problemFull">{errors.join('\n')}</pre>
    });
  } else {
    Notification.success(
      trans._n('%1 kernel shut down.', '%1 kernels shut down.', still.length),
      { autoClose: 5000 }
    );
  }
}

function IdleKernels(props: { kernels: readonly KernelView[] }): JSX.Element {
  const trans = useTrans();
  return (
    <>
      <ul className="jp-HubAdmin-facts jp-HubAdmin-plainList">
        {props.kernels.map(kernel => (
          <li key={kernel.id}>
            {trans.__(
              '%1: idle for %2',
              kernelName(kernel),
              describeDuration(kernel.idle_seconds ?? 0, trans)
            )}
          </li>
        ))}
      </ul>
      <p>
        {trans.__('What is in their memory is lost. Notebooks and files stay.')}
      </p>
    </>
  );
}
