import {
  act,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import React, { useState } from 'react';

import { ApiError } from '../../api/errors';
import type { RuleView, ServiceInfo } from '../../api/types';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { details, info } from '../../testing/samples';
import {
  preview,
  rulesView,
  ruleView,
  serviceServer,
  serviceServers
} from '../../testing/service';
import { RuleDrafts } from '../drafts';
import type { IRuleKey } from '../levels';
import { RulesView } from '../RulesView';

const ADMIN: ServiceInfo = {
  version: '0.1.0',
  name: 'admin',
  may_edit_hub: true,
  may_edit_groups: null,
  may_see_audit: true
};
const CLASS: IRuleKey = { level: 'group', name: 'class-a' };
const HUB_RULE = ruleView('hub', '', { server: { idle_timeout: 7200 } });
const CLASS_RULE = ruleView('group', 'class-a', {
  server: { idle_timeout: 1800 }
});

describe('the idle rules', () => {
  let fake: IFakeHub;
  let drafts: RuleDrafts;

  beforeEach(() => {
    jest.useFakeTimers({ advanceTimers: true });
    fake = fakeHub();
    drafts = new RuleDrafts();
    const { service } = fake;
    service.preview.mockResolvedValue(preview([], ['alice']));
    service.servers.mockResolvedValue(
      serviceServers(
        serviceServer('alice', { groups: ['class-a'] }),
        serviceServer('bob', { groups: ['class-a'], name: 'gpu' }),
        serviceServer('carol', { state: 'stopping', groups: ['class-a'] })
      )
    );
    fake.client.getUser.mockImplementation(name =>
      Promise.resolve(details(name))
    );
  });

  afterEach(() => {
    fake.hub.dispose();
    jest.useRealTimers();
  });

  const Shown = ({ first }: { first: IRuleKey | null }) => {
    const [selected, setSelected] = useState(first);
    return (
      <RulesView drafts={drafts} selected={selected} onSelect={setSelected} />
    );
  };
  const rules = (...views: RuleView[]) =>
    fake.service.rules.mockResolvedValue(rulesView(...views));
  const show = async (first: IRuleKey | null = CLASS, access = ADMIN) => {
    fake.client.info.mockResolvedValue(
      info({ service: { version: '0.1.0' } }, { edit_rules: true })
    );
    fake.service.info.mockResolvedValue(access);
    await fake.hub.info.load();
    const shown = render(<Shown first={first} />, { wrapper: fake.Wrapper });
    await screen.findByText('Keeps: 1');
    return shown;
  };
  const field = (label: string) =>
    screen.getByLabelText<HTMLInputElement>(label);
  const type = (label: string, value: string) =>
    fireEvent.change(field(label), { target: { value } });
  const save = () =>
    screen.getByRole<HTMLButtonElement>('button', {
      name: /^(Save|Delete rule)( and stop \d+)?$/
    });
  const isOff = () => save().getAttribute('aria-disabled') === 'true';
  const saved = async () => {
    await waitFor(() => expect(isOff()).toBe(false));
    fireEvent.click(save());
  };

  it('are nothing without a service', async () => {
    fake.client.info.mockResolvedValue(info());
    await fake.hub.info.load();
    const { container } = render(<Shown first={null} />, {
      wrapper: fake.Wrapper
    });
    expect(container.childElementCount).toBe(0);
    expect(fake.service.rules).not.toHaveBeenCalled();
  });

  it('list the levels that have one, and begin with the hub', async () => {
    rules(CLASS_RULE, ruleView('server', 'bob/', {}));
    await show(null);
    const tree = within(screen.getByRole('navigation', { name: 'Levels' }));
    expect(tree.getAllByRole('button').map(b => b.textContent)).toEqual([
      'Hub',
      'class-a',
      'bob'
    ]);
    expect(
      tree.getByRole('button', { name: 'Hub' }).getAttribute('aria-current')
    ).toBe('true');
    fireEvent.click(tree.getByRole('button', { name: 'class-a' }));
    expect(screen.getByRole('form', { name: 'Group class-a' })).toBeTruthy();
  });

  it('show what is set, what is inherited and from where', async () => {
    rules(HUB_RULE, CLASS_RULE);
    await show();
    expect(field('Stop idle servers after').value).toBe('30 min');
    const form = screen.getByRole('form');
    expect(form.textContent).toContain('here · hub: 2 h');
    expect(form.textContent).toContain('2 running servers.');
    const warn = field('Warn before');
    expect(warn.value).toBe('');
    expect(warn.placeholder).toBe('10 min');
    fireEvent.click(
      screen.getByRole('button', { name: 'Clear Stop idle servers after' })
    );
    expect(field('Stop idle servers after').placeholder).toBe('2 h');
    expect(document.activeElement).toBe(field('Stop idle servers after'));
    // The origin leads to its level.
    fireEvent.click(screen.getByRole('button', { name: 'from hub' }));
    expect(await screen.findByRole('form', { name: 'Hub' })).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Hub');
    expect(document.activeElement?.getAttribute('aria-current')).toBe('true');
  });

  it('save only after what they stop was shown', async () => {
    rules(HUB_RULE, CLASS_RULE);
    await show();
    expect(isOff()).toBe(true);
    fake.service.preview.mockResolvedValue(preview(['bob/gpu'], ['alice']));
    type('Stop idle servers after', '10');
    expect(isOff()).toBe(true);
    fireEvent.submit(screen.getByRole('form'));
    expect(fake.service.putRule).not.toHaveBeenCalled();
    expect(
      await screen.findByRole('button', { name: 'Save and stop 1' })
    ).toBeTruthy();
    expect(fake.service.preview).toHaveBeenLastCalledWith(
      [{ ...CLASS, rule: { server: { idle_timeout: 600 } } }],
      expect.anything()
    );
    expect(
      within(screen.getByRole('region', { name: 'Stops now: 1' })).getByText(
        'bob/gpu:'
      )
    ).toBeTruthy();
    const next = ruleView(
      'group',
      'class-a',
      { server: { idle_timeout: 600 } },
      { version: 4 }
    );
    fake.service.putRule.mockImplementation(() => {
      rules(HUB_RULE, next);
      return Promise.resolve(next);
    });
    act(() => save().focus());
    fireEvent.click(save());
    expect(
      await screen.findByText('Saved. Holds now in 2 running servers.')
    ).toBeTruthy();
    expect(fake.service.putRule).toHaveBeenCalledWith(
      'group',
      'class-a',
      { server: { idle_timeout: 600 } },
      3
    );
    expect(field('Stop idle servers after').value).toBe('10 min');
    expect(isOff()).toBe(true);
    expect(document.activeElement).toBe(save());
  });

  it('cannot be saved while they are nonsense', async () => {
    rules(HUB_RULE, CLASS_RULE);
    await show();
    type('Stop idle servers after', '2 x');
    expect(field('Stop idle servers after').getAttribute('aria-invalid')).toBe(
      'true'
    );
    act(() => void jest.advanceTimersByTime(1000));
    expect(isOff()).toBe(true);
    const described = save().getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(described)?.textContent).toBe(
      'Stop idle servers after: Write a time such as 30 min or 2 h, or never.'
    );
    type('Stop idle servers after', 'never');
    await saved();
    expect(fake.service.putRule).toHaveBeenCalledWith(
      'group',
      'class-a',
      { server: { idle_timeout: 'never' } },
      3
    );
  });

  it('say what the service finds wrong, under the field', async () => {
    rules(HUB_RULE, CLASS_RULE);
    await show();
    fake.service.preview.mockRejectedValue(
      new ApiError(400, 'invalid_request', 'Too long.', [
        { field: 'drafts.0.rule.server.max_age', message: 'Too long.' }
      ] as unknown as Record<string, unknown>)
    );
    type('Stop at age', '9 d');
    await screen.findByText('There is no preview: Too long.');
    expect(field('Stop at age').getAttribute('aria-invalid')).toBe('true');
    expect(isOff()).toBe(true);
  });

  it('need a reason and an end to exempt', async () => {
    rules(HUB_RULE, CLASS_RULE);
    await show();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Never stop' }));
    expect(
      await screen.findAllByText(/An exemption needs a reason/)
    ).toBeTruthy();
    type('Reason', 'exam');
    type('End', '2126-11-24T10:00');
    expect(screen.queryAllByText(/An exemption has to end/)).not.toEqual([]);
    const soon = new Date(Date.now() + 86_400_000);
    type('End', `${soon.getFullYear() + 1}-01-01T10:00`);
    await saved();
    expect(fake.service.putRule.mock.calls[0]?.[2].exempt?.reason).toBe('exam');
  });

  it('are taken away after a preview, and not before', async () => {
    rules(HUB_RULE, CLASS_RULE);
    await show();
    fake.service.preview.mockResolvedValue(preview(['alice']));
    fake.service.deleteRule.mockImplementation(() => {
      rules(HUB_RULE);
      return Promise.resolve();
    });
    fireEvent.click(screen.getByRole('button', { name: 'Delete rule…' }));
    expect(
      await screen.findByRole('button', { name: 'Delete rule and stop 1' })
    ).toBeTruthy();
    expect(fake.service.preview).toHaveBeenLastCalledWith(
      [{ ...CLASS, rule: null }],
      expect.anything()
    );
    await saved();
    await screen.findByText(/^Saved\./);
    expect(fake.service.deleteRule).toHaveBeenCalledWith('group', 'class-a', 3);
  });

  it('tell that somebody else saved first, and save all the same', async () => {
    rules(HUB_RULE, CLASS_RULE);
    await show();
    type('Stop idle servers after', '10 min');
    fake.service.putRule.mockImplementationOnce(() => {
      rules(
        HUB_RULE,
        ruleView(
          'group',
          'class-a',
          { server: { max_age: 60 } },
          { version: 4 }
        )
      );
      return Promise.reject(new ApiError(409, 'rule_changed', 'Changed.'));
    });
    await saved();
    await screen.findByText(/^admin2 changed this rule at/);
    expect(field('Stop idle servers after').value).toBe('10 min');
    fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(
      screen.getByText('Stop at age: 1 min, before: not set')
    ).toBeTruthy();
    fireEvent.click(await screen.findByRole('button', { name: 'Save mine' }));
    expect(fake.service.putRule).toHaveBeenLastCalledWith(
      'group',
      'class-a',
      { server: { idle_timeout: 600 } },
      4
    );
    expect(document.activeElement).toBe(save());
  });

  it('keep what was written while another level is looked at', async () => {
    rules(HUB_RULE, CLASS_RULE);
    await show();
    type('Stop idle servers after', '10 min');
    fireEvent.click(screen.getByRole('button', { name: 'Hub' }));
    await screen.findByRole('form', { name: 'Hub' });
    fireEvent.click(screen.getByRole('button', { name: /class-a.*not saved/ }));
    expect(field('Stop idle servers after').value).toBe('10 min');
    fireEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(field('Stop idle servers after').value).toBe('30 min');
  });

  it('show an assistant what they may edit, the rest as text', async () => {
    rules({ ...HUB_RULE, may_edit: false }, CLASS_RULE);
    await show(null, {
      ...ADMIN,
      may_edit_hub: false,
      may_edit_groups: ['class-a', 'class-b']
    });
    expect(screen.getByRole('form', { name: 'Group class-a' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Hub' })).toBeNull();
    expect(screen.queryByRole('button', { name: /hub: 2 h/ })).toBeNull();
    expect(screen.getByText('hub: 2 h')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Add rule…' }));
    const name = screen.getByRole('combobox', { name: 'Name of the group' });
    fireEvent.change(name, { target: { value: 'class' } });
    expect(screen.getAllByRole('option').slice(-2).length).toBe(2);
    fireEvent.change(name, { target: { value: 'class-x' } });
    expect(
      screen.getByText('You may not edit the rules of this group.')
    ).toBeTruthy();
    fireEvent.change(name, { target: { value: 'class-b' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add' }));
    expect(
      await screen.findByRole('form', { name: 'Group class-b' })
    ).toBeTruthy();
    expect(document.activeElement).toBe(field('Stop idle servers after'));
  });

  it('tell which of two groups is more lenient for a user', async () => {
    rules(
      HUB_RULE,
      CLASS_RULE,
      ruleView('group', 'gpu', { server: { idle_timeout: 'never' } })
    );
    fake.client.getUser.mockImplementation(name => {
      const found = details(name);
      return Promise.resolve({
        ...found,
        user: { ...found.user, groups: ['class-a', 'gpu'] }
      });
    });
    await show({ level: 'user', name: 'dan' });
    expect(
      await screen.findByText('from gpu (more lenient than class-a)')
    ).toBeTruthy();
    expect(field('Stop idle servers after').placeholder).toBe('never');
  });
});
