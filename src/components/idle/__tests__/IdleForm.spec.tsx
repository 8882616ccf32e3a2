import {
  act,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import React from 'react';

import { ApiError } from '../../../api/errors';
import type { IdleSettings } from '../../../api/types';
import type { IFakeHub } from '../../../testing/hub';
import { fakeHub, trans } from '../../../testing/hub';
import { idle, info, kernel, seconds } from '../../../testing/samples';
import { errorOf } from '../fields';
import { IdleSettingsForm } from '../IdleForm';

const field = (name: string) =>
  screen.getByRole<HTMLInputElement>('combobox', { name });
const write = (name: string, value: string) =>
  fireEvent.change(field(name), { target: { value } });

describe('IdleSettingsForm', () => {
  let fake: IFakeHub;

  const show = async (
    settings: IdleSettings = idle(),
    more: Parameters<typeof info> = []
  ) => {
    fake.client.info.mockResolvedValue(info(...more));
    await fake.hub.info.load();
    fake.client.getIdle.mockResolvedValue(settings);
    fake.client.listKernels.mockResolvedValue([
      kernel('analysis'),
      kernel('train', { execution_state: 'busy' })
    ]);
    render(<IdleSettingsForm />, { wrapper: fake.Wrapper });
    await screen.findByRole('combobox', { name: 'Stop idle kernels after' });
  };
  const wouldCull = (kernels: string[]) => {
    fake.client.putIdle.mockResolvedValue(
      idle({ would_cull: { kernels, terminals: [] } })
    );
  };

  beforeEach(() => {
    fake = fakeHub();
  });

  afterEach(() => {
    fake.hub.dispose();
  });

  it('names its fields as the contract does', async () => {
    await show();
    expect(field('Stop idle kernels after').value).toBe('1 h');
    expect(field('Check every').value).toBe('5 min');
    const box = (name: string) =>
      screen.getByRole<HTMLInputElement>('checkbox', { name });
    expect(box('Also kernels with open notebooks').checked).toBe(true);
    expect(box('Also busy kernels').checked).toBe(false);
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('shows what a change would stop before it can be applied', async () => {
    await show();
    wouldCull(['analysis']);
    write('Stop idle kernels after', '30');
    expect(
      screen.getByRole<HTMLButtonElement>('button', { name: 'Apply' }).disabled
    ).toBe(true);
    const apply = await screen.findByRole<HTMLButtonElement>('button', {
      name: 'Apply and stop 1'
    });
    expect(fake.client.putIdle.mock.calls[0]?.slice(0, 2)).toEqual([
      { kernels: { idle_timeout: 1800 } },
      true
    ]);
    const status = screen.getByRole('status');
    expect(status.textContent).toContain('1 kernel stops now: analysis.ipynb.');
    expect(status.textContent).toContain('1 kernel stays.');
    fireEvent.blur(field('Stop idle kernels after'));
    expect(field('Stop idle kernels after').value).toBe('30 min');
    expect(apply.disabled).toBe(false);
    fireEvent.click(apply);
    await waitFor(() =>
      expect(fake.client.putIdle).toHaveBeenLastCalledWith(
        { kernels: { idle_timeout: 1800 } },
        false
      )
    );
    expect(await screen.findByText('Saved.')).toBeTruthy();
  });

  it('sends off as null', async () => {
    await show();
    wouldCull([]);
    write('Stop idle kernels after', 'off');
    expect(await screen.findByText('Nothing stops.')).toBeTruthy();
    expect(fake.client.putIdle.mock.calls[0]?.[0]).toEqual({
      kernels: { idle_timeout: null }
    });
  });

  it('asks nothing and applies nothing while a time is wrong', async () => {
    await show();
    write('Check every', 'soon');
    expect(field('Check every').getAttribute('aria-invalid')).toBe('true');
    expect(
      screen.getByText('Write a time such as 30 min or 2 h.')
    ).toBeTruthy();
    await act(() => new Promise(resolve => setTimeout(resolve, 600)));
    expect(fake.client.putIdle).not.toHaveBeenCalled();
    expect(
      screen.getByRole<HTMLButtonElement>('button', { name: 'Apply' }).disabled
    ).toBe(true);
  });

  it('says where a value comes from, and goes back to it', async () => {
    const settings = idle();
    settings.kernels.idle_timeout = seconds(1800, {
      source: 'saved',
      default: 3600
    });
    await show(settings);
    expect(screen.getByText('Hub default: 1 hour')).toBeTruthy();
    wouldCull([]);
    fake.client.resetIdle.mockResolvedValue(idle());
    fireEvent.click(screen.getByRole('button', { name: 'Back to default' }));
    expect(field('Stop idle kernels after').value).toBe('1 h');
    await screen.findByText('Nothing stops.');
    fireEvent.click(screen.getByRole('button', { name: 'Apply' }));
    await waitFor(() => expect(fake.client.resetIdle).toHaveBeenCalled());
  });

  it('shows why a change was not saved', async () => {
    await show();
    fake.client.putIdle.mockRejectedValue(
      new ApiError(403, 'forbidden', 'Only the owner may.')
    );
    write('Stop idle kernels after', '2 h');
    expect(
      await screen.findByText('Not saved: Only the owner may.')
    ).toBeTruthy();
  });

  it('can only be read by those who may not change it', async () => {
    await show(idle(), [{ at_home: false }, { edit_this_server: false }]);
    expect(field('Stop idle kernels after').readOnly).toBe(true);
    expect(
      screen.getByText(
        'Only the owner of this server may change these settings.'
      )
    ).toBeTruthy();
  });

  it('says what is set somewhere else', async () => {
    const reason = 'The kernels of this server run elsewhere (gateway).';
    await show(idle({ not_adjustable: { kernels: reason } }));
    expect(screen.getByText(reason)).toBeTruthy();
    expect(field('Check every').readOnly).toBe(true);
  });
});

describe('errorOf', () => {
  const bounds = seconds(3600, { min: 900, max: 28_800 });
  it.each([
    ['10 min', 'Your hub allows 15 min to 8 h.'],
    ['9 h', 'Your hub allows 15 min to 8 h.'],
    ['off', 'Your hub allows 15 min to 8 h.'],
    ['15 min', null],
    ['soon', 'Write a time such as 30 min or 2 h, or off.']
  ])('%p', (text, error) => {
    expect(errorOf('kernels.idle_timeout', text, bounds, trans)).toBe(error);
  });

  it('lets off where there is no upper bound', () => {
    expect(
      errorOf('kernels.idle_timeout', 'off', seconds(1, { min: 900 }), trans)
    ).toBeNull();
    expect(
      errorOf('kernels.interval', 'off', seconds(1), trans)
    ).not.toBeNull();
  });
});
