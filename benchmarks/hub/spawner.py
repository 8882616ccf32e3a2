"""Starts the servers of the admin and of few others; everybody else's is the one stub."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets import Float, Integer, Unicode, default

ADMIN = "admin"
REAL = "real-"
"""With what the names of the others begin whose servers are started."""


def is_real(user: str) -> bool:
    """Return whether the server of a user is a process."""
    return user == ADMIN or user.startswith(REAL)


class BenchSpawner(SimpleLocalProcessSpawner):  # type: ignore[misc]
    """Starts and stops take the time that they are told to take."""

    homes = Unicode(help="The folder of the home directories.").tag(config=True)
    stub_port = Integer(help="Where the stub answers.").tag(config=True)
    start_delay = Float(0, help="Seconds that a start takes.").tag(config=True)
    stop_delay = Float(0, help="Seconds that a stop takes.").tag(config=True)
    up = False

    @default("home_dir")
    def _default_home_dir(self) -> str:
        return f"{self.homes}/{self.user.name}"

    def load_state(self, state: dict[str, Any]) -> None:
        """Know again whether it is up."""
        super().load_state(state)
        self.up = bool(state.get("up"))

    def get_state(self) -> dict[str, Any]:
        """Keep whether it is up."""
        state: dict[str, Any] = super().get_state()
        return {**state, "up": True} if self.up else state

    def clear_state(self) -> None:
        """Forget it."""
        super().clear_state()
        self.up = False

    async def start(self) -> Any:
        """Start."""
        if is_real(self.user.name):
            return await super().start()
        await asyncio.sleep(self.start_delay)
        self.up = True
        return ("127.0.0.1", self.stub_port)

    async def stop(self, now: bool = False) -> None:
        """Stop."""
        if is_real(self.user.name):
            await super().stop(now)
            return
        await asyncio.sleep(self.stop_delay)
        self.up = False

    async def poll(self) -> int | None:
        """Return None while it is up."""
        if is_real(self.user.name):
            status: int | None = await super().poll()
            return status
        return None if self.up else 0
