"""One action on one server, from the request to its end: how it ended, never an error."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import NamedTuple

from hub_admin_lab.errors import (
    Conflict,
    HubAdminLabError,
    HubError,
    HubFailed,
    HubRefused,
    OwnServer,
)
from hub_admin_lab.hub.actions.asking import Asking
from hub_admin_lab.hub.actions.follow import Key
from hub_admin_lab.hub.actions.terms import Terms
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.live.broadcast import Broadcast
from hub_admin_lab.models import BulkAction, BulkResult


class _Success(NamedTuple):
    status: int
    note: str = ""


class Outcomes:
    """Acts on single servers and waits for the end.

    Parameters
    ----------
    asking
        Asks the Hub, and records it.
    servers
        How its servers are.
    broadcast
        Who wants to know how the servers are now.
    own
        This very server, which neither stops nor restarts among others.
    """

    def __init__(self, asking: Asking, servers: HubServers, broadcast: Broadcast, own: Key) -> None:
        self._asking = asking
        self._servers = servers
        self._broadcast = broadcast
        self._own = own

    async def act(self, action: BulkAction, actor: Actor, key: Key, terms: Terms) -> BulkResult:
        """Act on a server and return how that ended."""
        acting = {"start": self._start, "stop": self._stop, "restart": self._restart}[action]
        user, server = key
        try:
            success = await acting(actor, key, terms)
        except HubAdminLabError as error:
            if isinstance(error, (HubFailed, HubRefused)):
                await self._look(actor, key)
            return BulkResult(
                user=user, server=server, ok=False, status=error.status, message=error.message
            )
        return BulkResult(
            user=user, server=server, ok=True, status=success.status, message=success.note
        )

    async def _start(self, actor: Actor, key: Key, terms: Terms) -> _Success:
        answer = await self._asking.start("start-server", actor, key, None, terms)
        if not answer.done:
            await self._asking.until_started("start-server", actor, key)
        elif not answer.note:
            await self._look(actor, key)
        return _Success(200 if answer.note else 201, answer.note)

    async def _stop(self, actor: Actor, key: Key, terms: Terms) -> _Success:
        self._not_own(key)
        answer = await self._asking.stop("stop-server", actor, key, terms)
        if not answer.done:
            await self._asking.until_stopped("stop-server", actor, key)
        else:
            await self._look(actor, key)
        return _Success(200)

    async def _restart(self, actor: Actor, key: Key, terms: Terms) -> _Success:
        self._not_own(key)
        _, restart = await self._asking.restart(actor, key, terms, only_running=True)
        await asyncio.wait({restart})
        if restart.cancelled():
            raise Conflict("It was stopped meanwhile.")
        error = restart.result()
        if error is not None:
            raise error
        return _Success(202)

    def _not_own(self, key: Key) -> None:
        if key == self._own:
            raise OwnServer("This is the server that you are in.")

    async def _look(self, actor: Actor, key: Key) -> None:
        """Look at a server, which tells all who listen how it is now; nobody hears it: do not."""
        if not (self._broadcast.heard and self._broadcast.is_for(actor.scopes)):
            return
        with suppress(HubError):
            await self._servers.view(actor, *key)
