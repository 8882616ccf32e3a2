import { Notification } from '@jupyterlab/apputils';
import React from 'react';

import { messageOf } from '../api/errors';
import type { ServiceServer } from '../api/types';
import {
  fromLocalInput,
  isoOf,
  keepChoices,
  toLocalInput
} from '../components/why/choices';
import { formatMoment } from '../format/time';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { serviceNow } from '../state/fate';
import { keepServer, loadServiceServers } from '../state/service';
import type { ICommandContext } from './dialog';
import { tell } from './dialog';
import { isInView } from './feedback';
import { askForm } from './form';
import { pickServer } from './pick';

const HOUR = 3_600_000;

/**
 * The choice that is none of those offered.
 */
const OTHER = 'other';

/**
 * Ask which server is to be kept, of those that the visitor may keep.
 */
export async function pickKept(context: ICommandContext): Promise<IWho | null> {
  const { trans } = context;
  return pickActive(
    context,
    trans.__('Keep a server running'),
    ({ may_manage }) => may_manage
  );
}

/**
 * Ask for one of the active servers that the hub service knows.
 */
export async function pickActive(
  context: ICommandContext,
  title: string,
  isFor: (server: ServiceServer) => boolean
): Promise<IWho | null> {
  const { hub, trans } = context;
  const names = new Set<string>();
  try {
    const { items } = await loadServiceServers(hub);
    for (const server of items.filter(isFor)) {
      names.add(whoOf({ user: server.user, server: server.name }));
    }
  } catch (error) {
    const message = messageOf(error);
    await tell(context, {
      title: trans.__('The servers could not be listed'),
      summary: message,
      body: <p>{message}</p>
    });
    return null;
  }
  return pickServer(context, {
    title,
    accept: trans.__('Next'),
    state: 'running',
    isFor: ({ user, name }) => names.has(whoOf({ user, server: name }))
  });
}

/**
 * Keep a server until a moment, which is asked for if it is not given, and tell how that went.
 *
 * @param until - ISO 8601
 */
export async function keepServerUntil(
  context: ICommandContext,
  who: IWho,
  until: string | null
): Promise<void> {
  const { hub, trans, actions } = context;
  if (until !== null) {
    try {
      await keep(context, who, until);
    } catch (error) {
      hub.refused(error);
      actions.showProblem(who, messageOf(error));
    }
    return;
  }
  await askUntil(context, {
    title: trans.__('Keep server of %1 running', whoOf(who)),
    user: who.user,
    row: whoOf(who),
    send: time => keep(context, who, time)
  });
}

/**
 * Ask until when something is kept, and keep it.
 *
 * @param user - whose; empty: of several users
 * @param send - keep it until then, in ISO 8601
 */
export async function askUntil(
  context: ICommandContext,
  {
    title,
    user,
    row,
    send
  }: {
    title: string;
    user: string;
    row?: string;
    send: (until: string) => Promise<void>;
  }
): Promise<void> {
  const { hub, trans } = context;
  const now = () => serviceNow(hub, user);
  const choices = keepChoices(now(), trans);
  const chosen = (value: string, other: string) =>
    value === OTHER
      ? fromLocalInput(other, now())
      : (choices[Number(value)]?.until ?? null);
  await askForm(context, {
    title,
    lead: trans.__(
      'Until then it is not stopped for being idle. It may be kept for less than you ask for, where the rules of your hub allow no more.'
    ),
    accept: trans.__('Keep'),
    row,
    fields: [
      {
        name: 'until',
        label: trans.__('Keep until'),
        value: '0',
        options: [
          ...choices.map(({ label }, index) => ({
            value: String(index),
            label
          })),
          { value: OTHER, label: trans.__('Other…') }
        ]
      },
      {
        name: 'other',
        label: trans.__('Other end'),
        value: toLocalInput(now() + 2 * HOUR),
        isTime: true,
        note: trans.__('Counts only with Other… above.')
      }
    ],
    problemOf: ({ until: value, other }) =>
      chosen(String(value), String(other)) === null
        ? trans.__('The end has to be ahead.')
        : null,
    send: async ({ until: value, other }) => {
      const time = chosen(String(value), String(other));
      if (time !== null) {
        await send(isoOf(time));
      }
    }
  });
}

async function keep(
  { hub, trans }: ICommandContext,
  who: IWho,
  until: string
): Promise<void> {
  const name = whoOf(who);
  const kept = await keepServer(hub, who, until);
  if (kept === null) {
    throw new Error(trans.__('The hub service does not keep it.'));
  }
  const moment = formatMoment(kept, serviceNow(hub, who.user));
  const isLess = Date.parse(kept) < Date.parse(until) - 1000;
  const text = isLess
    ? trans.__('Your hub allows no longer. %1 is kept until %2.', name, moment)
    : trans.__('%1 is kept until %2.', name, moment);
  // What a notification says is not repeated.
  if (isLess) {
    Notification.warning(text, { autoClose: false });
  } else if (isInView(name)) {
    hub.announcer.say(text);
  } else {
    Notification.success(text, { autoClose: 5000 });
  }
}
