import { page, server, user } from '../../testing/samples';
import type { IListed } from '../counting';
import { totalFilters, totalsOf } from '../counting';

const NOW = Date.parse('2026-11-23T15:30:00Z');

const USERS = [
  user('alice', server('alice', 'running')),
  user(
    'bob',
    server('bob', 'starting'),
    server('bob', 'running', {
      name: 'gpu',
      last_activity: '2026-11-23T15:00:00Z'
    })
  ),
  user('carol', server('carol', 'stopping')),
  user('dmitri', server('dmitri', 'running', { last_activity: null })),
  user('erin')
];

function listed(more: Partial<IListed> = {}): IListed {
  return {
    view: { search: '', state: 'all' },
    users: USERS,
    counts: page([]).counts,
    isComplete: false,
    hasAllActive: true,
    ...more
  };
}

describe('totalsOf', () => {
  it('counts over all that are active once these are loaded', () => {
    expect(totalsOf(listed(), 60, NOW)).toEqual({
      users: 312,
      // Whoever the filter finds: carol's is about to end.
      running: 4,
      pending: 2,
      idle: 1
    });
    expect(totalsOf(listed(), 20, NOW).idle).toBe(2);
    expect(totalsOf(listed({ isComplete: true }), 60, NOW).users).toBe(5);
  });

  it('leaves out what would be wrong over a part of them', () => {
    expect(totalsOf(listed({ hasAllActive: false }), 60, NOW)).toEqual({
      users: 312,
      running: 23,
      pending: null,
      idle: null
    });
  });

  it('knows of a filtered list only what it was filtered by', () => {
    const { idle } = totalFilters(60);
    const view = { search: idle, state: 'all' as const };
    expect(totalsOf(listed({ view, isComplete: true }), 60, NOW)).toEqual({
      users: 312,
      running: 23,
      pending: null,
      idle: 1
    });
    expect(totalsOf(listed({ view }), 60, NOW).idle).toBeNull();
    const other = { search: 'al', state: 'all' as const };
    const found = listed({ view: other, isComplete: true });
    expect(totalsOf(found, 60, NOW)).toMatchObject({
      pending: null,
      idle: null
    });
  });

  it('writes the limit as the search understands it', () => {
    expect(totalFilters(60).idle).toBe('idle:>1h');
    expect(totalFilters(90).idle).toBe('idle:>90m');
  });
});
