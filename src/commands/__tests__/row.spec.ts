import * as deeds from '../deeds';
import type { IFakeCommands } from '../../testing/commands';
import { closeAll, fakeCommands, opened, press } from '../../testing/commands';
import { info } from '../../testing/samples';
import { CommandIDs } from '../ids';

/**
 * Where the cursor goes while what a command does is loaded.
 */
describe('a command on a row', () => {
  let fake: IFakeCommands;

  beforeEach(async () => {
    fake = await fakeCommands();
    fake.client.info.mockResolvedValue(
      info({ service: { version: '0.1.0' } }, { edit_rules: true })
    );
    await fake.hub.info.load();
    fake.service.rules.mockRejectedValue(new Error('Away.'));
  });

  afterEach(() => closeAll(fake));

  it.each([
    CommandIDs.stopServer,
    CommandIDs.startWithOptions,
    CommandIDs.keepServer,
    CommandIDs.exemptServer
  ])('%s acts on it, whichever is the current one later', async id => {
    const { commands, hub } = fake;
    const { loadForms } = deeds;
    jest.spyOn(deeds, 'loadForms').mockImplementation(async () => {
      hub.cursor.who = { user: 'bob', server: '' };
      return loadForms();
    });
    hub.cursor.who = { user: 'alice', server: '' };
    const done = commands.execute(id, { row: true });
    hub.cursor.who = { user: 'bob', server: '' };
    const { textContent } = await opened();
    expect(textContent).toContain('alice');
    expect(textContent).not.toContain('bob');
    await press('Cancel');
    await done;
  });
});
