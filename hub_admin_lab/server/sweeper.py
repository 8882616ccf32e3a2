"""A check that runs again and again, never twice at a time, and whose period can change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tornado.ioloop import PeriodicCallback


class Sweeper:
    """Calls ``sweep`` every so often.

    Parameters
    ----------
    sweep
        The check. One that takes longer than the period makes the next one wait.
    """

    def __init__(self, sweep: Callable[[], Awaitable[None]]) -> None:
        self._sweep = sweep
        self._lock = asyncio.Lock()
        self._timer: PeriodicCallback | None = None
        self._period: int | None = None

    @property
    def period(self) -> int | None:
        """Seconds between two sweeps; None: there are none."""
        return self._period

    def every(self, period: int | None) -> None:
        """Sweep every ``period`` seconds from now on, or not any more.

        The first sweep of a new period comes at its end. One that does not change goes on as it
        is: settings that are saved again and again do not put the next sweep off.
        """
        if period == self._period:
            return
        self._period = period
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if period is not None:
            self._timer = PeriodicCallback(self._tick, period * 1000)
            self._timer.start()

    async def now(self) -> None:
        """Sweep at once, or as soon as the one under way has ended."""
        async with self._lock:
            await self._sweep()

    async def _tick(self) -> None:
        if not self._lock.locked():
            await self.now()
