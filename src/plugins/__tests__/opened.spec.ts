import { ServerConnection } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';

import { Bulks } from '../../state/bulk';
import { HubAdmin } from '../../state/hub';
import { HubStart } from '../../state/start';
import { trans } from '../../testing/hub';
import { openHub } from '../opened';

describe('an opened hub', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is there once only, also where the first try failed', () => {
    jest.spyOn(Bulks.prototype, 'restore').mockImplementationOnce(() => {
      throw new Error('No.');
    });
    const dispose = jest.spyOn(HubAdmin.prototype, 'dispose');
    const start = new HubStart(
      ServerConnection.makeSettings(),
      () => new Promise(() => undefined)
    );
    const told = jest.fn();
    start.whenOpened(told);
    const open = () => openHub(start, new CommandRegistry(), trans);
    expect(open).toThrow('No.');
    expect(start.hub).toBeNull();
    expect(dispose).toHaveBeenCalledTimes(1);
    const { context } = open();
    expect(start.hub).toBe(context.hub);
    expect(told.mock.calls).toEqual([[context.hub]]);
    expect(dispose).toHaveBeenCalledTimes(1);
    (context.hub as HubAdmin).dispose();
  });
});
