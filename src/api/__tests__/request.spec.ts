import { ServerConnection } from '@jupyterlab/services';

import { ApiError, ConnectionError, isAway } from '../errors';
import { request, requestJSON } from '../request';
import { HubAdminClient } from '../client';

const settings = ServerConnection.makeSettings({
  baseUrl: 'http://lab/user/admin/'
});

/** What jsdom does not have: an answer. */
function answer(status: number, body: string): Response {
  return {
    ok: status < 300,
    status,
    statusText: 'Status',
    text: () => Promise.resolve(body)
  } as Response;
}

describe('request', () => {
  const makeRequest = jest.spyOn(ServerConnection, 'makeRequest');

  afterEach(() => {
    makeRequest.mockReset();
  });

  it('quotes every segment and every value', async () => {
    makeRequest.mockResolvedValue(answer(200, '[]'));
    await request(settings, ['users', "o'brien+x@é/..", 'server'], {
      query: { search: 'a&b=c', offset: 0, state: undefined }
    });
    expect(makeRequest.mock.calls[0]?.[0]).toBe(
      "http://lab/user/admin/hub-admin-lab/api/users/o'brien%2Bx%40%C3%A9%2F../server?search=a%26b%3Dc&offset=0"
    );
  });

  it('does not let core add a time stamp to the query', async () => {
    makeRequest.mockResolvedValue(answer(200, '[]'));
    await request(settings, ['info']);
    expect(makeRequest.mock.calls[0]?.[1].cache).toBe('no-cache');
  });

  it('gives the status, code and message of a refusal', async () => {
    makeRequest.mockResolvedValue(
      answer(
        403,
        '{"message": "You may not.", "code": "hub_forbidden", "detail": {"a": 1}}'
      )
    );
    const error = await requestJSON(settings, ['users']).catch(
      (reason: unknown) => reason
    );
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 403,
      code: 'hub_forbidden',
      message: 'You may not.',
      detail: { a: 1 }
    });
    expect(isAway(error)).toBe(false);
  });

  it('takes the title of a page of HTML, never its markup', async () => {
    makeRequest.mockResolvedValue(
      answer(
        503,
        '<html><head><title>Proxy target missing</title></head><body><script>x</script></body></html>'
      )
    );
    const error = await requestJSON(settings, ['users']).catch(
      (reason: unknown) => reason
    );
    expect(error).toMatchObject({ message: 'Proxy target missing' });
    expect(isAway(error)).toBe(true);
  });

  it('bounds what it keeps of a message', async () => {
    makeRequest.mockResolvedValue(
      answer(
        500,
        JSON.stringify({ message: 'x'.repeat(100_000), code: 'hub_failed' })
      )
    );
    const error = (await requestJSON(settings, ['users']).catch(
      (reason: unknown) => reason
    )) as Error;
    expect(error.message.length).toBeLessThanOrEqual(2000);
  });

  it('tells a connection that is gone from a request that was given up', async () => {
    makeRequest.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await expect(request(settings, ['info'])).rejects.toBeInstanceOf(
      ConnectionError
    );
    const abort = new AbortController();
    abort.abort();
    makeRequest.mockRejectedValueOnce(new TypeError('aborted'));
    await expect(
      request(settings, ['info'], { signal: abort.signal })
    ).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('takes an answer without a body', async () => {
    makeRequest.mockResolvedValue(answer(204, ''));
    await expect(
      new HubAdminClient(settings).shutdownKernel('k')
    ).resolves.toBeUndefined();
  });

  it('asks for the default server without an empty segment', async () => {
    makeRequest.mockResolvedValue(answer(201, '{}'));
    const client = new HubAdminClient(settings);
    await client.startServer('bob', '');
    await client.stopServer('bob', 'my gpu');
    expect(makeRequest.mock.calls.map(([url]) => url)).toEqual([
      'http://lab/user/admin/hub-admin-lab/api/users/bob/server',
      'http://lab/user/admin/hub-admin-lab/api/users/bob/servers/my%20gpu'
    ]);
    expect(makeRequest.mock.calls.map(([, init]) => init.method)).toEqual([
      'POST',
      'DELETE'
    ]);
  });

  it('takes a user who is not there for none, not for an error', async () => {
    const client = new HubAdminClient(settings);
    makeRequest.mockResolvedValueOnce(answer(200, '{"user": {"name": "ann"}}'));
    await expect(client.getUser('ann')).resolves.toMatchObject({
      user: { name: 'ann' }
    });
    const gone = answer(404, '{"message": "No such user.", "code": "x"}');
    makeRequest.mockResolvedValueOnce(gone);
    await expect(client.getUser('ann')).resolves.toBeNull();
    expect(makeRequest.mock.calls[0]?.[0]).toBe(
      'http://lab/user/admin/hub-admin-lab/api/users/ann'
    );
  });
});
