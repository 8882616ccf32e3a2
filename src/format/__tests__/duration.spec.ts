import {
  describeDuration,
  exactDuration,
  formatDuration,
  formatElapsed,
  parseDuration,
  roughDuration,
  shortDuration
} from '../duration';
import { trans } from '../../testing/hub';

describe('parseDuration', () => {
  it.each([
    ['30 min', 1800],
    ['2 h', 7200],
    ['1 h 30 min', 5400],
    ['1h30min', 5400],
    ['90 s', 90],
    ['1 d', 86_400],
    ['45', 2700],
    ['1.5 h', 5400],
    ['1,5 h', 5400],
    ['  2 Hours ', 7200],
    ['off', null],
    ['Never', null]
  ])('reads %p', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', 'soon', '0', '0 min', '-5 min', '2 x', '2 h soon', 'h', '1e9'])(
    'refuses %p',
    text => {
      expect(parseDuration(text)).toBeUndefined();
    }
  );
});

describe('formatDuration', () => {
  it.each([
    [1800, '30 min'],
    [5400, '1 h 30 min'],
    [90, '1 min 30 s'],
    [86_400, '1 d'],
    [null, 'off']
  ])('writes %p', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('writes what can be read again', () => {
    for (const seconds of [1, 59, 60, 61, 3599, 3600, 90_061]) {
      expect(parseDuration(formatDuration(seconds))).toBe(seconds);
    }
  });
});

describe('durations in words', () => {
  it('rounds down to the largest unit', () => {
    expect(describeDuration(7199, trans)).toBe('1 hour');
    expect(describeDuration(172_800, trans)).toBe('2 days');
    expect(describeDuration(59, trans)).toBe('less than a minute');
    expect(shortDuration(2880, trans)).toBe('48 min.');
  });

  it('counts like a stop-watch', () => {
    expect(formatElapsed(80)).toBe('1:20');
    expect(formatElapsed(3605)).toBe('60:05');
  });
});

describe('exactDuration', () => {
  it.each([
    [0, '0 s'],
    [60, '1 min'],
    [90, '90 s'],
    [5400, '1 h 30 min'],
    [90_061, '1 d 1 h 1 min 1 s']
  ])('writes %p', (seconds, text) => {
    expect(exactDuration(seconds, trans)).toBe(text);
  });
});

describe('roughDuration', () => {
  it.each([
    [20, '20 s'],
    [119, '119 s'],
    [150, '2 min'],
    [86_399, '23 h 59 min'],
    [90_061, '1 d 1 h']
  ])('writes %p', (seconds, text) => {
    expect(roughDuration(seconds, trans)).toBe(text);
  });
});
