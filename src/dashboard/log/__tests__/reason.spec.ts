import { nullTranslator } from '@jupyterlab/translation';

import type { AuditEntry } from '../../../api/types';
import { reasonText } from '../reason';

const trans = nullTranslator.load('hub_admin_lab');

describe('why something was done', () => {
  const text = (action: string, reason: string) =>
    reasonText({ action, reason } as AuditEntry, trans);

  it('calls the fields of a rule as its form does', () => {
    expect(
      text(
        'change-rule',
        'server.idle_timeout: 1 h -> not set; ceilings.exempt: not set -> 1 d;' +
          ' exempt: not set -> until 2026-11-28 12:00:00 UTC (Exam; no: late)'
      )
    ).toBe(
      'Stop idle servers after: 1 h -> not set;' +
        ' Ceiling: End of an exemption ahead by: not set -> 1 d;' +
        ' Never stop: not set -> until 2026-11-28 12:00:00 UTC (Exam; no: late)'
    );
    expect(text('delete-rule', 'no field is set')).toBe('no field is set');
  });

  it('leaves all other reasons as they are', () => {
    const reason = 'server.idle_timeout: is what I wrote';
    expect(text('keep-server', reason)).toBe(reason);
  });
});
