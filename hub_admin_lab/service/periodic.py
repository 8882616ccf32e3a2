"""What the service does again and again, whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from hub_admin_lab.errors import HubAdminLabError

log = logging.getLogger(__name__)

AGAIN = 5.0
"""Seconds after which a task that failed is run again, at most."""


class Periodic:
    """Runs a task, waits, and runs it again; one that fails is run again too.

    Parameters
    ----------
    name
        What the log and the metrics call it.
    task
        What is done.
    seconds
        Between its end and its next beginning.
    failed
        Told of each failure, by name.
    sleep
        The clock, for tests.
    """

    def __init__(
        self,
        name: str,
        task: Callable[[], Awaitable[Any]],
        seconds: float,
        *,
        failed: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._name = name
        self._task = task
        self._seconds = seconds
        self._failed = failed
        self._sleep = sleep
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the background."""
        self._running = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """End it."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            done = await self._once()
            await self._sleep(self._seconds if done else min(AGAIN, self._seconds))

    async def _once(self) -> bool:
        """Run the task; return whether it was done."""
        # A task of its own: a mistake of ours ends one turn, not all that follow.
        one = asyncio.ensure_future(self._task())
        try:
            await asyncio.wait({one})
        finally:
            one.cancel()
        error = None if one.cancelled() else one.exception()
        if isinstance(error, HubAdminLabError):
            self._failed(self._name)
            log.warning("%s: %s It is tried again.", self._name, error.message)
        elif error is not None:
            self._failed(self._name)
            log.error("%s failed.", self._name, exc_info=error)
        return error is None
