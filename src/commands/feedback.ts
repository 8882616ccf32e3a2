import { Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import type { TranslationBundle } from '@jupyterlab/translation';

import { whoOf } from '../format/who';
import type { IArrival } from '../state/follower';
import type { IHubAdmin } from '../state/hub';
import type { IBegun } from '../state/servers';
import { CommandIDs } from './ids';

/**
 * What took longer is told even if the row is in view, in milliseconds.
 */
const LONG = 30_000;

/**
 * Tell how actions begin and end: to screen readers always, the end by a notification too if the
 * row cannot be seen.
 *
 * @returns a function that ends it
 */
export function giveFeedback(
  hub: IHubAdmin,
  commands: CommandRegistry,
  trans: TranslationBundle
): () => void {
  const onArrived = (_: IHubAdmin, arrival: IArrival) => {
    if (!arrival.mine) {
      return;
    }
    const key = whoOf(arrival.who);
    const text = textOf(arrival, key, trans);
    if (arrival.failure === null) {
      hub.announcer.say(text);
    } else {
      hub.announcer.interrupt(
        arrival.failure ? trans.__('%1 %2', text, arrival.failure) : text
      );
    }
    const wasLong = Date.now() - arrival.since > LONG;
    if (arrival.action !== 'stop' && (wasLong || !isInView(key))) {
      notify(arrival, text, commands, trans);
    } else if (arrival.failure !== null && !isInView(key)) {
      notify(arrival, text, commands, trans);
    }
  };
  const onBegun = (_: IHubAdmin, begun: IBegun) =>
    hub.announcer.say(begunText(begun, trans));
  hub.begun.connect(onBegun);
  hub.arrived.connect(onArrived);
  const stopHealth = tellHealth(hub, trans);
  return () => {
    hub.begun.disconnect(onBegun);
    hub.arrived.disconnect(onArrived);
    stopHealth();
  };
}

/**
 * Say to screen readers that the Hub went away and that it came back; the lists show it.
 */
function tellHealth(
  { health, announcer }: IHubAdmin,
  trans: TranslationBundle
): () => void {
  let wasAway = health.get().away;
  return health.subscribe(() => {
    const { away } = health.get();
    if (away !== wasAway) {
      wasAway = away;
      announcer.say(
        away
          ? trans.__('The hub does not answer.')
          : trans.__('The hub answers again.')
      );
    }
  });
}

function begunText({ who, action }: IBegun, trans: TranslationBundle): string {
  const key = whoOf(who);
  switch (action) {
    case 'start':
      return trans.__('%1: starting', key);
    case 'stop':
      return trans.__('%1: stopping', key);
    case 'restart':
      return trans.__('%1: restarting', key);
  }
}

function textOf(
  { action, failure }: IArrival,
  who: string,
  trans: TranslationBundle
): string {
  if (failure === null) {
    return action === 'stop'
      ? trans.__('%1 has stopped.', who)
      : trans.__('%1 is running.', who);
  }
  switch (action) {
    case 'start':
      return trans.__('%1 did not start.', who);
    case 'stop':
      return trans.__('%1 did not stop.', who);
    case 'restart':
      return trans.__('%1 did not restart.', who);
  }
}

function notify(
  { who, failure }: IArrival,
  text: string,
  commands: CommandRegistry,
  trans: TranslationBundle
): void {
  const args = { user: who.user, server: who.server };
  if (failure === null) {
    Notification.success(text, {
      autoClose: 10_000,
      actions: [
        {
          label: trans.__('Open'),
          callback: () => {
            void commands.execute(CommandIDs.accessServer, args);
          }
        }
      ]
    });
  } else {
    Notification.error(text, {
      autoClose: false,
      actions: [
        {
          label: trans.__('Show'),
          callback: () => {
            void commands.execute(CommandIDs.open, args);
          }
        }
      ]
    });
  }
}

/**
 * Whether a row of this server can be seen now.
 */
export function isInView(key: string): boolean {
  const rows = document.querySelectorAll<HTMLElement>(
    `.jp-HubAdmin-row[data-key="${CSS.escape(key)}"]`
  );
  return [...rows].some(row => {
    const view = row.closest('.jp-HubAdmin-scroll')?.getBoundingClientRect();
    const { top, bottom, height } = row.getBoundingClientRect();
    return (
      view !== undefined &&
      height > 0 &&
      bottom > view.top &&
      top < view.bottom &&
      document.visibilityState !== 'hidden'
    );
  });
}
