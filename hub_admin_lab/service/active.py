"""What the Hub last said of the servers that are active; it is asked as seldom as it can bear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from types import MappingProxyType

from hub_admin_lab.errors import HubNotFound
from hub_admin_lab.hub.models import HubUser
from hub_admin_lab.hub.paths import fits
from hub_admin_lab.idle.activity import HubFacts
from hub_admin_lab.service.hub import ServiceHub

Key = tuple[str, str]
"""(user, server); the default server is ``""``."""

# A look at all takes at most one part in so many of the Hub's only thread: 2 %.
SHARE = 50
# How long the groups of somebody without an active server are remembered, and of how many.
GROUPS_FOR = timedelta(seconds=60)
MOST_GROUPS = 10_000


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class ActiveServers:
    """Every active server as the Hub last told it.

    Parameters
    ----------
    hub
        The Hub.
    now, clock
        The time, and seconds that only go up; for tests.

    Attributes
    ----------
    as_of
        When the last look at all of them began; None before the first.
    """

    def __init__(
        self,
        *,
        hub: ServiceHub,
        now: Callable[[], datetime] = _utcnow,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hub = hub
        self._now = now
        self._clock = clock
        self._users: dict[str, dict[Key, HubFacts]] = {}
        self._missed: set[str] = set()  # on no page of the last look: gone, or moved up
        self._groups: dict[str, tuple[datetime, frozenset[str] | None]] = {}
        self._lock = asyncio.Lock()
        self._next = 0.0  # not before, by the clock
        self.as_of: datetime | None = None

    # --- what is known --------------------------------------------------------------------

    @property
    def facts(self) -> Mapping[Key, HubFacts]:
        """Return all servers, as they were when they were last seen."""
        return {key: facts for servers in self._users.values() for key, facts in servers.items()}

    def of_user(self, user: str) -> Mapping[Key, HubFacts]:
        """Return the servers of one user, as they were when they were last seen."""
        return MappingProxyType(self._users.get(user, {}))

    def forget(self, user: str, server: str) -> None:
        """Take a server out that has stopped."""
        self._users.get(user, {}).pop((user, server), None)

    # --- asking the Hub -------------------------------------------------------------------

    async def refresh(self, *, wanted: bool = False) -> bool:
        """Look at all of them; return whether that was done.

        One look at a time, and none before 50 times as long has passed as the last one took,
        unless it is ``wanted``: a pass of the culler decides by it. One that is under way then will
        do.

        Raises
        ------
        HubError
            The Hub did not tell. Of whom it had not told yet, what was known before still is.
        """
        before = self.as_of
        async with self._lock:
            if wanted and self.as_of != before:
                return False
            if not wanted and self._clock() < self._next:
                return False
            begin, as_of = self._clock(), self._now()
            try:
                await self._look_at_all()
            finally:
                self._next = self._clock() + SHARE * (self._clock() - begin)
            self.as_of = as_of
        return True

    async def _look_at_all(self) -> None:
        pages = 0
        seen: set[str] = set()
        async for page in self._hub.active_users():
            pages += 1
            for user in page.items:
                seen.add(user.name)
                self._take(user)
        missing = self._users.keys() - seen
        # Who is on no page has moved up to one that was read already, or has no active server.
        # A single page tells which; of several it takes two looks.
        for name in missing if pages == 1 else missing & self._missed:
            del self._users[name]
        self._missed = missing

    async def look(self, user: str) -> Mapping[Key, HubFacts]:
        """Return the servers of one user as they are now.

        Raises
        ------
        HubError
            The Hub did not tell. A user who is gone has no servers.
        """
        try:
            self._take(await self._hub.user(user))
        except HubNotFound:
            if not fits(user):
                raise  # the Hub was not asked
            self._users.pop(user, None)
        return self.of_user(user)

    async def groups_of(self, user: str) -> frozenset[str]:
        """Return the groups of a user as they were a minute ago at most, or at the last look.

        Raises
        ------
        HubNotFound
            There is no such user.
        HubError
            The Hub did not tell.
        """
        for facts in self.of_user(user).values():
            return facts.groups
        known = self._groups.get(user)
        if known is not None and self._now() - known[0] < GROUPS_FOR:
            if known[1] is None:
                raise HubNotFound("There is no such user.")
            return known[1]
        try:
            groups = frozenset((await self._hub.user(user)).groups)
        except HubNotFound:
            self._remember_groups(user, None)
            raise
        self._remember_groups(user, groups)
        return groups

    def _remember_groups(self, user: str, groups: frozenset[str] | None) -> None:
        """Remember them, or with None that there is no such user: drafts ask for many."""
        if len(self._groups) >= MOST_GROUPS:
            self._groups.clear()
        self._groups[user] = (self._now(), groups)

    def _take(self, user: HubUser) -> None:
        self._users[user.name] = facts_of(user)


def facts_of(user: HubUser) -> dict[Key, HubFacts]:
    """Return what a user's servers are to the rules."""
    groups = frozenset(user.groups)
    return {
        (user.name, name): HubFacts(
            user=user.name,
            server=name,
            groups=groups,
            ready=server.ready,
            pending=server.pending,
            started=_aware(server.started),
            last_activity=_aware(server.last_activity),
        )
        for name, server in user.servers.items()
        if not server.stopped
    }


def _aware(moment: datetime | None) -> datetime | None:
    """Return a time with its zone: what the Hub sends without one is UTC."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=timezone.utc)
