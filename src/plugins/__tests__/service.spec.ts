import type { JupyterFrontEnd } from '@jupyterlab/application';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import { servicePlugin, visitorsConnection } from '../service';

/** How often the code of the rest does not come. */
let mockFailures = 0;

jest.mock('../opened', () => {
  if (mockFailures > 0) {
    mockFailures -= 1;
    throw new Error('Loading chunk 7 failed.');
  }
  return jest.requireActual<object>('../opened');
});

describe('loading ahead', () => {
  const activate = async () => {
    const fetch = jest.fn(() => new Promise<Response>(() => undefined));
    const app = {
      name: 'JupyterLab',
      commands: new CommandRegistry(),
      serviceManager: {
        serverSettings: ServerConnection.makeSettings({ fetch })
      }
    } as unknown as JupyterFrontEnd;
    const hub = await servicePlugin.activate(app, nullTranslator);
    return { ...hub, fetch };
  };

  it('is silent where it fails: whoever opens the panel tries again', async () => {
    mockFailures = 1;
    const { preload, open } = await activate();
    await preload();
    expect(mockFailures).toBe(0);
    const { context } = await open();
    expect(context.hub).toBeTruthy();
    context.hub.live.dispose();
  });

  it('makes nothing and asks nothing', async () => {
    const { start, preload, open, fetch } = await activate();
    // Who is looking.
    expect(fetch).toHaveBeenCalledTimes(1);
    await preload();
    expect(start.hub).toBeNull();
    expect(fetch).toHaveBeenCalledTimes(1);
    const { context } = await open();
    expect(start.hub).toBe(context.hub);
    context.hub.live.dispose();
  });
});

describe('the connection of the visitor', () => {
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/user/alice/',
    token: 'of the page'
  });

  it('is that of JupyterLab', () => {
    expect(visitorsConnection('JupyterLab', settings)).toBe(settings);
  });

  it("goes without the token of Notebook, which may be the server's", () => {
    const connection = visitorsConnection('Jupyter Notebook', settings);
    expect(connection.token).toBe('');
    expect(connection.baseUrl).toBe(settings.baseUrl);
  });
});
