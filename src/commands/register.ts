import { Clipboard } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { LabIcon } from '@jupyterlab/ui-components';
import {
  launchIcon,
  refreshIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';

import type { Capabilities, ServerView, UserView } from '../api/types';
import { canRestart, powerOf } from '../components/power';
import type { IWho } from '../format/who';
import { whoOf } from '../format/who';
import { findServer } from '../state/listed';
import type { HubStart } from '../state/start';
import type { IAccessOptions } from './access';
import { NO_ARGS, SERVER_ARGS, whoOfArgs } from './args';
import { CommandIDs } from './ids';
import type { IPick } from './pick';
import type { IOpened, IRegistration } from './registration';
import { isHubAdmin, isThere, mayDo, userOf } from './visitor';

/**
 * What commands need of the application.
 */
export interface ICommandOptions extends IRegistration, IAccessOptions {
  /** Show the idle settings in the panel; false if there is no panel. */
  revealKernelSettings: () => boolean;
}

/**
 * A command for one server: that of the current row, one that is named, or one that is asked for.
 */
interface IOffer {
  readonly label: string;
  /** The same in a menu of a row. */
  readonly rowLabel: string;
  readonly caption: string;
  readonly icon: LabIcon;
  readonly needs: readonly (keyof Capabilities)[];
  readonly question: Omit<IPick, 'isFor'> & {
    /** The user is not known of a row that has just gone. */
    isFor: (server: ServerView, user: UserView | undefined) => boolean;
  };
  readonly act: (opened: IOpened, who: IWho) => Promise<void>;
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
  const { commands, start, trans, open } = options;
  const offer = (
    what: readonly (keyof Capabilities)[],
    isFor: IOffer['question']['isFor']
  ) => {
    const isForRow = ({ row }: ReadonlyPartialJSONObject) => {
      const server = row ? rowServer(start) : undefined;
      return server ? isFor(server, userOf(start, server.user)) : !row;
    };
    return {
      isEnabled: (args: ReadonlyPartialJSONObject) =>
        isThere(start) && isForRow(args),
      isVisible: (args: ReadonlyPartialJSONObject) =>
        mayDo(start, ...what) && isForRow(args)
    };
  };

  const add = (id: string, offered: IOffer) => {
    const { label, rowLabel, icon, question, act } = offered;
    commands.addCommand(id, {
      label: args => (args.row ? rowLabel : label),
      caption: offered.caption,
      icon: args => (args.row ? icon : undefined),
      describedBy: { args: SERVER_ARGS },
      ...offer(offered.needs, question.isFor),
      execute: async args => {
        const named = whoOfArgs(start, args);
        const opened = await open();
        const who = named ?? (await pick(opened, question));
        if (who) {
          await act(opened, who);
        }
      }
    });
  };

  add(CommandIDs.startServer, {
    label: trans.__('Start a Server…'),
    rowLabel: trans.__('Start'),
    caption: trans.__("Start a user's server"),
    icon: runIcon,
    needs: ['start_servers'],
    question: {
      title: trans.__('Start a server'),
      accept: trans.__('Start'),
      state: 'all',
      isFor: ({ can }) => can.start
    },
    act: ({ context, deeds }, who) => deeds.startServer(context, who)
  });
  add(CommandIDs.stopServer, {
    label: trans.__('Stop a Server…'),
    rowLabel: trans.__('Stop'),
    caption: trans.__("Stop a user's server, or give up its start"),
    icon: stopIcon,
    needs: ['stop_servers'],
    question: {
      title: trans.__('Stop a server'),
      accept: trans.__('Stop'),
      state: 'running',
      isFor: ({ can }) => can.stop
    },
    act: ({ context, deeds }, who) => deeds.stopServer(context, who)
  });
  add(CommandIDs.restartServer, {
    label: trans.__('Restart a Server…'),
    rowLabel: trans.__('Restart'),
    caption: trans.__("Stop a user's server and start it again"),
    icon: refreshIcon,
    needs: ['start_servers', 'stop_servers'],
    question: {
      title: trans.__('Restart a server'),
      accept: trans.__('Restart'),
      state: 'running',
      isFor: canRestart
    },
    act: ({ context, deeds }, who) => deeds.restartServer(context, who)
  });
  add(CommandIDs.accessServer, {
    label: trans.__('Open a Server…'),
    rowLabel: trans.__('Open'),
    caption: trans.__("Open a user's server in a new browser tab"),
    icon: launchIcon,
    needs: [],
    question: {
      title: trans.__('Open a server'),
      accept: trans.__('Open'),
      state: 'running',
      isFor: ({ can }) => can.access
    },
    act: ({ context, deeds }, who) => deeds.accessServer(context, who, options)
  });

  commands.addCommand(CommandIDs.stopIdleServers, {
    label: trans.__('Stop Idle Servers…'),
    caption: trans.__('Stop the servers that nobody has used for a while'),
    describedBy: NO_ARGS,
    isEnabled: () => isThere(start),
    isVisible: () => mayDo(start, 'stop_servers'),
    execute: async () => {
      const { context, deeds } = await open();
      const { stopIdleServers } = await deeds.loadMany();
      await stopIdleServers(context);
    }
  });
}

function registerRowCommands(options: ICommandOptions): void {
  const { commands, start, trans, open } = options;
  const rowWho = () => start.hub?.cursor.who ?? null;
  commands.addCommand(CommandIDs.toggleServer, {
    label: trans.__('Start or Stop'),
    caption: trans.__('Start or stop the server of the current row'),
    describedBy: NO_ARGS,
    isEnabled: () =>
      isThere(start) && powerOf(rowServer(start) ?? null) !== null,
    execute: async () => {
      const { context, deeds } = await open();
      await deeds.toggleServer(context);
    }
  });
  commands.addCommand(CommandIDs.showDetails, {
    label: trans.__('Details'),
    describedBy: NO_ARGS,
    isEnabled: () => rowWho() !== null,
    execute: () => {
      const who = rowWho();
      if (who) {
        start.hub?.cursor.current?.showDetails(whoOf(who));
      }
    }
  });
  commands.addCommand(CommandIDs.copyName, {
    label: trans.__('Copy Name'),
    describedBy: NO_ARGS,
    isEnabled: () => rowWho() !== null,
    execute: () => {
      const who = rowWho();
      if (who) {
        Clipboard.copyToSystem(whoOf(who));
      }
    }
  });
  commands.addCommand(CommandIDs.copyAddress, {
    label: trans.__('Copy Address'),
    describedBy: NO_ARGS,
    isVisible: () => Boolean(rowServer(start)?.url),
    execute: () => {
      const url = rowServer(start)?.url;
      if (url) {
        Clipboard.copyToSystem(new URL(url, window.location.href).href);
      }
    }
  });
  commands.addCommand(CommandIDs.searchUsers, {
    label: trans.__('Search Users'),
    describedBy: NO_ARGS,
    isVisible: () => isHubAdmin(start),
    execute: () => {
      start.hub?.cursor.focusSearch();
    }
  });
}

function registerOtherCommands(options: ICommandOptions): void {
  const { commands, start, trans, open, revealKernelSettings } = options;
  commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Refresh'),
    caption: trans.__('Load the users and servers anew, in their order'),
    describedBy: NO_ARGS,
    isVisible: () => isHubAdmin(start),
    execute: async () => {
      start.hub?.cursor.lists.forEach(list => list.refresh());
      await start.info.load().catch(() => undefined);
    }
  });
  commands.addCommand(CommandIDs.kernelSettings, {
    label: trans.__('Kernel Settings'),
    caption: trans.__('When idle kernels of this server are stopped'),
    describedBy: NO_ARGS,
    isVisible: () => start.info.get() !== null,
    execute: async () => {
      if (!revealKernelSettings()) {
        const { context, deeds } = await open();
        const { kernelSettings } = await deeds.loadKernels();
        await kernelSettings(context);
      }
    }
  });
  commands.addCommand(CommandIDs.shutdownIdleKernels, {
    label: trans.__('Shut Down Idle Kernels…'),
    caption: trans.__('Shut down the kernels of this server that run nothing'),
    describedBy: NO_ARGS,
    isVisible: () => start.info.get() !== null,
    execute: async () => {
      const { context, deeds } = await open();
      const { shutdownIdleKernels } = await deeds.loadKernels();
      await shutdownIdleKernels(context);
    }
  });
}

function rowServer({ hub }: HubStart): ServerView | undefined {
  const who = hub?.cursor.who;
  return hub && who ? findServer(hub.queryClient, who) : undefined;
}

/**
 * Ask for a server by its name; null if the question was given up.
 */
async function pick(
  { context, deeds }: IOpened,
  question: IPick
): Promise<IWho | null> {
  const { pickServer } = await deeds.loadForms();
  return pickServer(context, question);
}
