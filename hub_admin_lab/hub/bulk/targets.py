"""Which servers a request for many of them means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime, timedelta

from hub_admin_lab.errors import Forbidden, HubForbidden, HubNotFound
from hub_admin_lab.hub.actions.follow import Key
from hub_admin_lab.hub.bulk.at_work import AtWork
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.query import ServerName, parse
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.scopes import START, STOP
from hub_admin_lab.models import (
    BulkAction,
    BulkCandidate,
    BulkFilter,
    BulkPlan,
    BulkRequest,
    ServerView,
    UserView,
)

# A server that was used so recently is called in use.
IN_USE = timedelta(minutes=10)
# How many of the servers a plan names.
NAMED = 1000

_AT_A_TIME = 50  # users who are looked at one by one; the client lets fewer of them through at once

_NEEDED = {"start": (START,), "stop": (STOP,), "restart": (START, STOP)}
# Of servers in this state there is none to act on.
_DONE = {"start": "running", "stop": "stopped", "restart": "stopped"}
_NOT_ALLOWED = {
    "start": "You may not start other people's servers on this hub.",
    "stop": "You may not stop other people's servers on this hub.",
    "restart": "You may not restart other people's servers on this hub.",
}


class Targets:
    """Finds the servers that are meant.

    Parameters
    ----------
    client, servers
        The Hub, and how its servers are.
    at_work
        Knows where kernels are busy.
    own
        This very server, which is never among those that match.
    now
        The clock.
    """

    def __init__(
        self,
        client: HubClient,
        servers: HubServers,
        at_work: AtWork,
        own: Key,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._servers = servers
        self._at_work = at_work
        self._own = own
        self._now = now

    async def chosen(self, actor: Actor, request: BulkRequest) -> list[Key]:
        """Return the servers to act on, each once.

        Raises
        ------
        Forbidden
            The actor may do this nowhere.
        ServiceError
            Busy servers are to be left out, and nobody says which these are.
        """
        _require(actor, request.action)
        if request.filter is None:
            return _keys(request)
        busy = await self._busy(actor, request) if request.filter.spare_busy else None
        found = self._matching(actor, request.action, request.filter, busy)
        return [(each.user, each.server) async for each in found]

    async def plan(self, actor: Actor, request: BulkRequest) -> BulkPlan:
        """Return what would be acted on, and how that is now.

        Of servers that were named one by one, those are left out that the actor does not see.
        Errors as of ``chosen``.
        """
        _require(actor, request.action)
        busy = await self._busy(actor, request)
        if request.filter is not None:
            found = self._matching(actor, request.action, request.filter, busy)
        else:
            found = self._named(actor, request, busy)
        candidates = [each async for each in found]
        candidates.sort(key=_last_used, reverse=True)
        since = (self._now() - IN_USE).timestamp()
        return BulkPlan(
            action=request.action,
            total=len(candidates),
            targets=candidates[:NAMED],
            in_use=sum(_last_used(each) >= since for each in candidates),
            busy=None if busy is None else sum(each.busy for each in candidates),
        )

    async def _busy(self, actor: Actor, request: BulkRequest) -> frozenset[Key] | None:
        """Return where kernels are busy; None where nobody knows and nobody has to."""
        if request.action == "start":
            return None
        if request.filter is not None and request.filter.spare_busy:
            return await self._at_work.servers(actor)
        return await self._at_work.servers_if_known(actor)

    async def _matching(
        self,
        actor: Actor,
        action: BulkAction,
        filter_: BulkFilter,
        busy: frozenset[Key] | None,
    ) -> AsyncIterator[BulkCandidate]:
        wanted = parse(filter_.query, search=filter_.search)
        named = any(isinstance(word, ServerName) for word in wanted.words)
        if filter_.state == _DONE[action]:
            return  # other servers of the same users are not in that state
        # To stop servers, only those users matter who have one that runs.
        state = filter_.state if action == "start" else "running"
        users = self._servers.matching(
            actor, search=filter_.search, query=filter_.query, state=state
        )
        async for user in users:
            now = self._now()
            for server in wanted.servers(user, now):
                if (
                    (user.name, server.name) != self._own
                    and (action != "start" or named or server.name == "")
                    and _makes_sense(actor, action, user, server)
                    and not _spared(action, server, filter_.spare_used_within, now)
                ):
                    candidate = _candidate(server, busy)
                    if not (filter_.spare_busy and candidate.busy):
                        yield candidate

    async def _named(
        self, actor: Actor, request: BulkRequest, busy: frozenset[Key] | None
    ) -> AsyncIterator[BulkCandidate]:
        servers: dict[str, list[str]] = {}
        for key in _keys(request):
            if request.action == "start" or key != self._own:
                servers.setdefault(key[0], []).append(key[1])
        names = list(servers)
        for first in range(0, len(names), _AT_A_TIME):
            some = names[first : first + _AT_A_TIME]
            for views in await asyncio.gather(
                *(self._views(actor, name, servers[name]) for name in some)
            ):
                for view in views:
                    yield _candidate(view, busy)

    async def _views(self, actor: Actor, name: str, servers: Iterable[str]) -> list[ServerView]:
        try:
            user = await self._client.get_user(actor.token, name)
        except (HubForbidden, HubNotFound):
            return []
        return [self._servers.view_of(actor, user, server) for server in servers]


def _require(actor: Actor, action: BulkAction) -> None:
    """Raise unless the actor may do this somewhere: then every single one would be refused."""
    if not all(actor.scopes.anywhere(scopes) for scopes in _NEEDED[action]):
        raise Forbidden(_NOT_ALLOWED[action])


def _keys(request: BulkRequest) -> list[Key]:
    return list(dict.fromkeys((each.user, each.server) for each in request.targets or ()))


def _makes_sense(actor: Actor, action: BulkAction, user: UserView, server: ServerView) -> bool:
    """Return whether the action changes something, and is allowed."""
    if action == "start":
        return server.can.start
    if server.state != "running" or not server.can.stop:
        return False
    return action == "stop" or actor.scopes.allow(
        START, user=user.name, server=server.name, groups=user.groups
    )


def _spared(action: BulkAction, server: ServerView, within: int | None, now: datetime) -> bool:
    """Return whether a server was used too recently; one that runs, and nobody knows, is spared."""
    if within is None:
        return False
    used = server.last_activity or server.started
    if used is None:
        return action != "start"
    return now - used <= timedelta(seconds=within)


def _candidate(server: ServerView, busy: frozenset[Key] | None) -> BulkCandidate:
    return BulkCandidate(
        user=server.user,
        server=server.name,
        state=server.state,
        last_activity=server.last_activity,
        busy=busy is not None and (server.user, server.name) in busy,
    )


def _last_used(candidate: BulkCandidate) -> float:
    if candidate.busy:
        return float("inf")  # it is used now, whatever the Hub knows of it
    used = candidate.last_activity
    return used.timestamp() if used is not None else float("-inf")
