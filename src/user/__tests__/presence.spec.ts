import { hidePage } from '../../testing/user';
import { Presence } from '../presence';

describe('presence', () => {
  const tell = jest.fn<Promise<void>, [string]>();
  let presence: Presence;

  beforeEach(() => {
    jest.useFakeTimers();
    tell.mockReset().mockResolvedValue(undefined);
    presence = new Presence(tell);
  });

  afterEach(() => {
    presence.dispose();
    hidePage(false);
    jest.useRealTimers();
  });

  const use = (name = 'keydown') =>
    document.body.dispatchEvent(new Event(name, { bubbles: true }));

  it('tells nothing of a page that nobody touches', () => {
    jest.advanceTimersByTime(3_600_000);
    use('mousemove');
    use('scroll');
    use('click');
    expect(tell).not.toHaveBeenCalled();
  });

  it.each(['keydown', 'pointerdown', 'wheel', 'touchstart', 'touchmove'])(
    'tells of %s, even where somebody stops it',
    name => {
      const stop = (event: Event) => event.stopPropagation();
      document.body.addEventListener(name, stop);
      use(name);
      document.body.removeEventListener(name, stop);
      expect(tell).toHaveBeenCalledTimes(1);
    }
  );

  it('tells at most once a minute, and again only of use since then', () => {
    for (let second = 0; second < 600; second++) {
      use();
      jest.advanceTimersByTime(1000);
    }
    expect(tell).toHaveBeenCalledTimes(10 + 1);
    jest.advanceTimersByTime(3_600_000);
    // The use of the last seconds was told at the end of their minute.
    expect(tell.mock.calls.length).toBeLessThanOrEqual(12);
    const before = tell.mock.calls.length;
    jest.advanceTimersByTime(3_600_000);
    expect(tell).toHaveBeenCalledTimes(before);
    use();
    expect(tell).toHaveBeenCalledTimes(before + 1);
  });

  it.each([
    [20_000, 5000],
    [120_000, 30_000],
    [3_600_000, 60_000],
    [1000, 2000]
  ])('of a limit of %s ms tells every %s ms', (limit, period) => {
    presence.dispose();
    presence = new Presence(tell, () => limit);
    for (let at = 0; at < 10 * period; at += 250) {
      use();
      jest.advanceTimersByTime(250);
    }
    expect(tell.mock.calls.length).toBeGreaterThanOrEqual(10);
    expect(tell.mock.calls.length).toBeLessThanOrEqual(11);
  });

  it('tells more often as soon as it hears of a short limit', () => {
    let limit: number | null = null;
    presence.dispose();
    presence = new Presence(tell, () => limit);
    use();
    limit = 20_000;
    jest.advanceTimersByTime(4000);
    use();
    expect(tell).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1000);
    use();
    expect(tell).toHaveBeenCalledTimes(2);
  });

  it('has one name for the page, and another for another page', () => {
    use();
    jest.advanceTimersByTime(60_000);
    use();
    const other = new Presence(tell);
    jest.advanceTimersByTime(60_000);
    use();
    other.dispose();
    const names = tell.mock.calls.map(([page]) => page);
    expect(names.length).toBeGreaterThanOrEqual(4);
    expect(new Set(names).size).toBe(2);
    expect(Math.max(...names.map(name => name.length))).toBeLessThan(65);
  });

  it('tells nothing while the page is hidden', () => {
    use();
    use();
    hidePage(true);
    jest.advanceTimersByTime(60_000);
    use();
    expect(tell).toHaveBeenCalledTimes(1);
    hidePage(false);
    jest.advanceTimersByTime(60_000);
    expect(tell).toHaveBeenCalledTimes(1);
    use();
    expect(tell).toHaveBeenCalledTimes(2);
  });

  it('goes on silently when it cannot be told', async () => {
    tell.mockRejectedValue(new Error('away'));
    use();
    await jest.advanceTimersByTimeAsync(60_000);
    use();
    expect(tell).toHaveBeenCalledTimes(2);
  });

  it('lets others know at each use, until it ends', () => {
    const used = jest.fn();
    presence.subscribe(used);
    use();
    use();
    expect(used).toHaveBeenCalledTimes(2);
    presence.dispose();
    use();
    jest.advanceTimersByTime(60_000);
    expect(used).toHaveBeenCalledTimes(2);
    expect(tell).toHaveBeenCalledTimes(1);
  });
});
