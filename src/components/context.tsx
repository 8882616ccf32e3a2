import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';

import type { IWho } from '../format/who';
import type { IBulk } from '../state/bulkRun';

/**
 * What a button of a row does.
 */
export type RowAction = 'start' | 'stop' | 'restart' | 'open';

/**
 * What a menu, a bar or a drawer offers; each is a command.
 */
export type PanelCommand =
  | 'refresh'
  | 'dashboard'
  | 'showDetails'
  | 'selectAll'
  | 'startSelected'
  | 'stopSelected'
  | 'restartSelected'
  | 'stopIdleServers'
  | 'startWithOptions'
  | 'createServer'
  | 'renameServer'
  | 'deleteServer'
  | 'addUsers'
  | 'editUser'
  | 'deleteUser'
  | 'keepServer'
  | 'keepSelected'
  | 'exemptServer'
  | 'endExemption'
  | 'idleRules'
  | 'openLog'
  | 'openGroups'
  | 'shutdownHub'
  | 'hubPage'
  | 'settings';

/**
 * What components may ask for; the widgets carry it out by commands, so that a button, a key, the
 * palette and a menu take the same way.
 */
export interface IPanelActions {
  run: (action: RowAction, who: IWho) => void;
  /** Carry out a command, for a server if it is about one. */
  command: (name: PanelCommand, who?: IWho) => void;
  /** Whether the command is there for this visitor, and for that server. */
  offers: (name: PanelCommand, who?: IWho) => boolean;
  /** Show the whole text of what went wrong. */
  showProblem: (who: IWho, message: string) => void;
  /** Show how an action on many servers ended. */
  showOutcome: (bulk: IBulk) => void;
  /** Open the document of a kernel; absent where that is not possible. */
  openPath?: (path: string) => void;
  /** Ask before a kernel is restarted or shut down; resolves to whether it may be. */
  confirmKernel: (
    action: 'restart' | 'shutdown',
    name: string
  ) => Promise<boolean>;
  /** Ask before something that cannot be undone; resolves to whether it may be. */
  confirm: (question: {
    title: string;
    text: string;
    accept: string;
  }) => Promise<boolean>;
  /** Show the idle rule of a level; the name is empty for the hub. */
  showRule: (level: string, name: string) => void;
  /** Put a text into the clipboard. */
  copy: (text: string) => void;
  /** Open the documentation. */
  help: () => void;
  /** Restart the server that this page comes from. */
  restartOwn: () => void;
}

/**
 * The words and deeds of the components.
 */
export interface IPanelContext {
  readonly trans: TranslationBundle;
  readonly actions: IPanelActions;
}

/**
 * Gives components their words and deeds; the widgets provide it.
 */
export const PanelContext = createContext<IPanelContext | null>(null);

function usePanel(): IPanelContext {
  const panel = useContext(PanelContext);
  if (!panel) {
    throw new Error('This component is used outside of PanelContext.');
  }
  return panel;
}

/**
 * The translated words.
 */
export function useTrans(): TranslationBundle {
  return usePanel().trans;
}

/**
 * What components may ask for.
 */
export function useActions(): IPanelActions {
  return usePanel().actions;
}
