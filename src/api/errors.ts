/**
 * Codes of errors which mean that the Hub is away, not that it refused.
 *
 * @see hub_admin_lab/errors.py, where every code is made
 */
const AWAY_CODES: ReadonlySet<string> = new Set([
  'hub_unreachable',
  'hub_unavailable',
  'hub_timeout',
  'hub_bad_answer'
]);

/**
 * The longest text of an error that is kept; whatever comes from outside is bounded.
 */
const MAX_MESSAGE = 2000;

/**
 * Cut a text that came from outside to a bearable length.
 */
export function bounded(text: string, length: number = MAX_MESSAGE): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/**
 * An answer of the server extension that is not a success.
 */
export class ApiError extends Error {
  /**
   * @param status - the HTTP status
   * @param code - a stable word to decide by, such as `hub_forbidden`
   * @param message - a sentence for the person, usually the Hub's own
   * @param detail - more, such as the fields that were wrong
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: Readonly<Record<string, unknown>> | null = null
  ) {
    super(bounded(message));
    this.name = 'ApiError';
  }
}

/**
 * Nothing answered: this server itself cannot be reached.
 */
export class ConnectionError extends Error {
  constructor(message: string) {
    super(bounded(message));
    this.name = 'ConnectionError';
  }
}

/**
 * Whether the error means that the Hub, or the way to it, is away for now.
 */
export function isAway(error: unknown): boolean {
  return (
    error instanceof ConnectionError ||
    (error instanceof ApiError && AWAY_CODES.has(error.code))
  );
}

/**
 * Whether the request was given up by ourselves.
 */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/**
 * The sentence of an error, whatever was thrown.
 */
export function messageOf(error: unknown): string {
  return bounded(error instanceof Error ? error.message : String(error));
}

/**
 * Whether the Hub does not allow it (any more). It says that it knows no such thing of what it does
 * not show.
 */
export function isRefused(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    (error.status === 403 || error.code === 'hub_not_found')
  );
}
