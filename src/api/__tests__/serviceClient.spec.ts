import { ServerConnection } from '@jupyterlab/services';

import { ServiceClient } from '../serviceClient';

const API = 'http://lab/user/admin/hub-admin-lab/api/service/';

describe('the routes of the hub service', () => {
  const makeRequest = jest.spyOn(ServerConnection, 'makeRequest');
  const client = new ServiceClient(
    ServerConnection.makeSettings({ baseUrl: 'http://lab/user/admin/' })
  );

  beforeEach(() => {
    // What jsdom does not have: an answer.
    makeRequest.mockReset().mockResolvedValue({
      ok: true,
      status: 200,
      text: () => Promise.resolve('{}')
    } as Response);
  });

  afterAll(() => makeRequest.mockRestore());

  /** What was asked last. */
  const asked = () => {
    const [url, { method, body }] = makeRequest.mock.lastCall ?? ['', {}];
    const sent =
      typeof body === 'string' ? (JSON.parse(body) as unknown) : body;
    return [method, url.replace(API, ''), sent];
  };

  it.each([
    ['hub', '', 'rules/hub'],
    ['group', 'class a/b', 'rules/group/class%20a%2Fb'],
    ['user', 'élodie', 'rules/user/%C3%A9lodie'],
    // A segment of nothing may be lost on the way, and a quoted slash be refused.
    ['server', 'alice/', 'rules/server/alice'],
    ['server', 'alice/gpu', 'rules/server/alice/gpu']
  ] as const)('names the rule of %s %s', async (level, name, path) => {
    await client.putRule(level, name, { exempt: null }, 0);
    expect(asked()).toEqual([
      'PUT',
      path,
      { rule: { exempt: null }, version: 0 }
    ]);
  });

  it('sends the version of a rule that is taken away, if there is one', async () => {
    await client.deleteRule('group', 'a', 3);
    expect(asked()).toEqual(['DELETE', 'rules/group/a?version=3', undefined]);
    await client.deleteRule('group', 'a', null);
    expect(asked()).toEqual(['DELETE', 'rules/group/a', undefined]);
  });

  it('names servers by one segment or two', async () => {
    await client.extend('alice', '', null);
    expect(asked()).toEqual(['POST', 'servers/alice/extend', { until: null }]);
    await client.shutdownKernel('bob', 'gpu', 'k-1');
    expect(asked()).toEqual([
      'POST',
      'servers/bob/gpu/kernels/k-1/shutdown',
      undefined
    ]);
  });

  it('leaves out what is not filtered by', async () => {
    await client.audit({ actor: '', user: 'bob', before: 7 });
    expect(asked()[1]).toBe('audit?user=bob&before=7');
    await client.servers('');
    expect(asked()[1]).toBe('servers');
  });
});
