"""Restarts that are under way: one of a server at a time, and a stop of it ends that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from hub_admin_lab.errors import Conflict, HubError
from hub_admin_lab.hub.actions.follow import Key


class Restart:
    """A restart that was asked for and has not ended.

    Attributes
    ----------
    stops
        How many stops of others the Hub has not answered yet, each of which may end it.
    stopped
        One of them has ended it.
    task
        What goes on after the Hub has answered its own stop.
    """

    def __init__(self) -> None:
        self.stops = 0
        self.stopped = False
        self.task: asyncio.Task[HubError | None] | None = None


class Restarts:
    """Those that are under way."""

    def __init__(self) -> None:
        self._under_way: dict[Key, Restart] = {}

    @contextmanager
    def begin(self, key: Key) -> Iterator[Restart]:
        """Ask for a restart within; nobody else can before it has ended.

        Raises
        ------
        Conflict
            The server is being restarted.
        """
        if key in self._under_way:
            raise Conflict("This server is being restarted already.")
        restart = self._under_way[key] = Restart()
        try:
            yield restart
        finally:
            if restart.task is None:
                self.forget(key, restart)

    @contextmanager
    def stopping(self, key: Key) -> Iterator[None]:
        """Ask for a stop within; if the Hub takes it on, that ends a restart that is under way."""
        restart = self._under_way.get(key)
        if restart is None:
            yield
            return
        restart.stops += 1
        try:
            yield
        finally:
            restart.stops -= 1
        restart.stopped = True
        if restart.task is not None:
            restart.task.cancel()
        self.forget(key, restart)

    def forget(self, key: Key, restart: Restart) -> None:
        """Make room for another one, unless it is there already."""
        if self._under_way.get(key) is restart:
            del self._under_way[key]
