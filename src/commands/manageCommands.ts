import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ServerView, UserView } from '../api/types';
import type { IWho } from '../format/who';
import { isSince6 } from '../state/info';
import { findServer } from '../state/listed';
import { NO_ARGS, SERVER_ARGS, whoOfArgs } from './args';
import type { ICommandContext } from './dialog';
import type * as Forms from './forms';
import { CommandIDs } from './ids';
import { hubUrl } from './hubPages';
import type { IRegistration } from './registration';
import { isHubAdmin, isThere, mayDo, userOf } from './visitor';

/**
 * The part with the forms, loaded.
 */
interface IForms {
  readonly context: ICommandContext;
  readonly forms: typeof Forms;
}

/**
 * Register the commands that change users, named servers and the hub itself.
 *
 * What they show is loaded when it is needed.
 */
export function registerManageCommands(registration: IRegistration): void {
  registerServerCommands(registration);
  registerUserCommands(registration);
  registerHubCommands(registration);
}

function registerServerCommands(registration: IRegistration): void {
  const { commands, start, trans } = registration;
  const offers =
    (isFor: (server: ServerView | undefined, user: UserView) => boolean) =>
    (args: ReadonlyPartialJSONObject) => {
      const who = whoOfArgs(start, args);
      const user = who && userOf(start, who.user);
      const { hub } = start;
      return (
        isHubAdmin(start) &&
        Boolean(hub && user && isFor(findServer(hub.queryClient, who), user))
      );
    };

  commands.addCommand(CommandIDs.startWithOptions, {
    label: args =>
      args.row
        ? trans.__('Start with Options…')
        : trans.__('Start a Server with Options…'),
    caption: trans.__("Start a user's server with options of your choice"),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(start),
    isVisible: args =>
      whoOfArgs(start, args)
        ? offers(server => server?.can.start ?? false)(args)
        : mayDo(start, 'start_servers'),
    execute: async args => {
      const named = whoOfArgs(start, args);
      const { context, forms } = await openForms(registration);
      const who =
        named ??
        (await forms.pickServer(context, {
          title: trans.__('Start a server with options'),
          accept: trans.__('Next'),
          state: 'all',
          isFor: ({ can }) => can.start
        }));
      if (who) {
        await forms.startWithOptions(context, who);
      }
    }
  });
  const addFor = (
    id: string,
    label: string,
    isFor: (server: ServerView | undefined, user: UserView) => boolean,
    execute: (opened: IForms, who: IWho) => Promise<void>
  ) => {
    commands.addCommand(id, {
      label,
      describedBy: { args: SERVER_ARGS },
      isEnabled: () => isThere(start),
      isVisible: offers(isFor),
      execute: async args => {
        const who = whoOfArgs(start, args);
        if (who) {
          await execute(await openForms(registration), who);
        }
      }
    });
  };
  addFor(
    CommandIDs.createServer,
    trans.__('New Named Server…'),
    (_, user) => user.may_start,
    ({ context, forms }, { user }) => forms.createServer(context, user)
  );
  addFor(
    CommandIDs.renameServer,
    trans.__('Rename Server…'),
    // JupyterHub 5 cannot; `may_start` is what the Hub asks for.
    (server, user) =>
      server?.state === 'stopped' &&
      server.name !== '' &&
      user.may_start &&
      isSince6(start.info.get()),
    ({ context, forms }, who) => forms.renameServer(context, who)
  );
  addFor(
    CommandIDs.deleteServer,
    trans.__('Delete Server…'),
    server => server?.can.delete ?? false,
    ({ context, forms }, who) => forms.deleteServer(context, who)
  );
}

function registerUserCommands(registration: IRegistration): void {
  const { commands, start, trans } = registration;
  const listed = (args: ReadonlyPartialJSONObject) => {
    const who = whoOfArgs(start, args);
    return isHubAdmin(start) && who ? userOf(start, who.user) : undefined;
  };

  commands.addCommand(CommandIDs.addUsers, {
    label: trans.__('Add Users…'),
    caption: trans.__('Add users to the hub'),
    describedBy: NO_ARGS,
    isEnabled: () => isThere(start),
    isVisible: () => mayDo(start, 'add_users'),
    execute: async () => {
      const { context, forms } = await openForms(registration);
      await forms.addUsers(context);
    }
  });
  commands.addCommand(CommandIDs.editUser, {
    label: trans.__('Edit User…'),
    caption: trans.__('Rename a user, or make or unmake them admin'),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(start),
    isVisible: args => listed(args)?.may_edit ?? false,
    execute: async args => {
      const who = whoOfArgs(start, args);
      if (who) {
        const { context, forms } = await openForms(registration);
        await forms.editUser(context, who.user);
      }
    }
  });
  commands.addCommand(CommandIDs.deleteUser, {
    label: trans.__('Delete User…'),
    describedBy: { args: SERVER_ARGS },
    isEnabled: () => isThere(start),
    isVisible: args => listed(args)?.may_delete ?? false,
    execute: async args => {
      const who = whoOfArgs(start, args);
      if (who) {
        const { context, forms } = await openForms(registration);
        await forms.deleteUser(context, who.user);
      }
    }
  });
}

function registerHubCommands(registration: IRegistration): void {
  const { commands, start, trans } = registration;
  commands.addCommand(CommandIDs.openGroups, {
    label: trans.__('Open Groups'),
    caption: trans.__('Open the groups of the hub in the main area'),
    describedBy: NO_ARGS,
    isVisible: () =>
      mayDo(start, 'manage_groups') && commands.isVisible(CommandIDs.dashboard),
    execute: () => commands.execute(CommandIDs.dashboard, { tab: 'groups' })
  });
  commands.addCommand(CommandIDs.shutdownHub, {
    label: trans.__('Shut Down the Hub…'),
    describedBy: NO_ARGS,
    isEnabled: () => isThere(start),
    isVisible: () => mayDo(start, 'shutdown_hub'),
    execute: async () => {
      const { context, forms } = await openForms(registration);
      await forms.shutdownHub(context);
    }
  });
  commands.addCommand(CommandIDs.hubPage, {
    label: trans.__("Users and Groups on the Hub's Page"),
    caption: trans.__("Open the hub's own admin page in a new browser tab"),
    describedBy: NO_ARGS,
    // Where the panel does it itself, nobody needs that page; the hub shows it to admins only.
    isVisible: () => {
      const info = start.info.get();
      const doesAll =
        (info?.capabilities.manage_users ?? false) &&
        // Groups are in the main area, which Notebook 7 lacks.
        commands.isVisible(CommandIDs.dashboard);
      return isHubAdmin(start) && (info?.visitor_is_admin ?? false) && !doesAll;
    },
    execute: () => {
      window.open(hubUrl(start, 'admin'), '_blank', 'noopener');
    }
  });
}

async function openForms({ open }: IRegistration): Promise<IForms> {
  const { context, deeds } = await open();
  return { context, forms: await deeds.loadForms() };
}
