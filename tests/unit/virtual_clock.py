"""Time that passes only when everybody waits for it."""

from __future__ import annotations

import asyncio
import heapq
from datetime import datetime, timedelta, timezone
from itertools import count

BEGIN = datetime(2026, 11, 23, 14, 2, tzinfo=timezone.utc)


class VirtualClock:
    """`sleep` and `now` for whatever takes them; the time is what `until` makes it."""

    def __init__(self):
        self.seconds = 0.0
        self._sleepers = []
        self._order = count()

    def now(self):
        return BEGIN + timedelta(seconds=self.seconds)

    def clock(self):
        return self.seconds

    @property
    def sleeping(self):
        """How many wait for the time to pass."""
        return sum(not wake.done() for _, _, wake in self._sleepers)

    async def sleep(self, seconds):
        wake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds, next(self._order), wake))
        await wake

    async def settle(self):
        """Let everybody do what can be done without waiting for the time."""
        for _ in range(100):
            await asyncio.sleep(0)

    async def until(self, condition):
        """Let the time pass until `condition()` holds."""
        await self.settle()
        while not condition():
            assert self._sleepers, "nobody waits for the time"
            self.seconds, _, wake = heapq.heappop(self._sleepers)
            if not wake.done():
                wake.set_result(None)
            await self.settle()

    async def pass_by(self, seconds):
        """Let so much time pass."""
        end = self.seconds + seconds
        alarm = asyncio.ensure_future(self.sleep(seconds))
        await self.until(alarm.done)
        assert self.seconds == end
