import { ApiError, ConnectionError } from '../../api/errors';
import { formatClock } from '../../format/time';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub, trans } from '../../testing/hub';
import { keepServer } from '../../state/service';
import { info } from '../../testing/samples';
import { decision, inMinutes, NOW, UNTOLD } from '../../testing/user';
import { keepRunning } from '../keep';
import type { IFakeDeadline } from './fakes';
import { fakeDeadline } from './fakes';

const MINUTE = 60_000;
const at = (minutes: number) => formatClock(inMinutes(minutes));

describe('keeping this server running', () => {
  let fake: IFakeHub;
  let deadline: IFakeDeadline;

  beforeEach(async () => {
    jest.useFakeTimers();
    fake = fakeHub();
    fake.client.info.mockResolvedValue(
      info({ owner: 'élodie', server_name: 'gpu' })
    );
    await fake.hub.info.load();
    deadline = fakeDeadline();
    await deadline.answer();
  });

  afterEach(() => {
    deadline.source.dispose();
    fake.hub.dispose();
    jest.useRealTimers();
  });

  const keep = () =>
    keepRunning({
      info: fake.hub.info.get(),
      keep: (who, until) => keepServer(fake.hub, who, until),
      source: deadline.source,
      trans
    });
  const grant = (minutes: number | null) =>
    fake.service.extend.mockResolvedValue({
      until: minutes === null ? null : inMinutes(minutes),
      asked: null
    });

  it('asks for the idle time again, and holds what was granted', async () => {
    grant(60);
    expect(await keep()).toEqual({
      isKept: true,
      text: `Kept until ${at(60)}.`
    });
    expect(fake.service.extend.mock.calls).toEqual([
      ['élodie', 'gpu', inMinutes(60)]
    ]);
    expect(deadline.source.left()).toBe(60 * MINUTE);
  });

  it('says until when if the rules allow less, and that they allow no longer', async () => {
    grant(45);
    expect((await keep()).text).toBe(`Kept until ${at(45)}.`);
    await deadline.answer();
    for (const until of [45, 10, null]) {
      grant(until);
      expect(await keep()).toEqual({
        isKept: false,
        text: `Your hub allows no longer. It stops at ${at(45)}.`
      });
    }
    fake.service.extend.mockRejectedValue(
      new ApiError(403, 'forbidden', 'The rules of this hub do not let you.')
    );
    expect((await keep()).text).toBe(
      `Your hub allows no longer. It stops at ${at(45)}.`
    );
  });

  it('says why if the service cannot do it, in a line that fits', async () => {
    fake.service.extend.mockRejectedValue(new ConnectionError('No\nanswer.'));
    expect(await keep()).toEqual({
      isKept: false,
      text: 'Not kept: No answer.'
    });
    fake.service.extend.mockRejectedValue(new Error('x'.repeat(5000)));
    expect((await keep()).text).toHaveLength(140);
  });

  it('does not take back what somebody granted for longer', async () => {
    await deadline.answer({
      decision: decision({ reason_code: 'kept', deadline: inMinutes(240) })
    });
    expect(await keep()).toEqual({
      isKept: true,
      text: `It runs until ${at(240)} at least.`
    });
    expect(fake.service.extend).not.toHaveBeenCalled();
  });

  it('asks for the idle time that the rules say, also where something else ends it', async () => {
    await deadline.answer({
      decision: decision({ reason_code: 'age', deadline: inMinutes(5) }),
      idle_timeout: 7200
    });
    grant(5);
    await keep();
    expect(fake.service.extend.mock.calls[0]?.[2]).toBe(inMinutes(120));
  });

  it('asks for an hour where it may be unused for ever', async () => {
    await deadline.answer({
      decision: decision({ reason_code: 'age', deadline: inMinutes(5) }),
      idle_timeout: null
    });
    grant(5);
    expect((await keep()).isKept).toBe(false);
    expect(fake.service.extend.mock.calls[0]?.[2]).toBe(inMinutes(60));
  });

  it('asks by the clock of the service', async () => {
    jest.setSystemTime(NOW - 20 * MINUTE);
    await deadline.answer({ now: inMinutes(1) });
    grant(61);
    await keep();
    expect(fake.service.extend.mock.calls[0]?.[2]).toBe(inMinutes(61));
  });

  it('asks nothing without a deadline', async () => {
    await deadline.answer(UNTOLD);
    expect((await keep()).text).toBe('This server is not going to be stopped.');
    expect(fake.service.extend).not.toHaveBeenCalled();
  });
});
