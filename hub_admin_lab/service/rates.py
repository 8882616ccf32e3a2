"""How often something may be done, and who has to wait how long."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Bucket:
    """So many a second, and some more at once after a rest.

    Parameters
    ----------
    per_second
        What comes back in a second.
    burst
        What can be had at once.
    clock
        Seconds, for tests.
    """

    def __init__(
        self, per_second: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._left = burst
        self._since = clock()

    def take(self, much: float = 1) -> float:
        """Take so much; return 0, or the seconds after which there is as much."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._since) * self._per_second)
        self._since = now
        if self._left < much:
            return (much - self._left) / self._per_second
        self._left -= much
        return 0.0


class Buckets:
    """A bucket for each of many; whoever was not seen for longest is forgotten first.

    Parameters
    ----------
    most
        How many are known at a time.
    """

    def __init__(
        self,
        per_second: float,
        burst: float,
        *,
        most: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[Hashable, Bucket] = OrderedDict()

    def take(self, key: Hashable, much: float = 1) -> float:
        """Take so much of this one's; return 0, or the seconds after which there is as much."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._per_second, self._burst, self._clock)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket.take(much)


class Turns:
    """Gives out turns, so many a second, to those who are told to come back.

    Parameters
    ----------
    per_second
        How many have their turn in a second.
    longest
        Seconds; nobody waits longer. Then they begin anew: whoever asks without end makes the
        others wait no longer than that.
    clock
        Seconds, for tests.
    """

    def __init__(
        self,
        per_second: float,
        longest: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._apart = 1 / per_second
        self._longest = longest
        self._clock = clock
        self._last = clock()

    def next(self) -> float:
        """Return the seconds until the turn of whoever asks."""
        now = self._clock()
        self._last = max(now, self._last + self._apart)
        if self._last - now > self._longest:
            self._last = now
        return self._last - now
