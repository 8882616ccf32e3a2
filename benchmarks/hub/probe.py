"""Tells how much of the Hub's one thread was used: ``GET /hub/bench/probe[?reset=1]``."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from tornado.web import RequestHandler

TICK = 0.005  # seconds


def _waiting_for_core() -> float:
    """Return the seconds for which this process could run and other processes had the cores."""
    return int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9


class Lag:
    """A short timer on the Hub's own loop: how late it comes is how long the loop was blocked."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self.reset()

    def start(self) -> None:
        """Begin, on the loop that runs."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def reset(self) -> None:
        """Begin a new window."""
        self._since = time.perf_counter()
        self._cpu = time.process_time()
        self._no_core = _waiting_for_core()
        self._late: list[float] = []

    def report(self) -> dict[str, float]:
        """Return seconds since the last reset: CPU, blocked, the longest block, without a core."""
        return {
            "window": time.perf_counter() - self._since,
            "cpu": time.process_time() - self._cpu,
            "no_core": _waiting_for_core() - self._no_core,
            "blocked": sum(self._late),
            "longest": max(self._late, default=0.0),
        }

    async def _run(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            late = time.perf_counter() - before - TICK
            if late > 0.002:
                self._late.append(late)


LAG = Lag()


class ProbeHandler(RequestHandler):
    """Open to whoever is on this machine: it tells nothing but times."""

    def check_xsrf_cookie(self) -> None:
        """Nothing is changed here."""

    def get(self) -> None:
        """200 with the figures since the last reset."""
        LAG.start()
        answer: dict[str, Any] = LAG.report()
        if self.get_argument("reset", ""):
            LAG.reset()
        self.write(answer)
