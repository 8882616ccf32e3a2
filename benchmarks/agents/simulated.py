"""What goes on in a server that does not exist: as the agent sees it, with nothing behind it."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta, timezone

from hub_admin_lab.agent.here import Here
from hub_admin_lab.idle.here import HubRules, Seen, Stop
from hub_admin_lab.idle.kernels import KernelFacts
from hub_admin_lab.idle.terminals import TerminalFacts

# Its owner comes back after so many seconds, when a warning has begun and before the end: servers
# of all ages are there at any time, and none of them is ever stopped.
AWAY = 3300.0
BUSY = 0.1  # part of the servers in which a kernel runs code
TERMINAL = 0.1  # part of them with a terminal


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class SimulatedServer:
    """A few notebooks of one user, used now and then."""

    def __init__(self, chance: random.Random) -> None:
        self._used = _utcnow() - timedelta(seconds=chance.uniform(0, AWAY))
        self._busy = chance.random() < BUSY
        self._terminals = ("1",) if chance.random() < TERMINAL else ()
        self._paths = {
            str(uuid.UUID(int=chance.getrandbits(128))): f"course/week-{week:02d}/exercise.ipynb"
            for week in range(chance.choice((1, 2, 2, 3, 4)))
        }

    def here(self, user: str, version: str) -> Here:
        """Return it as the agent takes it."""
        return Here(
            user=user,
            server="",
            version=version,
            look=self.look,
            take_rules=self.take_rules,
            stop_kernel=self.stop_kernel,
            presence=self,
            stops=self,
        )

    async def look(self) -> Seen:
        """Return its kernels and its terminal."""
        now = _utcnow()
        if now - self._used > timedelta(seconds=AWAY):
            self._used = now
        busy = next(iter(self._paths)) if self._busy else None
        kernels = tuple(
            KernelFacts(
                id=kernel,
                name="python3",
                state="busy" if kernel == busy else "idle",
                last_activity=self._used,
                connections=1,
                busy_since=self._used if kernel == busy else None,
            )
            for kernel in self._paths
        )
        terminals = tuple(TerminalFacts(name, self._used) for name in self._terminals)
        return Seen(at=now, kernels=kernels, paths=self._paths, terminals=terminals)

    def seconds(self) -> float | None:
        """Return how long ago somebody typed."""
        return (_utcnow() - self._used).total_seconds()

    def pages(self) -> int:
        """Return one page."""
        return 1

    def take_rules(self, rules: HubRules) -> None:
        """Nothing is stopped in it."""

    async def stop_kernel(self, kernel_id: str, actor: str, reason: str) -> None:
        """Forget a kernel."""
        self._paths.pop(kernel_id, None)

    def unnoted(self) -> list[tuple[int, Stop]]:
        """It stopped nothing."""
        return []

    def noted(self, number: int) -> None:
        """It stopped nothing."""
