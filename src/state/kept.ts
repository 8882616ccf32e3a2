/**
 * Something that outlives a reload of the page.
 *
 * It is kept in the storage of the browser tab: another tab shows something else, a new session of
 * the browser begins anew, and nothing of whom somebody looked for stays on the disk for long or
 * reaches a server. Another server, that is another person, has its own.
 */
export class Kept<T> {
  /**
   * @param scope - the base URL of this server
   * @param name - what it is
   * @param read - makes it of what was kept, which anything on this page may have written
   */
  constructor(scope: string, name: string, read: (kept: unknown) => T) {
    this._key = `hub-admin-lab:${scope}:${name}`;
    this._read = read;
  }

  /**
   * What was kept.
   */
  get(): T {
    try {
      const text = window.sessionStorage.getItem(this._key);
      return this._read(text === null ? null : JSON.parse(text));
    } catch {
      // No storage, or not ours.
      return this._read(null);
    }
  }

  /**
   * Keep it.
   */
  set(value: T): void {
    try {
      window.sessionStorage.setItem(this._key, JSON.stringify(value));
    } catch {
      // The storage is full or not allowed: a reload begins anew.
    }
  }

  private readonly _key: string;
  private readonly _read: (kept: unknown) => T;
}

/**
 * The fields of something that was kept; none if it is not an object.
 */
export function fieldsOf(kept: unknown): Readonly<Record<string, unknown>> {
  return typeof kept === 'object' && kept !== null
    ? (kept as Record<string, unknown>)
    : {};
}
