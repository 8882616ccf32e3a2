"""Until when reports may be missing for no fault of their servers: nobody is stopped for that.

Reports carry ages, and become times by this clock. Where it is set forward, or the process stood
still, all of them look old at once, while people are at work.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from hub_admin_lab.service.reports import Reports

log = logging.getLogger(__name__)

WATCH = 5.0
"""Seconds between two looks, so that one that comes much later says that nothing went on."""

# The clock may be set by so much, or all stand still for so long, before it matters.
TOLERANCE = timedelta(seconds=60)

# Servers try again after a pause that is twice as long as the service was away, with the worst of
# luck, but at most this long; and so many of them in a second where they have to introduce
# themselves again.
_LONGER = 2
_LONGEST_PAUSE = timedelta(seconds=330)
_FIRST_PAUSE = timedelta(seconds=30)
_BACK_PER_SECOND = 25

# Of fewer servers more than half may be late by chance.
_FEWEST = 5
_LATE = timedelta(seconds=5)


class Settling:
    """Tells until when a server that has reported before is to be kept.

    Parameters
    ----------
    now, clock
        The time, and seconds that only go up and nobody sets.

    Attributes
    ----------
    until
        That time; None: before the start.
    """

    def __init__(
        self,
        *,
        reports: Reports,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reports = reports
        self._now = now
        self._clock = clock
        self.until: datetime | None = None
        self._looked_at: tuple[datetime, float] | None = None
        self._most_are_late = True

    def start(self) -> None:
        """Begin, when the reports from before have been read."""
        self._looked_at = self._now(), self._clock()
        newest = self._reports.newest
        if self._reports.unreadable:
            self._settle(_LONGEST_PAUSE)
        elif newest is None:
            self.until = self._now()
        else:
            self._settle(_LONGER * (self._now() - newest))

    def look(self) -> None:
        """See whether the clock was set, or everything stood still, since the last look."""
        now, seconds = self._now(), self._clock()
        before, self._looked_at = self._looked_at, (now, seconds)
        if before is None:
            return
        passed = timedelta(seconds=seconds - before[1])
        jump = (now - before[0]) - passed
        if abs(jump) > TOLERANCE:
            log.warning(
                "The clock was set by %i s: nobody is stopped until reports have come.",
                jump.total_seconds(),
            )
            self._settle(abs(jump))
        elif passed > TOLERANCE:
            log.warning(
                "Nothing went on for %i s: nobody is stopped until reports have come.",
                passed.total_seconds(),
            )
            self._settle(_LONGER * passed)

    async def watch(self) -> None:
        """Look, and see whether the reports of most servers stay away at once: then it is not they.

        They are waited for once, not for as long as they stay away.
        """
        self.look()
        now, reports = self._now(), self._reports
        late = reports.late(now, _LATE)
        most_are_late = late >= _FEWEST and 2 * late > len(reports)
        if most_are_late and not self._most_are_late:
            log.warning("The reports of %i of %i servers are late.", late, len(reports))
            self._settle(_LONGEST_PAUSE)
        self._most_are_late = most_are_late

    def _settle(self, pause: timedelta) -> None:
        """Wait until all servers that reported before should have come back from their pause."""
        pause = min(_LONGEST_PAUSE, max(timedelta(0), pause))
        servers = len(self._reports) + self._reports.unreadable
        turns = timedelta(seconds=servers / _BACK_PER_SECOND)
        self.until = self._now() + _FIRST_PAUSE + pause + turns
