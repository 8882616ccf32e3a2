import { fireEvent, waitFor } from '@testing-library/react';

import { UNDO_TIME } from '../../state/bulk';
import { patchUsers } from '../../state/patch';
import {
  candidate,
  OVER,
  plan,
  progress,
  result,
  status,
  who
} from '../../testing/bulk';
import { giveUp, type } from '../../testing/commands';
import type { IWordedCommands } from '../../testing/commandWords';
import {
  checkDialog,
  checkNotes,
  wordedCommands
} from '../../testing/commandWords';
import { GREEK, untranslatedOf } from '../../testing/pseudo';
import { server, user } from '../../testing/samples';
import { showOutcome } from '../bulkOutcome';
import { CommandIDs } from '../ids';

const [ANNA, BIOS, GAIA] = GREEK;
const ACTIONS = ['start', 'stop', 'restart'] as const;
const COMMANDS = {
  start: CommandIDs.startSelected,
  stop: CommandIDs.stopSelected,
  restart: CommandIDs.restartSelected
};

describe('every word on many servers goes through the translator', () => {
  let fake: IWordedCommands;

  beforeEach(async () => {
    fake = await wordedCommands();
  });

  afterEach(() => fake.close());

  const showsText = (text: string) =>
    waitFor(() =>
      expect(document.querySelector('.jp-Dialog')?.textContent).toContain(text)
    );
  const select = (names: readonly string[]) =>
    fake.hub.selection.set(names.map(name => who(name)));
  const many = Array.from({ length: 30 }, (_, index) => `${ANNA}${index}`);

  it.each(ACTIONS)('before they are acted on: %s', async action => {
    const { client, hub } = fake;
    const names = [...many, 'admin', 'alice', 'bob', 'carol'];
    const used = many.slice(0, 25).map(name => candidate(name));
    client.planBulk.mockResolvedValue(plan(used, { action, in_use: 25 }));
    select(names);
    const node = await fake.run(COMMANDS[action]);
    // Those that are listed are called so.
    const data = ['alice', 'bob', 'carol'];
    checkDialog(...data);
    const spare = node.querySelector('input[type=checkbox]');
    expect(spare === null).toBe(action === 'start');
    if (spare) {
      fireEvent.click(spare);
      checkDialog(...data);
    }
    // All that match, loaded or not.
    const targets = [candidate(ANNA), candidate(BIOS)];
    client.planBulk.mockResolvedValue(
      plan(targets, { action, total: 40, in_use: 2 })
    );
    hub.selection.selectMatching({ query: '', state: 'all', count: 50 });
    await fake.run(COMMANDS[action]);
    checkDialog();
  });

  it.each(ACTIONS)('where there is nothing to act on: %s', async action => {
    const { client, hub, commands } = fake;
    client.planBulk.mockResolvedValue(plan([], { action }));
    hub.selection.selectMatching({ query: '', state: 'all', count: 50 });
    await commands.execute(COMMANDS[action]);
    // Of each kind that is left out.
    patchUsers(hub.queryClient, old =>
      old.name === 'carol'
        ? user(
            'carol',
            ...(['stopped', 'starting', 'running', 'stopping'] as const).map(
              (state, index) =>
                server('carol', state, {
                  name: index ? state : '',
                  can: {
                    start: false,
                    stop: false,
                    access: false,
                    delete: false
                  }
                })
            )
          )
        : { ...old, may_start: false }
    );
    const states = ['', 'starting', 'running', 'stopping'];
    hub.selection.set([
      who('admin'),
      ...states.map(name => who('carol', name))
    ]);
    await commands.execute(COMMANDS[action]);
    checkNotes();
    client.planBulk.mockRejectedValue(new Error('Φ'));
    hub.selection.selectMatching({ query: '', state: 'all', count: 50 });
    await fake.run(COMMANDS[action]);
    await showsText('Φ');
    checkDialog();
  });

  it.each(ACTIONS)('while it goes on, and in its outcome: %s', async action => {
    const { client, hub, context } = fake;
    const said = jest.spyOn(hub.announcer, 'say');
    const request = { action, targets: [ANNA, BIOS].map(name => who(name)) };
    const last = () => hub.bulks.get()[0];
    void hub.bulks.start(request, 2, UNDO_TIME);
    checkNotes();
    hub.bulks.undo(last()?.key ?? '');
    client.startBulk.mockResolvedValue(progress({ action, total: 2 }));
    const ended = hub.bulks.start(request, 2);
    await waitFor(() => expect(last()?.id).toBe('b1'));
    checkNotes();
    const results = [result(who(ANNA)), result(who(BIOS), 'Φ')];
    const over = status([...results, { ...result(who(GAIA)), ok: false }], {
      action,
      total: 3,
      ...OVER
    });
    client.getBulk.mockResolvedValue(over);
    hub.bulks.take(over);
    const bulk = await ended;
    checkNotes();
    await fake.begin(() => showOutcome(context, bulk));
    await showsText('Φ');
    checkDialog();
    client.startBulk.mockRejectedValue(new Error('Φ'));
    const refused = await hub.bulks.start(request, 2);
    checkNotes();
    await fake.begin(() => showOutcome(context, refused));
    checkDialog();
    expect(said).toHaveBeenCalled();
    expect(untranslatedOf(said.mock.calls.flat())).toEqual([]);
  });

  it('where idle ones are stopped', async () => {
    await fake.allowAll();
    const { client } = fake;
    client.planBulk.mockResolvedValue(
      plan(
        [
          candidate(ANNA),
          candidate(BIOS, { last_activity: null }),
          candidate(GAIA, { busy: true })
        ],
        { total: 60 }
      )
    );
    await fake.run(CommandIDs.stopIdleServers);
    checkDialog();
    await showsText(GAIA);
    checkDialog();
    type('⟦Stop servers idle longer than⟧', 'ξ');
    await showsText('Write a time');
    // What is to be typed is the same in every language.
    checkDialog();
    await giveUp();
    for (const found of [
      () => Promise.resolve(plan([])),
      () => Promise.reject(new Error('Φ'))
    ]) {
      client.planBulk.mockImplementation(found);
      await fake.run(CommandIDs.stopIdleServers);
      await waitFor(() =>
        expect(document.querySelector('[role=status]')?.textContent).toMatch(
          /Nothing stops|Φ/
        )
      );
      checkDialog();
    }
  });
});
