import { Notification } from '@jupyterlab/apputils';

import { bounded, messageOf } from '../api/errors';
import type { DecisionView, Rule, RuleView, ServiceInfo } from '../api/types';
import { fromLocalInput, isoOf, toLocalInput } from '../components/why/choices';
import { whyText } from '../format/reason';
import { formatMoment } from '../format/time';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { mayEditRuleOf, ruleNameOf } from '../state/fate';
import { keys } from '../state/keys';
import { saveRule } from '../state/service';
import { confirmText } from './confirm';
import type { ICommandContext } from './dialog';
import { isInView } from './feedback';
import { askForm } from './form';
import { pickActive } from './keepServer';

/**
 * How long an exemption lasts that nobody says the end of, in milliseconds.
 */
const WEEK = 7 * 86_400_000;

/**
 * Characters of a reason of ours and of the service.
 */
const MAX_REASON = 500;

/**
 * Ask which server is to be exempt, of those whose rules the visitor may edit.
 */
export async function pickExempt(
  context: ICommandContext
): Promise<IWho | null> {
  const { hub, trans } = context;
  const info = await hub.queryClient.fetchQuery<ServiceInfo>({
    queryKey: keys.serviceInfo,
    queryFn: ({ signal }) => hub.client.service.info(signal)
  });
  return pickActive(context, trans.__('Exempt a server'), server =>
    mayEditRuleOf(info, server)
  );
}

/**
 * Never stop a server until some moment, for a reason: both are asked for, and written into the
 * rule of that server beside what is set there.
 */
export async function exemptServer(
  context: ICommandContext,
  who: IWho
): Promise<void> {
  const { hub, trans } = context;
  const name = whoOf(who);
  const before = (await ruleOf(context, who).catch(() => undefined))?.rule
    .exempt;
  const end = before ? Date.parse(before.until) : 0;
  const isSent = await askForm(context, {
    title: trans.__('Exempt server of %1', name),
    lead: trans.__(
      'Until then no rule stops it, the one about its age included. People can still stop it.'
    ),
    accept: trans.__('Exempt'),
    row: name,
    fields: [
      {
        name: 'reason',
        label: trans.__('Reason'),
        value: before?.reason ?? ''
      },
      {
        name: 'until',
        label: trans.__('End'),
        value: toLocalInput(Math.max(end, Date.now() + WEEK)),
        isTime: true
      }
    ],
    problemOf: ({ reason, until }) =>
      fromLocalInput(String(until), Date.now()) === null
        ? trans.__('The end has to be ahead.')
        : String(reason).trim()
          ? null
          : '',
    send: async ({ reason, until }) => {
      const time = fromLocalInput(String(until), Date.now());
      if (time === null) {
        return;
      }
      const exempt = {
        reason: String(reason).trim().slice(0, MAX_REASON),
        until: isoOf(time)
      };
      // As it is by now: another try after somebody else's change keeps that change.
      const found = await ruleOf(context, who);
      await saveRule(
        hub,
        'server',
        ruleNameOf(who),
        { ...found?.rule, exempt },
        found?.version ?? 0
      );
    }
  });
  if (isSent) {
    tell(context, name, trans.__('%1 is exempt.', name));
  }
}

/**
 * Let the rules hold for a server again, after it was said what they do then.
 */
export async function endExemption(
  context: ICommandContext,
  who: IWho
): Promise<void> {
  const { hub, trans } = context;
  const name = whoOf(who);
  try {
    const found = await ruleOf(context, who);
    if (!found?.rule.exempt) {
      tell(context, name, trans.__('%1 is not exempt any more.', name));
      return;
    }
    const rest: Rule = { ...found.rule, exempt: null };
    const rule = isEmptyRule(rest) ? null : rest;
    const { stops, keeps } = await hub.client.service.preview([
      { level: 'server', name: ruleNameOf(who), rule }
    ]);
    const isIt = (item: { user: string; server: string }) =>
      item.user === who.user && item.server === who.server;
    const stop = stops.find(isIt)?.decision;
    const text = stop
      ? trans.__(
          'It stops at once: %1',
          bounded(whyText(stop, trans), MAX_REASON)
        )
      : laterText(keeps.find(isIt)?.decision, context);
    const isSure = await confirmText(
      context,
      trans.__('End the exemption of %1?', name),
      text,
      stop ? trans.__('End and stop') : trans.__('End exemption')
    );
    if (isSure) {
      await saveRule(hub, 'server', ruleNameOf(who), rule, found.version);
      tell(context, name, trans.__('%1 is not exempt any more.', name));
    }
  } catch (error) {
    hub.refused(error);
    context.actions.showProblem(who, messageOf(error));
  }
}

function laterText(
  decision: DecisionView | undefined,
  { trans }: ICommandContext
): string {
  if (!decision) {
    return trans.__('The other rules hold for it again.');
  }
  const reason = bounded(whyText(decision, trans), MAX_REASON);
  return decision.deadline === null
    ? trans.__('It stays: %1', reason)
    : trans.__(
        'It then stops at %1 unless it is used. %2',
        formatMoment(decision.deadline, Date.now()),
        reason
      );
}

/**
 * The rule of a server as it is set; undefined: there is none.
 */
async function ruleOf(
  { hub }: ICommandContext,
  who: IWho
): Promise<RuleView | undefined> {
  const { rules } = await hub.client.service.rules();
  const name = ruleNameOf(who);
  return rules.find(rule => rule.level === 'server' && rule.name === name);
}

/**
 * Whether a rule sets nothing.
 */
export function isEmptyRule(rule: object): boolean {
  return Object.values(rule).every(
    value =>
      value === null ||
      value === undefined ||
      (typeof value === 'object' && isEmptyRule(value as object))
  );
}

function tell({ hub }: ICommandContext, row: string, text: string): void {
  // What a notification says is not repeated.
  if (isInView(row)) {
    hub.announcer.say(text);
  } else {
    Notification.success(text, { autoClose: 5000 });
  }
}
