import { Notification } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';

import { ConnectionError } from '../../api/errors';
import type { IArrival } from '../../state/follower';
import { fakeHub, trans } from '../../testing/hub';
import { giveFeedback } from '../feedback';

function arrival(more: Partial<IArrival> = {}): IArrival {
  return {
    who: { user: 'carol', server: '' },
    action: 'start',
    failure: null,
    mine: true,
    since: Date.now(),
    ...more
  };
}

describe('giveFeedback', () => {
  const fake = fakeHub();
  let tell: (arrival: IArrival) => void;

  beforeEach(() => {
    jest.restoreAllMocks();
    Notification.manager.dismiss();
    document.body.querySelector('.jp-HubAdmin-scroll')?.remove();
  });

  beforeAll(() => {
    jest
      .spyOn(fake.hub.arrived, 'connect')
      .mockImplementation(
        (slot: (sender: never, arrival: IArrival) => void) => {
          tell = next => slot(fake.hub as never, next);
          return true;
        }
      );
    giveFeedback(fake.hub, new CommandRegistry(), trans);
  });

  afterAll(() => fake.hub.dispose());

  /** A row that jsdom takes for one in view. */
  function addRow(): void {
    const view = document.createElement('div');
    view.className = 'jp-HubAdmin-scroll';
    view.innerHTML = '<div class="jp-HubAdmin-row" data-key="carol"></div>';
    document.body.appendChild(view);
    jest
      .spyOn(Element.prototype, 'getBoundingClientRect')
      .mockReturnValue({ top: 0, bottom: 28, height: 28 } as DOMRect);
  }

  const notes = () =>
    Notification.manager.notifications.map(({ message }) => message);

  it('says what begins', () => {
    const { actions, announcer } = fake.hub;
    const say = jest.spyOn(announcer, 'say');
    const never = new Promise<never>(() => undefined);
    const { client } = fake;
    client.startServer.mockReturnValueOnce(never);
    client.stopServer.mockReturnValueOnce(never);
    client.restartServer.mockReturnValueOnce(never);
    void actions.start({ user: 'carol', server: '' });
    void actions.stop({ user: 'bob', server: 'gpu' });
    void actions.restart({ user: 'alice', server: '' });
    expect(say.mock.calls).toEqual([
      ['carol: starting'],
      ['bob/gpu: stopping'],
      ['alice: restarting']
    ]);
  });

  it('says once that the hub went away and that it came back', () => {
    const { announcer, health } = fake.hub;
    const say = jest.spyOn(announcer, 'say');
    health.failed(new ConnectionError('No way there.'));
    health.failed(new ConnectionError('No way there.'));
    health.answered();
    expect(say.mock.calls).toEqual([
      ['The hub does not answer.'],
      ['The hub answers again.']
    ]);
  });

  it('notifies if the row cannot be seen', () => {
    const say = jest.spyOn(fake.hub.announcer, 'say');
    tell(arrival());
    expect(notes()).toEqual(['carol is running.']);
    expect(say).toHaveBeenCalledWith('carol is running.');
  });

  it('leaves it at the row if that can be seen', () => {
    addRow();
    const say = jest.spyOn(fake.hub.announcer, 'say');
    tell(arrival());
    expect(notes()).toEqual([]);
    expect(say).toHaveBeenCalledWith('carol is running.');
  });

  it('notifies all the same if it took long', () => {
    addRow();
    tell(arrival({ since: Date.now() - 31_000 }));
    expect(notes()).toEqual(['carol is running.']);
  });

  it('interrupts for a failure, and keeps the words of the Hub out of notes', () => {
    const interrupt = jest.spyOn(fake.hub.announcer, 'interrupt');
    tell(arrival({ failure: 'No free <b>GPU</b>.' }));
    expect(notes()).toEqual(['carol did not start.']);
    expect(interrupt).toHaveBeenCalledWith(
      'carol did not start. No free <b>GPU</b>.'
    );
  });

  it('says nothing of what others do', () => {
    const say = jest.spyOn(fake.hub.announcer, 'say');
    tell(arrival({ mine: false }));
    expect(notes()).toEqual([]);
    expect(say).not.toHaveBeenCalled();
  });

  it('needs no note for a stop', () => {
    tell(arrival({ action: 'stop' }));
    expect(notes()).toEqual([]);
  });
});
