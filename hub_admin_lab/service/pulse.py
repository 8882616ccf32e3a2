"""Whether the database answers, asked once a second at most however many want to know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from hub_admin_lab.errors import StoreUnavailable

GOOD_FOR = 1.0
"""Seconds for which an answer holds."""


class Pulse:
    """Tells whether the database answers.

    Parameters
    ----------
    ping
        Asks it.
    clock
        Seconds, for tests.
    """

    def __init__(
        self, ping: Callable[[], Awaitable[None]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ping = ping
        self._clock = clock
        self._asking: asyncio.Task[bool] | None = None
        self._asked_at = 0.0

    async def beats(self) -> bool:
        """Return whether it does, or did a moment ago."""
        asking, now = self._asking, self._clock()
        if asking is None or (asking.done() and now - self._asked_at >= GOOD_FOR):
            asking = self._asking = asyncio.ensure_future(self._ask())
            self._asked_at = now
        # Several wait for one answer: that one of them gives up is not the others' business.
        return await asyncio.shield(asking)

    async def _ask(self) -> bool:
        try:
            await self._ping()
        except StoreUnavailable:
            return False
        return True
