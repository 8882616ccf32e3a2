import { fireEvent, render, screen } from '@testing-library/react';
import React from 'react';

import type { RuleView } from '../../api/types';
import type { IFakeHub } from '../../testing/hub';
import { fakeHub } from '../../testing/hub';
import { GREEK, inJapanese, pseudo, untranslated } from '../../testing/pseudo';
import { info } from '../../testing/samples';
import {
  preview,
  rulesView,
  ruleView,
  serviceServers
} from '../../testing/service';
import { RuleDrafts } from '../drafts';
import type { IRuleKey } from '../levels';
import { HUB } from '../levels';
import { RulesView } from '../RulesView';

const [ANNA, BIOS] = GREEK;

describe('every word of the idle rules goes through the translator', () => {
  let fake: IFakeHub;
  let restore: () => void;

  beforeEach(() => {
    restore = inJapanese();
    fake = fakeHub(undefined, pseudo);
  });

  afterEach(() => {
    fake.hub.dispose();
    restore();
  });

  const show = async (selected: IRuleKey, ...rules: RuleView[]) => {
    fake.client.info.mockResolvedValue(
      info({ service: { version: '0' } }, { edit_rules: true })
    );
    fake.service.info.mockResolvedValue({
      version: '0',
      name: ANNA,
      may_edit_hub: true,
      may_edit_groups: null,
      may_see_audit: true
    });
    fake.service.rules.mockResolvedValue(rulesView(...rules));
    fake.service.servers.mockResolvedValue(serviceServers());
    fake.service.preview.mockResolvedValue({
      ...preview([ANNA], [BIOS]),
      keeps_total: 9
    });
    await fake.hub.info.load();
    render(
      <RulesView
        drafts={new RuleDrafts()}
        selected={selected}
        onSelect={jest.fn()}
      />,
      { wrapper: fake.Wrapper }
    );
    expect(await screen.findAllByText(/Nothing used for/)).toHaveLength(2);
  };
  // Times are written as they are read: the same in every language.
  const check = () =>
    expect(
      untranslated(document.body, [' min', ' h', ' d', 'never', '30 x'])
    ).toEqual([]);

  it('in the rule of a group, and in what is wrong with it', async () => {
    await show(
      { level: 'group', name: BIOS },
      ruleView('hub', '', { server: { max_age: 7200 } }),
      ruleView('group', BIOS, {
        server: { idle_timeout: 'never' },
        exempt: { reason: 'Ω', until: '2126-11-23T14:00:00Z' }
      }),
      ruleView('user', ANNA, {}),
      ruleView('server', `${ANNA}/`, {})
    );
    check();
    for (const input of document.querySelectorAll('form input[list]')) {
      fireEvent.change(input, { target: { value: '30 x' } });
    }
    check();
    fireEvent.click(screen.getByRole('button', { name: /Add rule/ }));
    check();
  });

  it('in the rule of the hub', async () => {
    await show(HUB, ruleView('hub', '', { ceilings: { exempt: 86_400 } }));
    check();
  });
});
