import { Notification } from '@jupyterlab/apputils';
import { waitFor } from '@testing-library/react';

import { keys } from '../../state/keys';
import { who } from '../../testing/bulk';
import { button, giveUp, press, type } from '../../testing/commands';
import type { IWordedCommands } from '../../testing/commandWords';
import {
  checkDialog,
  checkNotes,
  wordedCommands
} from '../../testing/commandWords';
import { GREEK } from '../../testing/pseudo';
import { details, info, page, server, user } from '../../testing/samples';
import {
  preview,
  rulesView,
  ruleView,
  serviceServer,
  serviceServers
} from '../../testing/service';
import { CommandIDs } from '../ids';
import { keepServerUntil } from '../keepServer';

const [ANNA, BIOS, GAIA] = GREEK;
const THEIRS = { user: ANNA, server: '' };
const NAMED = { user: ANNA, server: GAIA };
const FAR = '2126-11-23T10:00:00.000Z';
const PAST = '2020-01-01T10:00';

describe('every word of the forms goes through the translator', () => {
  let fake: IWordedCommands;

  beforeEach(async () => {
    fake = await wordedCommands();
  });

  afterEach(() => fake.close());

  /** Press what accepts the form, once it can be pressed. */
  const accept = async (label: string) => {
    await waitFor(() => expect(button(label)?.disabled).toBe(false));
    await press(label);
  };
  const showsText = (text: string) =>
    waitFor(() =>
      expect(document.querySelector('.jp-Dialog')?.textContent).toContain(text)
    );
  const notes = async (count: number) => {
    await waitFor(() =>
      expect(Notification.manager.notifications).toHaveLength(count)
    );
    checkNotes();
  };

  it('of a named server', async () => {
    fake.client.getUser.mockResolvedValue(
      details(
        ANNA,
        server(ANNA, 'stopped', { user_options: { γ: 2 } }),
        server(ANNA, 'stopped', { name: GAIA })
      )
    );
    for (const version of ['6.1.1', '5.5.0']) {
      fake.client.info.mockResolvedValue(
        info({ hub: { version, prefix: '/hub/', host: '' } })
      );
      await fake.hub.info.load();
      await fake.run(CommandIDs.createServer, THEIRS);
      checkDialog();
    }
    for (const id of [
      CommandIDs.startWithOptions,
      CommandIDs.renameServer,
      CommandIDs.deleteServer
    ]) {
      for (const args of [THEIRS, NAMED]) {
        await fake.run(id, args);
        checkDialog();
      }
    }
  });

  it('by which users are added', async () => {
    fake.client.addUsers.mockResolvedValue({
      created: [user(ANNA)],
      existing: [BIOS],
      refused: [{ name: GAIA, message: 'Φ' }]
    });
    await fake.run(CommandIDs.addUsers);
    checkDialog();
    type('⟦Names, one a line⟧', [ANNA, BIOS, GAIA].join('\n'));
    await accept('⟦Add⟧');
    await showsText('Φ');
    checkDialog();
    fake.client.addUsers.mockResolvedValue({
      created: [user(ANNA)],
      existing: [],
      refused: []
    });
    await fake.run(CommandIDs.addUsers);
    type('⟦Names, one a line⟧', ANNA);
    await accept('⟦Add⟧');
    await notes(1);
  });

  it('by which a user is changed or deleted, and the hub shut down', async () => {
    await fake.run(CommandIDs.editUser, THEIRS);
    checkDialog();
    type('⟦Name⟧', '');
    await showsText('Write a name.');
    checkDialog();
    fake.client.getUser.mockResolvedValue(null);
    await giveUp();
    await fake.commands.execute(CommandIDs.editUser, THEIRS);
    await notes(1);
    fake.client.deleteUser.mockResolvedValue(undefined);
    await fake.run(CommandIDs.deleteUser, THEIRS);
    checkDialog();
    type(`⟦Type ⟧${ANNA}⟦ to go on⟧`, ANNA);
    await accept('⟦Delete⟧');
    await notes(2);
    fake.client.shutdownHub.mockResolvedValue(undefined);
    await fake.run(CommandIDs.shutdownHub);
    checkDialog();
    type('⟦Type ⟧⟦shutdown⟧⟦ to go on⟧', '⟦shutdown⟧');
    await accept('⟦Shut down⟧');
    await notes(3);
  });

  /** The service knows these two. */
  const withServers = async () => {
    await fake.allowAll();
    const servers = [serviceServer(ANNA), serviceServer(BIOS)];
    fake.hub.queryClient.setQueryData(keys.serviceServers(''), {
      ...serviceServers(...servers),
      byWho: new Map(servers.map(each => [each.user, each])),
      took: 0,
      ahead: 0
    });
    fake.service.servers.mockResolvedValue(serviceServers(...servers));
    fake.service.rules.mockResolvedValue(rulesView());
    fake.client.listUsers.mockResolvedValue(
      page([user(ANNA, server(ANNA, 'running'))])
    );
  };

  it('by which a server is kept', async () => {
    await withServers();
    const node = await fake.run(CommandIDs.keepServer);
    await waitFor(() =>
      expect(node.querySelector('[role=option]')).toBeTruthy()
    );
    checkDialog();
    fake.service.extend.mockResolvedValue({ until: null, asked: null });
    await fake.run(CommandIDs.keepServer, THEIRS);
    checkDialog();
    await accept('⟦Keep⟧');
    await showsText('does not keep it');
    checkDialog();
    type('⟦Keep until⟧', 'other');
    type('⟦Other end⟧', PAST);
    await showsText('has to be ahead');
    checkDialog();
    await giveUp();
    for (const until of [FAR, '2126-11-22T10:00:00.000Z']) {
      fake.service.extend.mockResolvedValue({ until, asked: FAR });
      await keepServerUntil(fake.context, THEIRS, FAR);
    }
    await notes(2);
    fake.service.servers.mockRejectedValue(new Error('Φ'));
    await fake.hub.queryClient.invalidateQueries();
    await fake.run(CommandIDs.keepServer);
    await showsText('could not be listed');
    checkDialog();
  });

  it('by which all that is selected is kept', async () => {
    await withServers();
    fake.hub.selection.set([ANNA, BIOS].map(name => who(name)));
    const keep = async () => {
      await fake.run(CommandIDs.keepSelected);
      checkDialog();
      await accept('⟦Keep⟧');
    };
    fake.service.extend.mockResolvedValue({ until: FAR, asked: FAR });
    await keep();
    await notes(1);
    fake.service.extend.mockResolvedValue({ until: null, asked: FAR });
    await keep();
    await notes(2);
    fake.service.extend.mockRejectedValue(new Error('Φ'));
    await keep();
    await showsText('Φ');
    checkDialog();
  });

  it('by which a server is exempt, or no longer', async () => {
    await withServers();
    fake.service.info.mockResolvedValue({
      version: '0.1.0',
      name: ANNA,
      may_edit_hub: true,
      may_edit_groups: null,
      may_see_audit: true
    });
    const node = await fake.run(CommandIDs.exemptServer);
    await waitFor(() =>
      expect(node.querySelector('[role=option]')).toBeTruthy()
    );
    checkDialog();
    await fake.run(CommandIDs.exemptServer, THEIRS);
    checkDialog();
    type('⟦End⟧', PAST);
    await showsText('has to be ahead');
    checkDialog();
    const exempt = { reason: 'Ω', until: FAR };
    fake.service.rules.mockResolvedValue(
      rulesView(ruleView('server', `${ANNA}/`, { exempt }))
    );
    // It stops at once, or later, or stays, or nothing is known of it.
    for (const [stops, keeps, deadline] of [
      [[ANNA], [], FAR],
      [[], [ANNA], FAR],
      [[], [ANNA], null],
      [[], [], null]
    ] as const) {
      const found = preview(stops, keeps);
      for (const item of [...found.stops, ...found.keeps]) {
        item.decision = { ...item.decision, deadline };
      }
      fake.service.preview.mockResolvedValue(found);
      await fake.run(CommandIDs.endExemption, THEIRS);
      checkDialog();
    }
    fake.service.putRule.mockResolvedValue(ruleView('server', '', {}));
    fake.service.deleteRule.mockResolvedValue(undefined);
    await accept('⟦End exemption⟧');
    await notes(1);
  });
});
