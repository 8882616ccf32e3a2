import { trans } from '../../testing/hub';
import type { IOrigin } from '../origin';
import { originText } from '../origin';

describe('originText', () => {
  it.each<[IOrigin['level'], string, string?]>([
    ['default', 'the default'],
    ['hub', 'set for the hub'],
    ['group', 'set for group x', 'the most that the hub allows group x'],
    ['user', 'set for user x', 'the most that the hub allows user x'],
    [
      'server',
      'set for this server',
      'the most that the hub allows this server'
    ]
  ])('says that a rule is of the level %s', (level, own, most = own) => {
    expect(originText({ level, name: 'x' }, trans)).toBe(own);
    expect(originText({ level, name: 'x', capped: true }, trans)).toBe(most);
  });
});
