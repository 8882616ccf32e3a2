import type { IServerEvent } from '../api/sse';
import type { LiveView } from '../api/types';

/**
 * How it is with one tab.
 */
export interface ITab {
  /** What is in view there; null: nobody looks at anything of ours. */
  readonly view: LiveView | null;
  readonly leads: boolean;
  /** The leader's stream is open. */
  readonly connected: boolean;
  /** Whoever is there is to answer. */
  readonly asks: boolean;
}

/**
 * What the tabs of one browser tell each other.
 */
export type Message =
  | ({ readonly kind: 'tab'; readonly id: string } & ITab)
  | { readonly kind: 'bye'; readonly id: string }
  | { readonly kind: 'retry'; readonly id: string }
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly event: IServerEvent;
    };

/**
 * Whether it is ours: every page of the same origin may speak in this channel.
 */
export function isMessage(data: unknown): data is Message {
  const { kind, id, view, event } = (data ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string') {
    return false;
  }
  switch (kind) {
    case 'tab':
      return view === null || isView(view);
    case 'event':
      return typeof event === 'object' && event !== null;
    default:
      return kind === 'bye' || kind === 'retry';
  }
}

function isView(view: unknown): boolean {
  const { users, windows } = (view ?? {}) as Record<string, unknown>;
  return Array.isArray(users) && Array.isArray(windows);
}
