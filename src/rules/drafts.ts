import { useSyncExternalStore } from 'react';

import type { Rule } from '../api/types';
import { Listeners } from '../state/listeners';
import type { IRuleDraft } from './draft';
import { differs } from './draft';
import type { IRuleKey } from './levels';
import { keyText } from './levels';

/**
 * A rule that is being written.
 */
export interface IEdited {
  readonly key: IRuleKey;
  readonly draft: IRuleDraft;
  /** The rule as it was when the writing began, and its version; 0: there was none. */
  readonly base: { readonly rule: Rule; readonly version: number };
}

/**
 * What was written and not saved yet: it outlives a look at another level or tab.
 */
export class RuleDrafts {
  /**
   * Call back on every change.
   */
  get subscribe(): Listeners['subscribe'] {
    return this._listeners.subscribe;
  }

  /**
   * All of them by their places; the same object as long as nothing changed.
   */
  readonly all = (): ReadonlyMap<string, IEdited> => this._all;

  /**
   * Keep what was written.
   */
  set(edited: IEdited): void {
    this._change(all => all.set(keyText(edited.key), edited));
  }

  /**
   * It was saved, or given up.
   */
  drop(key: IRuleKey): void {
    this._change(all => all.delete(keyText(key)));
  }

  private _change(change: (all: Map<string, IEdited>) => void): void {
    const all = new Map(this._all);
    change(all);
    this._all = all;
    this._listeners.notify();
  }

  private _all: ReadonlyMap<string, IEdited> = new Map();
  private readonly _listeners = new Listeners();
}

/**
 * What was written and not saved yet, by the places.
 */
export function useDrafts(drafts: RuleDrafts): ReadonlyMap<string, IEdited> {
  return useSyncExternalStore(drafts.subscribe, drafts.all);
}

/**
 * Whether there is anything to save.
 */
export function isChanged({ draft, base }: IEdited): boolean {
  return differs(draft, base.rule);
}
