import type { DecisionView, NoticeView, ServerDeadline } from '../api/types';

/**
 * When the service is asked, by its clock.
 */
export const NOW = Date.parse('2026-11-23T14:00:00Z');

const MINUTE = 60_000;

/**
 * A moment so many minutes from then.
 */
export function inMinutes(minutes: number): string {
  return new Date(NOW + minutes * MINUTE).toISOString();
}

/**
 * A server that was not used for half an hour and stops in half an hour, warned ten minutes ahead.
 */
export function decision(more: Partial<DecisionView> = {}): DecisionView {
  return {
    verdict: 'keep',
    reason_code: 'idle',
    reason: 'Nothing used for 30 min; the limit is 1 h, the default.',
    facts: { seconds: 1800, limit: 3600 },
    deadline: inMinutes(30),
    warn_at: inMinutes(20),
    last_activity: inMinutes(-30),
    origin: { level: 'default', name: '' },
    sources: [],
    ...more
  };
}

/**
 * The same, as its server answers.
 */
export function told(more: Partial<ServerDeadline> = {}): ServerDeadline {
  return {
    now: inMinutes(0),
    told_seconds_ago: 0,
    current: true,
    decision: decision(),
    idle_timeout: 3600,
    keep_until_most: inMinutes(60),
    notices: [],
    ...more
  };
}

/**
 * What a server answers of which nothing is known.
 */
export const UNTOLD: ServerDeadline = {
  now: null,
  told_seconds_ago: null,
  current: false,
  decision: null,
  idle_timeout: null,
  keep_until_most: null,
  notices: []
};

/**
 * That the last run was stopped.
 */
export function notice(more: Partial<NoticeView> = {}): NoticeView {
  return {
    id: 'n1',
    kind: 'stopped',
    text: 'Your server was stopped. Nothing used for 1 hour; the limit is 1 hour, set for group class-a.',
    by: 'hub_admin_lab',
    at: inMinutes(-3 * 24 * 60),
    until: null,
    ...more
  };
}

/**
 * Hide the page, or show it.
 */
export function hidePage(isHidden: boolean): void {
  Object.defineProperty(document, 'visibilityState', {
    configurable: true,
    value: isHidden ? 'hidden' : 'visible'
  });
  document.dispatchEvent(new Event('visibilitychange'));
}

/**
 * What a browser of these tests was told to show.
 */
export interface IShownInBrowser {
  readonly title: string;
  readonly body: string;
  readonly close: jest.Mock;
  onclick?: () => void;
}

/**
 * Give the browser notifications of its own, which jsdom lacks.
 *
 * @returns what was shown, and how the person is asked
 */
export function browserNotifications(permission: NotificationPermission): {
  shown: IShownInBrowser[];
  requestPermission: jest.Mock;
  remove: () => void;
} {
  const shown: IShownInBrowser[] = [];
  const requestPermission = jest.fn(() => {
    Fake.permission = 'granted';
    return Promise.resolve(Fake.permission);
  });
  class Fake implements IShownInBrowser {
    static permission = permission;
    static requestPermission = requestPermission;

    constructor(
      readonly title: string,
      { body }: { body: string }
    ) {
      this.body = body;
      shown.push(this);
    }

    readonly body: string;
    readonly close = jest.fn();
  }
  Object.assign(window, { Notification: Fake });
  return {
    shown,
    requestPermission,
    remove: () => {
      delete (window as { Notification?: unknown }).Notification;
    }
  };
}
