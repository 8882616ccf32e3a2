import { ServerConnection } from '@jupyterlab/services';

import { visitorsConnection } from '../service';

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
