import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * The level whose rule something is.
 */
export interface IOrigin {
  readonly level: 'default' | 'hub' | 'group' | 'user' | 'server';
  readonly name: string;
  /** It is the most that the hub allows; the level asks for more. */
  readonly capped?: boolean;
}

/**
 * Where a rule is set, in words.
 */
export function originText(
  { level, name, capped }: IOrigin,
  trans: TranslationBundle
): string {
  switch (level) {
    case 'default':
      return trans.__('the default');
    case 'hub':
      return trans.__('set for the hub');
    case 'group':
      return capped
        ? trans.__('the most that the hub allows group %1', name)
        : trans.__('set for group %1', name);
    case 'user':
      return capped
        ? trans.__('the most that the hub allows user %1', name)
        : trans.__('set for user %1', name);
    case 'server':
      return capped
        ? trans.__('the most that the hub allows this server')
        : trans.__('set for this server');
  }
}
