import { trans } from '../../testing/hub';
import {
  formatAgo,
  formatClock,
  formatExact,
  formatMoment,
  formatUntil
} from '../time';
import { parseWho, whoOf } from '../who';

const NOW = Date.parse('2026-11-23T14:02:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

describe('formatAgo', () => {
  it.each([
    [-5, 'just now'],
    [-120, '2 min. ago'],
    [-179, '2 min. ago'],
    [-7200, '2 hr. ago'],
    [-86_400, 'yesterday'],
    [-3 * 86_400, '3 days ago'],
    [-60 * 86_400, '2 mo. ago']
  ])('%p seconds', (seconds, text) => {
    expect(formatAgo(at(seconds), NOW, trans)).toBe(text);
  });

  it('takes a clock that is ahead for now', () => {
    expect(formatAgo(at(3600), NOW, trans)).toBe('just now');
  });
});

describe('formatUntil', () => {
  it('rounds up, and never says next year', () => {
    expect(formatUntil(at(9 * 60), NOW, trans)).toBe('9 min.');
    expect(formatUntil(at(9 * 60 - 1), NOW, trans)).toBe('9 min.');
    expect(formatUntil(at(2), NOW, trans)).toBe('less than a minute');
    expect(formatUntil(at(-5), NOW, trans)).toBe('less than a minute');
    expect(formatUntil(at(60 * 60 - 1), NOW, trans)).toBe('1 h');
    expect(formatUntil(at(65 * 60), NOW, trans)).toBe('1 h 5 min.');
    expect(formatUntil(at(51 * 3600), NOW, trans)).toBe('2 d 3 h');
    expect(formatUntil(at(48 * 3600), NOW, trans)).toBe('2 d');
  });
});

describe('formatMoment', () => {
  it('names the day only if it is another', () => {
    expect(formatMoment(NOW + 60_000, NOW)).toMatch(/^\d\d:\d\d$/);
    expect(formatMoment(NOW - 3 * 86_400_000, NOW)).toContain('20');
  });
});

describe('the format of a time', () => {
  afterEach(() => {
    document.documentElement.lang = '';
    jest.restoreAllMocks();
  });

  it('is made once, however many rows are drawn', () => {
    const make = jest.spyOn(Intl, 'DateTimeFormat');
    document.documentElement.lang = 'en-GB';
    for (let row = 0; row < 50; row++) {
      formatExact(at(-row));
      formatClock(at(-row));
    }
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('follows the language of the page', () => {
    const noon = '2026-03-23T12:00:00Z';
    const inLanguage = (language: string) => {
      document.documentElement.lang = language;
      return [formatExact(noon), formatAgo(at(-120), NOW, trans)];
    };
    const english = inLanguage('en');
    const german = inLanguage('de');
    expect(english[0]).toContain('Mar');
    expect(german[0]).not.toContain('Mar');
    expect(german[1]).toBe('vor 2 Min.');
    expect(inLanguage('en')).toEqual(english);
  });
});

describe('who', () => {
  it('names a server by its user, and by its own name if it has one', () => {
    expect(whoOf({ user: 'bob', server: '' })).toBe('bob');
    expect(whoOf({ user: 'bob', server: 'gpu' })).toBe('bob/gpu');
  });

  it('reads what it writes', () => {
    expect(parseWho(' bob/gpu ')).toEqual({ user: 'bob', server: 'gpu' });
    expect(parseWho("o'brien+x@example.org")).toEqual({
      user: "o'brien+x@example.org",
      server: ''
    });
    expect(parseWho('  ')).toBeNull();
    expect(parseWho('/gpu')).toBeNull();
  });
});
