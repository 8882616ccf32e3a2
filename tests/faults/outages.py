"""Databases that go away, each in its own way, and what else goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import time
from collections import Counter

from tests.service.postgres import Postgres

from .plan import Fault
from .world import World


class SqliteFile:
    """A file that somebody else has locked."""

    def __init__(self, path) -> None:
        self._path = path
        self.url = f"sqlite:///{path}"

    async def away(self, seconds: float) -> None:
        """Nobody can write it for so long."""
        await asyncio.to_thread(self._lock, seconds)

    async def break_connections(self) -> None:
        """It has none; it is locked for a moment."""
        await self.away(0.3)

    def _lock(self, seconds: float) -> None:
        with contextlib.closing(
            sqlite3.connect(self._path, isolation_level=None, timeout=10)
        ) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")

    def remove(self) -> None:
        """The folder goes with the test."""


class PostgresServer:
    """A server that is ended without a word, and started again."""

    def __init__(self, folder) -> None:
        self._server = Postgres(folder)
        self._server.start()
        self._database = self._server.new_database()
        self.url = self._server.url(self._database)

    async def away(self, seconds: float) -> None:
        """It does not run for so long."""
        await asyncio.to_thread(self._server.stop, signal.SIGQUIT)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._server.start)

    async def break_connections(self) -> None:
        """End all connections to it, in whatever they do."""
        await asyncio.to_thread(self._server.end_connections, self._database)

    def remove(self) -> None:
        self._server.remove()


class Outages:
    """Has things go wrong, some of them at the same time.

    Attributes
    ----------
    happened
        How often, by kind.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.happened: Counter[str] = Counter()
        self.history: list[tuple[float, str]] = []
        # The Hub starts its service, so that only one of them is in trouble at a time.
        self._hub, self._database = asyncio.Lock(), asyncio.Lock()

    async def happen(self, fault: Fault) -> None:
        """Have it go wrong, and come right again."""
        what = {
            "kill the service": self._kill_service,
            "hold the service": self._hold_service,
            "kill the hub": self._kill_hub,
            "end the hub": self._end_hub,
            "take the database away": self._take_database,
            "break its connections": self._break_connections,
            "kill an agent": self._kill_agent,
            "hold an agent": self._hold_agent,
        }[fault.kind]
        await what(fault)

    def _note(self, fault: Fault, more: str = "") -> None:
        self.happened[fault.kind] += 1
        self.history.append((time.time(), f"{fault.kind}{more} for {fault.seconds:.1f} s"))

    async def _kill_service(self, fault: Fault) -> None:
        async with self._hub:
            pid = self._world.service_pid
            self._note(fault)
            self._world.kill_service()
            await self._world.service_is_another_than(pid)

    async def _hold_service(self, fault: Fault) -> None:
        async with self._hub:
            self._note(fault)
            self._world.hold_service(signal.SIGSTOP)
            await asyncio.sleep(fault.seconds)
            self._world.hold_service(signal.SIGCONT)

    async def _kill_hub(self, fault: Fault) -> None:
        async with self._hub:
            pid = self._world.service_pid
            self._note(fault)
            self._world.troubles.service_ends.append(time.time())
            await asyncio.to_thread(self._world.hub.crash)
            await self._run_hub_again(fault, pid)

    async def _end_hub(self, fault: Fault) -> None:
        async with self._hub:
            pid = self._world.service_pid
            self._note(fault)
            self._world.troubles.service_ends.append(time.time())
            process = self._world.hub.process
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, 60)
            await self._run_hub_again(fault, pid)

    async def _run_hub_again(self, fault: Fault, pid: int | None) -> None:
        await asyncio.sleep(fault.seconds)
        await asyncio.to_thread(self._world.hub.run_again)
        await self._world.service_is_another_than(pid)

    async def _take_database(self, fault: Fault) -> None:
        async with self._database:
            self._note(fault)
            begin = time.time()
            # At once, as long as it may be: the judge may ask before it has ended.
            index = len(self._world.troubles.database)
            self._world.troubles.database.append((begin, float("inf")))
            await self._world.database.away(fault.seconds)
            self._world.troubles.database[index] = (begin, time.time())

    async def _break_connections(self, fault: Fault) -> None:
        async with self._database:
            self._note(fault)
            now = time.time()
            self._world.troubles.database.append((now, now + 1))
            await self._world.database.break_connections()

    async def _kill_agent(self, fault: Fault) -> None:
        agents = self._world.agents
        if not agents.is_well(fault.who):
            return
        self._note(fault, f": {fault.who}")
        agents.kill(fault.who)
        await asyncio.sleep(fault.seconds)
        if not agents.is_well(fault.who):  # else a new run of the server has begun meanwhile
            agents.start(fault.who)

    async def _hold_agent(self, fault: Fault) -> None:
        if self._world.agents.hold(fault.who):
            self._note(fault, f": {fault.who}")
            await asyncio.sleep(fault.seconds)
            self._world.agents.let_go(fault.who)
