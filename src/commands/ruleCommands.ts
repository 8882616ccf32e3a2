import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ServiceInfo } from '../api/types';
import type { IWho } from '../format/who';
import { ruleNameOf } from '../state/fate';
import { keys } from '../state/keys';
import { SERVER_ARGS, whoOfArgs } from './args';
import type { ICommandContext } from './dialog';
import { CommandIDs } from './ids';
import { mayDo, userOf } from './visitor';

/**
 * Register the command that shows the idle rules, those of a user or a server if it names one.
 */
export function registerRuleCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { hub, trans } = context;
  commands.addCommand(CommandIDs.idleRules, {
    label: args =>
      args.row ? trans.__('Idle Rules for…') : trans.__('Idle Rules'),
    caption: trans.__('Open the rules by which idle servers are stopped'),
    describedBy: { args: SERVER_ARGS },
    isVisible: args =>
      Boolean(hub.info.get()?.service) &&
      mayDo(context, 'edit_rules') &&
      commands.isVisible(CommandIDs.dashboard) &&
      isFor(context, args),
    execute: args =>
      commands.execute(CommandIDs.dashboard, {
        tab: 'rules',
        ...placeOf(whoOfArgs(context, args))
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
function isFor(
  context: ICommandContext,
  args: ReadonlyPartialJSONObject
): boolean {
  const who = whoOfArgs(context, args);
  if (!who) {
    return !args.row;
  }
  const access = context.hub.queryClient.getQueryData<ServiceInfo>(
    keys.serviceInfo
  );
  const groups = access?.may_edit_hub ? null : access?.may_edit_groups;
  const theirs = userOf(context, who.user)?.groups;
  return (
    !groups?.length || !theirs || theirs.some(name => groups.includes(name))
  );
}
