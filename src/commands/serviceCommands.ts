import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IWho } from '../format/who';
import { findFate, hasOwnExemption, mayExempt } from '../state/fate';
import { NO_ARGS, SERVER_ARGS, whoOfArgs } from './args';
import type { ICommandContext } from './dialog';
import { CommandIDs } from './ids';
import { isHubAdmin, isThere, mayDo } from './visitor';

/**
 * Register the commands that ask the hub service for something: to keep a server, to exempt it.
 *
 * What they show is loaded when it is needed.
 */
export function registerServiceCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { hub, trans } = context;
  const hasService = () =>
    isHubAdmin(context) && Boolean(hub.info.get()?.service);

  commands.addCommand(CommandIDs.keepServer, {
    label: args =>
      args.row ? trans.__('Keep Until…') : trans.__('Keep a Server Until…'),
    caption: trans.__('Keep a server running although nobody uses it'),
    describedBy: {
      args: {
        ...SERVER_ARGS,
        properties: {
          ...SERVER_ARGS.properties,
          until: {
            type: 'string',
            description: 'Until when, in ISO 8601; without it this is asked'
          }
        }
      }
    },
    isEnabled: () => isThere(context),
    isVisible: args => {
      const who = whoOfArgs(context, args);
      return (
        hasService() &&
        (who ? (findFate(hub, who)?.may_manage ?? false) : !args.row)
      );
    },
    execute: async args => {
      const { keepServerUntil, pickKept } = await import('./keepServer');
      const who = whoOfArgs(context, args) ?? (await pickKept(context));
      if (who) {
        const { until } = args;
        await keepServerUntil(
          context,
          who,
          typeof until === 'string' ? until : null
        );
      }
    }
  });

  commands.addCommand(CommandIDs.exemptServer, {
    label: args =>
      args.row ? trans.__('Exempt…') : trans.__('Exempt a Server…'),
    caption: trans.__('Never stop a server, whatever the rules say'),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(context),
    isVisible: args => {
      const who = whoOfArgs(context, args);
      return (
        hasService() &&
        mayDo(context, 'edit_rules') &&
        (who ? mayExempt(hub, who) : !args.row)
      );
    },
    execute: async args => {
      const { exemptServer, pickExempt } = await import('./exemptServer');
      const who = whoOfArgs(context, args) ?? (await pickExempt(context));
      if (who) {
        await exemptServer(context, who);
      }
    }
  });

  const isExempt = (who: IWho) => {
    const server = findFate(hub, who);
    return server !== undefined && hasOwnExemption(server);
  };
  const exemptWho = (args: ReadonlyPartialJSONObject) => {
    const who = whoOfArgs(context, args);
    return who && isExempt(who) && mayExempt(hub, who) ? who : null;
  };
  commands.addCommand(CommandIDs.endExemption, {
    label: trans.__('End Exemption…'),
    caption: trans.__('Let the rules hold for a server again'),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(context),
    isVisible: args => hasService() && exemptWho(args) !== null,
    execute: async args => {
      const who = whoOfArgs(context, args);
      if (who) {
        const { endExemption } = await import('./exemptServer');
        await endExemption(context, who);
      }
    }
  });

  commands.addCommand(CommandIDs.openLog, {
    label: trans.__('Open Log'),
    caption: trans.__('Open what was done to servers, by whom and why'),
    describedBy: NO_ARGS,
    isVisible: () =>
      hasService() &&
      mayDo(context, 'edit_rules') &&
      commands.isVisible(CommandIDs.dashboard),
    execute: () => commands.execute(CommandIDs.dashboard, { tab: 'log' })
  });
}
