import { Notification } from '@jupyterlab/apputils';

import type { ICommandContext } from './dialog';
import { askForm } from './form';

/**
 * Shut the hub down, after a question that asks for a word.
 */
export async function shutdownHub(context: ICommandContext): Promise<void> {
  const { hub, trans } = context;
  const word = trans.__('shutdown');
  const isDown = await askForm(context, {
    title: trans.__('Shut down the hub?'),
    lead: trans.__(
      'Nobody can start, stop or reach a server through the hub until it is started again.'
    ),
    accept: trans.__('Shut down'),
    isDestructive: true,
    fields: [
      {
        name: 'servers',
        label: trans.__('Also stop all servers'),
        value: false
      },
      { name: 'proxy', label: trans.__('Also stop the proxy'), value: false },
      { name: 'typed', label: trans.__('Type %1 to go on', word), value: '' }
    ],
    problemOf: ({ typed }) => (typed === word ? null : ''),
    send: ({ servers, proxy }) =>
      hub.client.shutdownHub({
        servers: servers === true,
        proxy: proxy === true
      })
  });
  if (isDown) {
    Notification.info(
      trans.__('The hub shuts down. Whoever runs it has to start it again.'),
      { autoClose: false }
    );
  }
}
