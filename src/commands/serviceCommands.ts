import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IWho } from '../format/who';
import {
  findFate,
  hasOwnExemption,
  keptOfSelection,
  mayExempt
} from '../state/fate';
import { NO_ARGS, SERVER_ARGS, whoOfArgs } from './args';
import { CommandIDs } from './ids';
import type { IRegistration } from './registration';
import { isHubAdmin, isThere, mayDo } from './visitor';

/**
 * Register the commands that ask the hub service for something: to keep a server, to exempt it.
 *
 * What they show is loaded when it is needed.
 */
export function registerServiceCommands(registration: IRegistration): void {
  const { commands, start, trans, open } = registration;
  const fateOf = (who: IWho) => start.hub && findFate(start.hub, who);
  const mayExemptNow = (who: IWho) =>
    start.hub !== null && mayExempt(start.hub, who);
  const hasService = () =>
    isHubAdmin(start) && Boolean(start.info.get()?.service);

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
    isEnabled: () => isThere(start),
    isVisible: args => {
      const who = whoOfArgs(start, args);
      return (
        hasService() && (who ? (fateOf(who)?.may_manage ?? false) : !args.row)
      );
    },
    execute: async args => {
      const named = whoOfArgs(start, args);
      const { context, deeds } = await open();
      const { keepServerUntil, pickKept } = await deeds.loadForms();
      const who = named ?? (await pickKept(context));
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

  commands.addCommand(CommandIDs.keepSelected, {
    label: trans.__('Keep Selected Servers Until…'),
    caption: trans.__(
      'Keep the servers that are selected running although nobody uses them'
    ),
    describedBy: NO_ARGS,
    isEnabled: () => isThere(start),
    isVisible: () =>
      hasService() &&
      start.hub !== null &&
      keptOfSelection(start.hub).length > 0,
    execute: async () => {
      const { context, deeds } = await open();
      const { keepSelected } = await deeds.loadForms();
      await keepSelected(context);
    }
  });

  commands.addCommand(CommandIDs.exemptServer, {
    label: args =>
      args.row ? trans.__('Exempt…') : trans.__('Exempt a Server…'),
    caption: trans.__('Never stop a server, whatever the rules say'),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(start),
    isVisible: args => {
      const who = whoOfArgs(start, args);
      return (
        hasService() &&
        mayDo(start, 'edit_rules') &&
        (who ? mayExemptNow(who) : !args.row)
      );
    },
    execute: async args => {
      const named = whoOfArgs(start, args);
      const { context, deeds } = await open();
      const { exemptServer, pickExempt } = await deeds.loadForms();
      const who = named ?? (await pickExempt(context));
      if (who) {
        await exemptServer(context, who);
      }
    }
  });

  const isExempt = (who: IWho) => {
    const server = fateOf(who);
    return Boolean(server && hasOwnExemption(server));
  };
  const exemptWho = (args: ReadonlyPartialJSONObject) => {
    const who = whoOfArgs(start, args);
    return who && isExempt(who) && mayExemptNow(who) ? who : null;
  };
  commands.addCommand(CommandIDs.endExemption, {
    label: trans.__('End Exemption…'),
    caption: trans.__('Let the rules hold for a server again'),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(start),
    isVisible: args => hasService() && exemptWho(args) !== null,
    execute: async args => {
      const who = whoOfArgs(start, args);
      if (who) {
        const { context, deeds } = await open();
        const { endExemption } = await deeds.loadForms();
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
      mayDo(start, 'edit_rules') &&
      commands.isVisible(CommandIDs.dashboard),
    execute: () => commands.execute(CommandIDs.dashboard, { tab: 'log' })
  });
}
