import { ServerConnection } from '@jupyterlab/services';

import { told } from '../../testing/user';
import { UserClient } from '../userClient';

const API = 'http://lab/user/alice/hub-admin-lab/api';

describe('the client of every user', () => {
  const makeRequest = jest.spyOn(ServerConnection, 'makeRequest');
  const client = new UserClient(
    ServerConnection.makeSettings({ baseUrl: 'http://lab/user/alice/' })
  );
  /** What jsdom does not have: an answer. */
  const answer = (body: string) =>
    makeRequest.mockResolvedValue({
      ok: true,
      status: 200,
      text: () => Promise.resolve(body)
    } as Response);
  const sent = () => {
    const [url, { method, body }] = makeRequest.mock.calls[0] ?? ['', {}];
    return [method, url, body];
  };

  beforeEach(() => makeRequest.mockReset());

  afterAll(() => makeRequest.mockRestore());

  it('asks for the deadline', async () => {
    answer(JSON.stringify(told()));
    expect(await client.deadline()).toEqual(told());
    expect(sent()).toEqual(['GET', `${API}/deadline`, undefined]);
  });

  it('tells that a notice was seen', async () => {
    answer('');
    await client.seen('a/b');
    expect(sent()).toEqual(['DELETE', `${API}/notices/a%2Fb`, undefined]);
  });

  it('tells that somebody is here', async () => {
    answer('');
    await client.presence('p');
    expect(sent()).toEqual(['POST', `${API}/presence`, '{"page":"p"}']);
  });
});
