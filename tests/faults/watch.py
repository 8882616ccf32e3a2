"""Follows what the spawner sees, and judges each stop at once."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from contextlib import suppress

from . import judge
from .records import Stop
from .world import World

_OFTEN = 0.1


class Watch:
    """Reads the spawner's record as it grows.

    Attributes
    ----------
    stops
        All of them, by user.
    wrong
        Those that should not have been, each with what is known of it.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._read = 0
        self.stops: dict[str, list[Stop]] = defaultdict(list)
        self.wrong: list[str] = []
        self._stopping = asyncio.Event()

    @property
    def all_stops(self) -> list[Stop]:
        return [stop for stops in self.stops.values() for stop in stops]

    @property
    def running(self) -> set[str]:
        """Return whose servers run."""
        return {path.name for path in (self._world.spawner_file.parent / "up").iterdir()}

    async def next_stop(self, seconds: float) -> None:
        """Wait until a server is being stopped, so long at most."""
        self._stopping.clear()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def follow(self) -> None:
        """Follow it, until this is cancelled."""
        while True:
            self.look()
            await asyncio.sleep(_OFTEN)

    def look(self) -> None:
        """Read what is new."""
        file = self._world.spawner_file
        lines = file.read_text().split("\n")[:-1] if file.exists() else []
        for line in lines[self._read :]:
            self._take(**json.loads(line))
        self._read = len(lines)

    def _take(self, event: str, user: str, at: float) -> None:
        life = self._world.agents[user]
        if event == "start":
            life.started.append(at)
            self._world.agents.start(user)
        elif event == "stop":
            self.stops[user].append(Stop(user, at))
            self._stopping.set()
            self._judge(user, at)
        else:
            self.stops[user][-1].ended = at
            self._world.agents.kill(user)

    def _judge(self, user: str, at: float) -> None:
        life, told = self._world.agents[user], self._world.agents.told(user)
        wrong = judge.what_is_wrong(life, told, self._world.troubles, at)
        if wrong is not None:
            begin = at - 60
            self.wrong.append(
                f"{user} ({life.kind}) was stopped at {_clock(at)}, while {wrong}. It began at"
                f" {[_clock(t) for t in life.started[-1:]]}, was used at"
                f" {[_clock(t) for t in life.used if t > begin]}, its agent ran at"
                f" {[[_clock(b), e and _clock(e)] for b, e in life.alive[-4:]]}, and told"
                f" {[(t.to, _clock(t.at), t.activity and _clock(t.activity)) for t in told[-6:]]}"
            )


def _clock(moment: float) -> str:
    return f"{time.strftime('%H:%M:%S', time.gmtime(moment))}.{int(moment % 1 * 10)}"
