"""What tests with real kernels share."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, timezone


async def until(condition, timeout=20.0):
    """Wait until ``condition()`` holds; fails if it does not in time."""
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.02)


class Clock:
    """The real time, and a way ahead of it: `clock.ahead = timedelta(hours=1)`."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead


class Kernel:
    """A real kernel of a test's server."""

    def __init__(self, manager, kernel_id):
        self.id = kernel_id
        self.manager = manager
        self.kernel = manager.get_kernel(kernel_id)
        self._client = self.kernel.client()
        self._client.start_channels()

    async def ready(self) -> None:
        """Wait until it has said all that a kernel says at its start."""
        await self._client.wait_for_ready(timeout=30)
        # The server may have begun to listen only after the kernel said that it is idle.
        while self.state == "starting":
            self._client.kernel_info()
            await asyncio.sleep(0.05)
        await until(lambda: self.state == "idle")

    @property
    def alive(self) -> bool:
        return self.id in self.manager

    @property
    def state(self) -> str:
        return self.kernel.execution_state

    def unused_for(self, seconds: float) -> None:
        self.kernel.last_activity = datetime.now(timezone.utc) - timedelta(seconds=seconds)

    def run(self, code: str, **options) -> None:
        """Send code; it need not have begun to run."""
        self._client.execute(code, **options)

    async def busy(self, code: str = "import time; time.sleep(300)", **options) -> None:
        """Run code that takes long, or as long as a test."""
        self.run(code, **options)
        await until(lambda: self.state == "busy")

    def close(self) -> None:
        self._client.stop_channels()
