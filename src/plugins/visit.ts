import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { ITranslator } from '@jupyterlab/translation';

import { tellNotLoaded } from '../commands/notLoaded';
import type { IHubAdmin as IHubAdminType } from '../tokens';
import { IHubAdmin } from '../tokens';
import { DOMAIN } from './domain';

/**
 * Tells visitors whose server they are in.
 */
export const visitPlugin: JupyterFrontEndPlugin<void> = {
  id: 'hub-admin-lab:visit',
  description: 'Shows visitors whose server they are in.',
  autoStart: true,
  requires: [IHubAdmin, ITranslator],
  optional: [ILabShell],
  activate: (
    app: JupyterFrontEnd,
    hub: IHubAdminType,
    translator: ITranslator,
    labShell: ILabShell | null
  ): void => {
    const { start } = hub;
    const trans = translator.load(DOMAIN);
    let isShown = false;
    const show = async () => {
      const info = start.info.get();
      if (isShown || !info?.hub || info.at_home || !info.owner) {
        return;
      }
      isShown = true;
      const part = await import('../visit/band').catch((error: unknown) =>
        tellNotLoaded(error, trans)
      );
      if (!part) {
        isShown = false; // tried again with the next answer
        return;
      }
      const { markTitle, VisitBand } = part;
      const band = new VisitBand(info.owner, info.hub, trans);
      app.shell.add(band, labShell ? 'header' : 'top');
      markTitle(info.owner);
    };
    start.info.subscribe(() => void show());
    void show();
  }
};
