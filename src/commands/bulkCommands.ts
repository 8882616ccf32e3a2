import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IWho } from '../format/who';
import type { ServerAction } from '../state/activity';
import { actOnSelection, actOnServers } from './bulk';
import type { ICommandContext } from './dialog';
import { CommandIDs } from './ids';
import { isHubAdmin } from './register';

/**
 * The arguments of a command that is about many servers.
 */
const MANY_ARGS = {
  type: 'object' as const,
  properties: {
    servers: {
      type: 'array',
      description: 'The servers; those that are selected if absent',
      items: {
        type: 'object',
        required: ['user'],
        properties: {
          user: { type: 'string', description: 'The name of the user' },
          server: {
            type: 'string',
            description: 'The name of the server; empty for the default server'
          }
        }
      }
    }
  }
};

/**
 * Register the commands that act on many servers.
 */
export function registerBulkCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { hub, trans } = context;
  const may = (action: ServerAction) => {
    const capabilities = hub.info.get()?.capabilities;
    const mayStart = action === 'stop' || capabilities?.start_servers;
    const mayStop = action === 'start' || capabilities?.stop_servers;
    return isHubAdmin(context) && Boolean(mayStart && mayStop);
  };
  const offers = (action: ServerAction) => (args: ReadonlyPartialJSONObject) =>
    may(action) && (args.servers !== undefined || hub.selection.isActive());
  const execute =
    (action: ServerAction) => (args: ReadonlyPartialJSONObject) =>
      args.servers === undefined
        ? actOnSelection(context, action)
        : actOnServers(context, action, serversOf(args.servers));

  commands.addCommand(CommandIDs.selectAll, {
    label: trans.__('Select All That Match'),
    caption: trans.__(
      'Select all servers that match what was searched for, loaded or not'
    ),
    describedBy: { args: { type: 'object', properties: {} } },
    isVisible: () => isHubAdmin(context),
    execute: () => {
      hub.cursor.target?.selectAll();
    }
  });
  commands.addCommand(CommandIDs.startSelected, {
    label: trans.__('Start Selected Servers'),
    caption: trans.__('Start the servers that are selected'),
    describedBy: { args: MANY_ARGS },
    isEnabled: offers('start'),
    isVisible: offers('start'),
    execute: execute('start')
  });
  commands.addCommand(CommandIDs.stopSelected, {
    label: trans.__('Stop Selected Servers…'),
    caption: trans.__('Stop the servers that are selected'),
    describedBy: { args: MANY_ARGS },
    isEnabled: offers('stop'),
    isVisible: offers('stop'),
    execute: execute('stop')
  });
  commands.addCommand(CommandIDs.restartSelected, {
    label: trans.__('Restart Selected Servers…'),
    caption: trans.__(
      'Stop the servers that are selected and start them again'
    ),
    describedBy: { args: MANY_ARGS },
    isEnabled: offers('restart'),
    isVisible: offers('restart'),
    execute: execute('restart')
  });

  let wasActive = hub.selection.isActive();
  hub.selection.subscribe(() => {
    if (hub.selection.isActive() !== wasActive) {
      wasActive = !wasActive;
      commands.notifyCommandChanged();
    }
  });
}

/**
 * The servers that an argument names; what names none is left out.
 */
function serversOf(argument: unknown): IWho[] {
  return (Array.isArray(argument) ? (argument as unknown[]) : []).flatMap(
    item => {
      const { user, server } = (item ?? {}) as Record<string, unknown>;
      return typeof user === 'string' && user !== ''
        ? [{ user, server: typeof server === 'string' ? server : '' }]
        : [];
    }
  );
}
