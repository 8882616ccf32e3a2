"""Whether the Hub answers the watcher, and what all streams are told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hub_admin_lab.errors import HubError
from hub_admin_lab.hub.live.broadcast import Broadcast
from hub_admin_lab.models import LiveFresh, LiveStale

# Seconds before a Hub that does not answer is asked again.
RETRIES = (5, 8, 15, 30)


class Answers:
    """Tells `stale` and `fresh`.

    Parameters
    ----------
    broadcast
        Where it is told.
    clock, now
        Seconds that only go up, and the time.

    Attributes
    ----------
    stale
        What was told of a Hub that does not answer, or refuses; None: it answers.
    tried_at
        When it was tried last, by the clock.
    """

    def __init__(
        self, broadcast: Broadcast, *, clock: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self._broadcast = broadcast
        self._clock = clock
        self._now = now
        self._as_of: datetime | None = None
        self._failures = 0
        self.tried_at = clock()
        self.stale: LiveStale | None = None

    def came(self) -> None:
        """Take note of an answer."""
        self._as_of = self._now()
        self._failures = 0
        if self.stale is not None:
            self.stale = None
            self._broadcast.publish("fresh", LiveFresh(as_of=self._as_of))

    def seen(self, age: float) -> None:
        """Take note that the Hub showed somebody else, so many seconds ago, what is in view."""
        seen = self._now() - timedelta(seconds=age)
        if self.stale is None and (self._as_of is None or seen > self._as_of):
            self._as_of = seen

    def tried(self) -> float:
        """Take note of a try that brought nothing; return the clock."""
        self.tried_at = self._clock()
        return self.tried_at

    def failed(self, error: HubError) -> float:
        """Tell that the Hub does not answer; return when to ask again, by the clock."""
        delay = RETRIES[min(self._failures, len(RETRIES) - 1)]
        self._failures += 1
        self.tell_stale(error, delay)
        return self.tried() + delay

    def tell_stale(self, error: HubError, delay: float = 0) -> None:
        """Tell that what is shown gets old, and after how many seconds the Hub is asked again."""
        retry_at = self._now() + timedelta(seconds=delay)
        self.stale = LiveStale(
            message=error.message, code=error.code, as_of=self._as_of, retry_at=retry_at
        )
        self._broadcast.publish("stale", self.stale)
