/**
 * A server, by its owner and its name; the default server has the empty name.
 */
export interface IWho {
  readonly user: string;
  readonly server: string;
}

/**
 * How a server is called everywhere: `user`, or `user/server` for a named one.
 *
 * Names of users hold no slash, so this is a key as well.
 */
export function whoOf({ user, server }: IWho): string {
  return server === '' ? user : `${user}/${server}`;
}

/**
 * The server that a text such as `bob/gpu` names; null for an empty text.
 */
export function parseWho(text: string): IWho | null {
  const trimmed = text.trim();
  const slash = trimmed.indexOf('/');
  if (slash === 0 || trimmed === '') {
    return null;
  }
  return slash < 0
    ? { user: trimmed, server: '' }
    : { user: trimmed.slice(0, slash), server: trimmed.slice(slash + 1) };
}
