import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import {
  launchIcon,
  refreshIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';

import type { Capabilities, ServerView, UserView } from '../api/types';
import { canRestart, powerOf } from '../components/rows';
import { whoOf } from '../format/who';
import { findServer } from '../state/patch';
import type { IAccessOptions } from './access';
import { accessServer } from './access';
import { NO_ARGS, SERVER_ARGS, whoOfArgs } from './args';
import type { ICommandContext } from './dialog';
import { CommandIDs } from './ids';
import { stopIdleServers } from './idleServers';
import { kernelSettings, shutdownIdleKernels } from './kernels';
import { pickServer } from './pick';
import { restartServer, startServer, stopServer } from './servers';
import { isHubAdmin, isThere, mayDo, userOf } from './visitor';

/**
 * What commands need of the application.
 */
export interface ICommandOptions extends IAccessOptions {
  commands: CommandRegistry;
  context: ICommandContext;
  /** Show the idle settings in the panel; false if there is no panel. */
  revealKernelSettings: () => boolean;
}

/**
 * Register the commands that act on servers and kernels.
 */
export function registerCommands(options: ICommandOptions): void {
  registerServerCommands(options);
  registerRowCommands(options);
  registerOtherCommands(options);
}

function registerServerCommands(options: ICommandOptions): void {
  const { commands, context } = options;
  const { trans } = context;
  const offer = (
    what: (keyof Capabilities)[],
    isFor: (server: ServerView, user: UserView | undefined) => boolean
  ) => {
    const isForRow = ({ row }: ReadonlyPartialJSONObject) => {
      const server = row ? rowServer(context) : undefined;
      return server ? isFor(server, userOf(context, server.user)) : !row;
    };
    return {
      isEnabled: (args: ReadonlyPartialJSONObject) =>
        isThere(context) && isForRow(args),
      isVisible: (args: ReadonlyPartialJSONObject) =>
        mayDo(context, ...what) && isForRow(args)
    };
  };

  commands.addCommand(CommandIDs.startServer, {
    label: args => (args.row ? trans.__('Start') : trans.__('Start a Server…')),
    caption: trans.__("Start a user's server"),
    icon: args => (args.row ? runIcon : undefined),
    describedBy: { args: SERVER_ARGS },
    ...offer(['start_servers'], ({ can }) => can.start),
    execute: async args => {
      const who =
        whoOfArgs(context, args) ??
        (await pickServer(context, {
          title: trans.__('Start a server'),
          accept: trans.__('Start'),
          isFor: ({ can }) => can.start
        }));
      if (who) {
        await startServer(context, who);
      }
    }
  });

  commands.addCommand(CommandIDs.stopServer, {
    label: args => (args.row ? trans.__('Stop') : trans.__('Stop a Server…')),
    caption: trans.__("Stop a user's server, or give up its start"),
    icon: args => (args.row ? stopIcon : undefined),
    describedBy: { args: SERVER_ARGS },
    ...offer(['stop_servers'], ({ can }) => can.stop),
    execute: async args => {
      const who =
        whoOfArgs(context, args) ??
        (await pickServer(context, {
          title: trans.__('Stop a server'),
          accept: trans.__('Stop'),
          isFor: ({ can }) => can.stop
        }));
      if (who) {
        await stopServer(context, who);
      }
    }
  });

  commands.addCommand(CommandIDs.restartServer, {
    label: args =>
      args.row ? trans.__('Restart') : trans.__('Restart a Server…'),
    caption: trans.__("Stop a user's server and start it again"),
    icon: args => (args.row ? refreshIcon : undefined),
    describedBy: { args: SERVER_ARGS },
    ...offer(['start_servers', 'stop_servers'], canRestart),
    execute: async args => {
      const who =
        whoOfArgs(context, args) ??
        (await pickServer(context, {
          title: trans.__('Restart a server'),
          accept: trans.__('Restart'),
          isFor: canRestart
        }));
      if (who) {
        await restartServer(context, who);
      }
    }
  });

  commands.addCommand(CommandIDs.accessServer, {
    label: args => (args.row ? trans.__('Open') : trans.__('Open a Server…')),
    caption: trans.__("Open a user's server in a new browser tab"),
    icon: args => (args.row ? launchIcon : undefined),
    describedBy: { args: SERVER_ARGS },
    ...offer([], ({ can }) => can.access),
    execute: async args => {
      const who =
        whoOfArgs(context, args) ??
        (await pickServer(context, {
          title: trans.__('Open a server'),
          accept: trans.__('Open'),
          isFor: ({ can }) => can.access
        }));
      if (who) {
        await accessServer(context, who, options);
      }
    }
  });

  commands.addCommand(CommandIDs.stopIdleServers, {
    label: trans.__('Stop Idle Servers…'),
    caption: trans.__('Stop the servers that nobody has used for a while'),
    describedBy: NO_ARGS,
    isEnabled: () => isThere(context),
    isVisible: () => mayDo(context, 'stop_servers'),
    execute: () => stopIdleServers(context)
  });
}

function registerRowCommands({ commands, context }: ICommandOptions): void {
  const { hub, trans, actions } = context;
  commands.addCommand(CommandIDs.toggleServer, {
    label: trans.__('Start or Stop'),
    caption: trans.__('Start or stop the server of the current row'),
    describedBy: NO_ARGS,
    isEnabled: () =>
      isThere(context) && powerOf(rowServer(context) ?? null) !== null,
    execute: async () => {
      const server = rowServer(context);
      const { who } = hub.cursor;
      const power = powerOf(server ?? null);
      // A key that is held down, or a second press, must not undo the first.
      if (who && power && hub.activity.mayAct(whoOf(who))) {
        await (power === 'start'
          ? startServer(context, who)
          : stopServer(context, who));
      }
    }
  });
  commands.addCommand(CommandIDs.showDetails, {
    label: trans.__('Details'),
    describedBy: NO_ARGS,
    isEnabled: () => hub.cursor.who !== null,
    execute: () => {
      const { who, current } = hub.cursor;
      if (who) {
        current?.showDetails(whoOf(who));
      }
    }
  });
  commands.addCommand(CommandIDs.copyName, {
    label: trans.__('Copy Name'),
    describedBy: NO_ARGS,
    isEnabled: () => hub.cursor.who !== null,
    execute: () => {
      if (hub.cursor.who) {
        actions.copy(whoOf(hub.cursor.who));
      }
    }
  });
  commands.addCommand(CommandIDs.copyAddress, {
    label: trans.__('Copy Address'),
    describedBy: NO_ARGS,
    isVisible: () => Boolean(rowServer(context)?.url),
    execute: () => {
      const url = rowServer(context)?.url;
      if (url) {
        actions.copy(new URL(url, window.location.href).href);
      }
    }
  });
  commands.addCommand(CommandIDs.searchUsers, {
    label: trans.__('Search Users'),
    describedBy: NO_ARGS,
    isVisible: () => isHubAdmin(context),
    execute: () => {
      hub.cursor.focusSearch();
    }
  });
}

function registerOtherCommands(options: ICommandOptions): void {
  const { commands, context, revealKernelSettings } = options;
  const { hub, trans } = context;
  commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Refresh'),
    caption: trans.__('Load the users and servers anew, in their order'),
    describedBy: NO_ARGS,
    isVisible: () => isHubAdmin(context),
    execute: async () => {
      hub.cursor.lists.forEach(list => list.refresh());
      await hub.info.load().catch(() => undefined);
    }
  });
  commands.addCommand(CommandIDs.kernelSettings, {
    label: trans.__('Kernel Settings'),
    caption: trans.__('When idle kernels of this server are stopped'),
    describedBy: NO_ARGS,
    isVisible: () => hub.info.get() !== null,
    execute: async () => {
      if (!revealKernelSettings()) {
        await kernelSettings(context);
      }
    }
  });
  commands.addCommand(CommandIDs.shutdownIdleKernels, {
    label: trans.__('Shut Down Idle Kernels…'),
    caption: trans.__('Shut down the kernels of this server that run nothing'),
    describedBy: NO_ARGS,
    isVisible: () => hub.info.get() !== null,
    execute: () => shutdownIdleKernels(context)
  });
}

function rowServer({ hub }: ICommandContext): ServerView | undefined {
  const { who } = hub.cursor;
  return who ? findServer(hub.queryClient, who) : undefined;
}
