import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ServerView, UserView } from '../api/types';
import type { IWho } from '../format/who';
import { isSince6 } from '../state/info';
import { findServer } from '../state/patch';
import { NO_ARGS, SERVER_ARGS, whoOfArgs } from './args';
import type { ICommandContext } from './dialog';
import { CommandIDs } from './ids';
import { pickServer } from './pick';
import { hubUrl } from './servers';
import { isHubAdmin, isThere, mayDo, userOf } from './visitor';

/**
 * Register the commands that change users, named servers and the hub itself.
 *
 * What they show is loaded when it is needed.
 */
export function registerManageCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  registerServerCommands(commands, context);
  registerUserCommands(commands, context);
  registerHubCommands(commands, context);
}

function registerServerCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { trans } = context;
  const offers =
    (isFor: (server: ServerView | undefined, user: UserView) => boolean) =>
    (args: ReadonlyPartialJSONObject) => {
      const who = whoOfArgs(context, args);
      const user = who && userOf(context, who.user);
      return (
        isHubAdmin(context) &&
        Boolean(user && isFor(findServer(context.hub.queryClient, who), user))
      );
    };

  commands.addCommand(CommandIDs.startWithOptions, {
    label: args =>
      args.row
        ? trans.__('Start with Options…')
        : trans.__('Start a Server with Options…'),
    caption: trans.__("Start a user's server with options of your choice"),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(context),
    isVisible: args =>
      whoOfArgs(context, args)
        ? offers(server => server?.can.start ?? false)(args)
        : mayDo(context, 'start_servers'),
    execute: async args => {
      const who =
        whoOfArgs(context, args) ??
        (await pickServer(context, {
          title: trans.__('Start a server with options'),
          accept: trans.__('Next'),
          isFor: ({ can }) => can.start
        }));
      if (who) {
        const { startWithOptions } = await import('./manageServers');
        await startWithOptions(context, who);
      }
    }
  });
  const addFor = (
    id: string,
    label: string,
    isFor: (server: ServerView | undefined, user: UserView) => boolean,
    execute: (who: IWho) => Promise<void>
  ) => {
    commands.addCommand(id, {
      label,
      describedBy: { args: SERVER_ARGS },
      isEnabled: () => isThere(context),
      isVisible: offers(isFor),
      execute: async args => {
        const who = whoOfArgs(context, args);
        if (who) {
          await execute(who);
        }
      }
    });
  };
  addFor(
    CommandIDs.createServer,
    trans.__('New Named Server…'),
    (_, user) => user.may_start,
    async ({ user }) => {
      const { createServer } = await import('./manageServers');
      await createServer(context, user);
    }
  );
  addFor(
    CommandIDs.renameServer,
    trans.__('Rename Server…'),
    // JupyterHub 5 cannot; `may_start` is what the Hub asks for.
    (server, user) =>
      server?.state === 'stopped' &&
      server.name !== '' &&
      user.may_start &&
      isSince6(context.hub.info.get()),
    async who => {
      const { renameServer } = await import('./manageServers');
      await renameServer(context, who);
    }
  );
  addFor(
    CommandIDs.deleteServer,
    trans.__('Delete Server…'),
    server => server?.can.delete ?? false,
    async who => {
      const { deleteServer } = await import('./manageServers');
      await deleteServer(context, who);
    }
  );
}

function registerUserCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { trans } = context;
  const listed = (args: ReadonlyPartialJSONObject) => {
    const who = whoOfArgs(context, args);
    return isHubAdmin(context) && who ? userOf(context, who.user) : undefined;
  };

  commands.addCommand(CommandIDs.addUsers, {
    label: trans.__('Add Users…'),
    caption: trans.__('Add users to the hub'),
    describedBy: NO_ARGS,
    isEnabled: () => isThere(context),
    isVisible: () => mayDo(context, 'add_users'),
    execute: async () => {
      const { addUsers } = await import('./manageUsers');
      await addUsers(context);
    }
  });
  commands.addCommand(CommandIDs.editUser, {
    label: trans.__('Edit User…'),
    caption: trans.__('Rename a user, or make or unmake them admin'),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(context),
    isVisible: args => listed(args)?.may_edit ?? false,
    execute: async args => {
      const who = whoOfArgs(context, args);
      if (who) {
        const { editUser } = await import('./manageUsers');
        await editUser(context, who.user);
      }
    }
  });
  commands.addCommand(CommandIDs.deleteUser, {
    label: trans.__('Delete User…'),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(context),
    isVisible: args => listed(args)?.may_delete ?? false,
    execute: async args => {
      const who = whoOfArgs(context, args);
      if (who) {
        const { deleteUser } = await import('./manageUsers');
        await deleteUser(context, who.user);
      }
    }
  });
}

function registerHubCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { hub, trans } = context;
  commands.addCommand(CommandIDs.openGroups, {
    label: trans.__('Open Groups'),
    caption: trans.__('Open the groups of the hub in the main area'),
    describedBy: NO_ARGS,
    isVisible: () =>
      mayDo(context, 'manage_groups') &&
      commands.isVisible(CommandIDs.dashboard),
    execute: () => commands.execute(CommandIDs.dashboard, { tab: 'groups' })
  });
  commands.addCommand(CommandIDs.shutdownHub, {
    label: trans.__('Shut Down the Hub…'),
    describedBy: NO_ARGS,
    isEnabled: () => isThere(context),
    isVisible: () => mayDo(context, 'shutdown_hub'),
    execute: async () => {
      const { shutdownHub } = await import('./manageHub');
      await shutdownHub(context);
    }
  });
  commands.addCommand(CommandIDs.hubPage, {
    label: trans.__("Users and Groups on the Hub's Page"),
    caption: trans.__("Open the hub's own admin page in a new browser tab"),
    describedBy: NO_ARGS,
    // Where the panel does it itself, nobody needs that page; the hub shows it to admins only.
    isVisible: () => {
      const info = hub.info.get();
      return (
        isHubAdmin(context) &&
        info !== null &&
        info.visitor_is_admin &&
        !info.capabilities.manage_users
      );
    },
    execute: () => {
      window.open(hubUrl(context, 'admin'), '_blank', 'noopener');
    }
  });
}
