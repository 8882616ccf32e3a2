import type { ServerDeadline } from '../../api/types';
import { NOW, told } from '../../testing/user';
import { Deadline } from '../deadline';

/**
 * A deadline whose answers a test gives, with the browser's clock at that of the service.
 */
export interface IFakeDeadline {
  readonly source: Deadline;
  /** The server answers this from now on, and is asked. */
  readonly answer: (more?: Partial<ServerDeadline>) => Promise<void>;
}

/**
 * Start a deadline that is not known yet; fake timers have to be in use.
 */
export function fakeDeadline(): IFakeDeadline {
  jest.setSystemTime(NOW);
  const ask = jest.fn<Promise<ServerDeadline>, []>();
  ask.mockRejectedValue(new Error('not yet'));
  const source = new Deadline(ask, () => true);
  return {
    source,
    answer: async more => {
      await jest.advanceTimersByTimeAsync(0);
      ask.mockImplementation(() =>
        Promise.resolve(told({ now: new Date().toISOString(), ...more }))
      );
      await source.look();
    }
  };
}
