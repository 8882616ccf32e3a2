import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ServiceInfo } from '../api/types';
import type { IWho } from '../format/who';
import { ruleNameOf } from '../state/fate';
import { keys } from '../state/keys';
import type { HubStart } from '../state/start';
import { SERVER_ARGS, whoOfArgs } from './args';
import { CommandIDs } from './ids';
import type { IRegistration } from './registration';
import { mayDo, userOf } from './visitor';

/**
 * Register the command that shows the idle rules, those of a user or a server if it names one.
 */
export function registerRuleCommands(registration: IRegistration): void {
  const { commands, start, trans } = registration;
  commands.addCommand(CommandIDs.idleRules, {
    label: args =>
      args.row ? trans.__('Idle Rules for…') : trans.__('Idle Rules'),
    caption: trans.__('Open the rules by which idle servers are stopped'),
    describedBy: { args: SERVER_ARGS },
    isVisible: args =>
      Boolean(start.info.get()?.service) &&
      mayDo(start, 'edit_rules') &&
      commands.isVisible(CommandIDs.dashboard) &&
      isFor(start, args),
    execute: args =>
      commands.execute(CommandIDs.dashboard, {
        tab: 'rules',
        ...placeOf(whoOfArgs(start, args))
      })
  });
}

/**
 * A default server has the rule of its user: whoever has one server is meant by it.
 */
function placeOf(who: IWho | null): { level?: string; name?: string } {
  if (!who) {
    return {};
  }
  return who.server === ''
    ? { level: 'user', name: who.user }
    : { level: 'server', name: ruleNameOf(who) };
}

/**
 * Whether the visitor may edit the rules of the server that is meant, as far as that is known: whom
 * the service gave users by name is told by it.
 */
function isFor(start: HubStart, args: ReadonlyPartialJSONObject): boolean {
  const who = whoOfArgs(start, args);
  if (!who) {
    return !args.row;
  }
  const access = start.hub?.queryClient.getQueryData<ServiceInfo>(
    keys.serviceInfo
  );
  const groups = access?.may_edit_hub ? null : access?.may_edit_groups;
  const theirs = userOf(start, who.user)?.groups;
  return (
    !groups?.length || !theirs || theirs.some(name => groups.includes(name))
  );
}
