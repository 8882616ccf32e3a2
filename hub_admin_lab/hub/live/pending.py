"""Servers in view that somebody else starts or stops: followed closely until they have arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from hub_admin_lab.errors import HubError
from hub_admin_lab.hub.actions.follow import Follower, Key
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.models import ServerView

# A start costs the Hub an event stream, which is cheap; a stop a look each second, 4 ms each: so
# many at once take 2 % of its thread for as long as they last. The others are seen with their page.
MOST_STARTS = 25
MOST_STOPS = 5


class Pending:
    """Follows what nobody here follows yet.

    Parameters
    ----------
    follower
        Who does the following, and tells how it goes on.
    """

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._stops: dict[Key, asyncio.Task[None]] = {}

    def follow(self, actor: Actor, servers: Iterable[ServerView]) -> None:
        """Follow those that start or stop, up to what can be borne."""
        for server in servers:
            key = (server.user, server.name)
            if server.state == "starting" and self._follower.followed_starts < MOST_STARTS:
                self._follower.follow_start(actor, key)
            elif server.state == "stopping" and len(self._stops) < MOST_STOPS:
                self._follow_stop(actor, key)

    def _follow_stop(self, actor: Actor, key: Key) -> None:
        if key not in self._stops and key not in self._follower.followed_stops:
            stop = self._follower.in_background(self._until_stopped(actor, key))
            self._stops[key] = stop
            stop.add_done_callback(lambda _: self._stops.pop(key, None))

    async def _until_stopped(self, actor: Actor, key: Key) -> None:
        with suppress(HubError):  # whoever stopped it is told why
            await self._follower.until_stopped(actor, key)

    def let_go(self) -> None:
        """Look after stops no longer: nobody looks. Starts end by themselves."""
        for stop in self._stops.values():
            stop.cancel()
