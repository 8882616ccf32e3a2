"""Starts the demo's servers as processes of whoever runs the demo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets import Float, Unicode, default

from hub_admin_lab.demo.people import BROKEN, BROKEN_REASON, SLOW


class NoFreeGpu(Exception):
    """Why the broken user's server does not start; the Hub shows ``jupyterhub_message``."""

    jupyterhub_message = BROKEN_REASON


class DemoSpawner(SimpleLocalProcessSpawner):  # type: ignore[misc]
    """Like the Hub's own, and one user's server is slow, one never starts."""

    homes = Unicode(help="The folder of the home directories.").tag(config=True)
    slow_seconds = Float(
        4, min=0, help="How long the slow user's server takes before it starts."
    ).tag(config=True)

    _steps = (
        (10, "Looking for a node"),
        (30, "Pulling the image"),
        (50, "Attaching the home directory"),
        (70, "Starting the container"),
    )

    @default("home_dir")
    def _default_home_dir(self) -> str:
        # A name may hold anything but a slash; quoted, it is one folder below `homes`.
        return str(Path(self.homes) / quote(self.user.name, safe="@+'"))

    async def start(self) -> Any:
        """Start the server, after the time that it takes for this user."""
        self._step = 0
        if self.user.name == BROKEN:
            self._step = 1
            await asyncio.sleep(min(1.0, self.slow_seconds))
            raise NoFreeGpu(BROKEN_REASON)
        if self.user.name == SLOW:
            for step in range(1, len(self._steps) + 1):
                self._step = step
                await asyncio.sleep(self.slow_seconds / len(self._steps))
        return await super().start()

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """Tell how far the start is."""
        told = 0
        while True:
            for progress, message in self._steps[told : self._step]:
                yield {"progress": progress, "message": message}
            told = max(told, self._step)
            await asyncio.sleep(0.1)

    async def wait_for_death(self, timeout: float = 10) -> bool:
        """Return whether the process ended within ``timeout`` seconds.

        The Hub's own looks less and less often, up to seconds after the end.
        """
        for _ in range(int(timeout * 10)):
            if await self.poll() is not None:
                return True
            await asyncio.sleep(0.1)
        return False

    _step = 0
