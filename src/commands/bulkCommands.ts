import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Capabilities } from '../api/types';
import type { IWho } from '../format/who';
import type { ServerAction } from '../state/activity';
import { NO_ARGS } from './args';
import { CommandIDs } from './ids';
import type { IRegistration } from './registration';
import { isHubAdmin, isThere, mayDo } from './visitor';

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
export function registerBulkCommands(registration: IRegistration): void {
  const { commands, start, trans, open } = registration;
  const isSelecting = () => start.hub?.selection.isActive() ?? false;
  const offer = (action: ServerAction, ...what: (keyof Capabilities)[]) => {
    const isVisible = ({ servers }: ReadonlyPartialJSONObject) =>
      mayDo(start, ...what) && (servers !== undefined || isSelecting());
    return {
      isVisible,
      isEnabled: (args: ReadonlyPartialJSONObject) =>
        isThere(start) && isVisible(args),
      execute: async (args: ReadonlyPartialJSONObject) => {
        const { context, deeds } = await open();
        const { actOnSelection, actOnServers } = await deeds.loadMany();
        await (args.servers === undefined
          ? actOnSelection(context, action)
          : actOnServers(context, action, serversOf(args.servers)));
      }
    };
  };

  commands.addCommand(CommandIDs.selectAll, {
    label: trans.__('Select All That Match'),
    caption: trans.__(
      'Select all servers that match what was searched for, loaded or not'
    ),
    describedBy: NO_ARGS,
    isVisible: () => isHubAdmin(start),
    execute: () => {
      start.hub?.cursor.target?.selectAll();
    }
  });
  commands.addCommand(CommandIDs.startSelected, {
    label: trans.__('Start Selected Servers'),
    caption: trans.__('Start the servers that are selected'),
    describedBy: { args: MANY_ARGS },
    ...offer('start', 'start_servers')
  });
  commands.addCommand(CommandIDs.stopSelected, {
    label: trans.__('Stop Selected Servers…'),
    caption: trans.__('Stop the servers that are selected'),
    describedBy: { args: MANY_ARGS },
    ...offer('stop', 'stop_servers')
  });
  commands.addCommand(CommandIDs.restartSelected, {
    label: trans.__('Restart Selected Servers…'),
    caption: trans.__(
      'Stop the servers that are selected and start them again'
    ),
    describedBy: { args: MANY_ARGS },
    ...offer('restart', 'start_servers', 'stop_servers')
  });

  let wasActive = false;
  const update = () => {
    if (isSelecting() !== wasActive) {
      wasActive = !wasActive;
      commands.notifyCommandChanged();
    }
  };
  start.whenOpened(({ selection }) => {
    selection.subscribe(update);
    update();
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
