import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { ApiError, ConnectionError, isAborted, messageOf } from './errors';
import type { ErrorBody } from './types';

/**
 * The path of our API under the base URL of this server.
 */
const NAMESPACE = 'hub-admin-lab/api';

/**
 * The status by which a Hub says that the server behind an address is not running.
 */
const NOT_RUNNING = 424;

/**
 * What a request may carry.
 */
export interface IRequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * Encoded and appended to the address.
   */
  query?: Readonly<Record<string, string | number | undefined>>;
  /**
   * Sent as JSON.
   */
  body?: unknown;
  signal?: AbortSignal;
  accept?: string;
}

/**
 * Send a request to the server extension and give the raw answer.
 *
 * The one place of the lab extension that talks HTTP.
 *
 * @param settings - the connection to this server
 * @param segments - path segments under our namespace; each is quoted here
 * @param options - the rest of the request
 * @throws ApiError if the answer is not a success, ConnectionError if there is none
 */
export async function request(
  settings: ServerConnection.ISettings,
  segments: readonly string[],
  options: IRequestOptions = {}
): Promise<Response> {
  const path = segments.map(encodeURIComponent).join('/');
  const url =
    URLExt.join(settings.baseUrl, NAMESPACE, path) + queryOf(options.query);
  const init: RequestInit = {
    method: options.method ?? 'GET',
    // Never from a cache, and without the time stamp that core adds to the query for 'no-store':
    // unknown query fields are refused.
    cache: 'no-cache',
    signal: options.signal,
    headers: options.accept ? { Accept: options.accept } : undefined,
    body: options.body === undefined ? undefined : JSON.stringify(options.body)
  };
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(url, init, settings);
  } catch (error) {
    if (isAborted(error) || options.signal?.aborted) {
      throw new DOMException('The request was given up.', 'AbortError');
    }
    throw new ConnectionError(messageOf(error));
  }
  if (response.status === NOT_RUNNING) {
    // Not ours: the Hub answers for a server that has stopped.
    throw new ConnectionError('This server is not running.');
  }
  if (!response.ok) {
    throw await errorOf(response);
  }
  return response;
}

/**
 * Send a request to the server extension and give the JSON of the answer.
 */
export async function requestJSON<T>(
  settings: ServerConnection.ISettings,
  segments: readonly string[],
  options: IRequestOptions = {}
): Promise<T> {
  const response = await request(settings, segments, options);
  const text = await response.text();
  // DELETE may answer 204.
  if (!text) {
    return undefined as T;
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiError(response.status, 'bad_answer', shortText(text));
  }
}

/**
 * Whether the Hub says that this very server has stopped; false while it runs or is stopping.
 */
export async function hasStopped(
  settings: ServerConnection.ISettings
): Promise<boolean> {
  try {
    // A page, not our API: for pages the Hub tells "is stopping", by a redirect, from "stopped".
    const url = URLExt.join(settings.baseUrl, 'lab');
    const init: RequestInit = { method: 'GET', cache: 'no-cache' };
    const { status } = await ServerConnection.makeRequest(url, init, settings);
    return status === NOT_RUNNING;
  } catch {
    return false;
  }
}

function queryOf(query: IRequestOptions['query']): string {
  const pairs = Object.entries(query ?? {})
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return pairs.length ? `?${pairs.join('&')}` : '';
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  try {
    const body = JSON.parse(text) as Partial<ErrorBody>;
    if (typeof body.message === 'string') {
      return new ApiError(
        response.status,
        typeof body.code === 'string' ? body.code : 'unknown',
        body.message,
        body.detail ?? null
      );
    }
  } catch {
    // A proxy's or the Hub's page instead of our JSON: shown as text below.
  }
  const fallback = `${response.status} ${response.statusText}`.trim();
  const code = [502, 503, 504].includes(response.status)
    ? 'hub_unavailable'
    : 'unknown';
  return new ApiError(response.status, code, shortText(text) || fallback);
}

/**
 * The words of a page of HTML, without its markup.
 */
function shortText(text: string): string {
  const words = /<[a-z!/]/i.test(text)
    ? new DOMParser().parseFromString(text, 'text/html').title
    : text;
  return words.replace(/\s+/g, ' ').trim().slice(0, 200);
}
