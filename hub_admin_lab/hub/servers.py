"""What the panel sees of users and servers, as they are now and on their way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta, timezone

from hub_admin_lab.errors import (
    Conflict,
)
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.follow import Follower, Log, failed, ready
from hub_admin_lab.hub.models import HubServer, HubUser
from hub_admin_lab.hub.views import server_view, user_view
from hub_admin_lab.hub.watch import Watch
from hub_admin_lab.models import (
    Counts,
    ListUsersQuery,
    ProgressEvent,
    ServerView,
    UserPage,
    UserView,
)

# How long the totals of a hub may be shown beside a search.
COUNTS_HOLD = timedelta(seconds=30)

_HUB_STATE = {"all": None, "running": "active", "stopped": "inactive"}


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class HubServers:
    """Looks at the Hub for whoever asks.

    Parameters
    ----------
    client, connection
        The Hub.
    log
        Where a mistake of ours in the background is told.
    now, sleep
        The clock, for tests.
    """

    def __init__(
        self,
        client: HubClient,
        connection: HubConnection,
        *,
        log: Log,
        now: Callable[[], datetime] = _utcnow,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._connection = connection
        self._now = now
        self._last_counts = ("", now(), Counts(users=None, active=None))
        self.follower = Follower(client, lambda actor, key: self.view(actor, *key), log, now, sleep)

    async def close(self) -> None:
        """Stop following what is under way; the Hub carries it on."""
        await self.follower.close()

    async def list_users(self, actor: Actor, query: ListUsersQuery) -> UserPage:
        """Return one page of the users whom the actor may list."""
        as_of = self._now()
        page = await self._client.list_users(
            actor.token,
            offset=query.offset,
            limit=query.limit,
            state=_HUB_STATE[query.state],
            name_filter=query.search,
            sort=query.sort,
        )
        # The Hub takes `_` and `%` for wildcards and knows no escape (section 5 of the design).
        wild = "_" in query.search or "%" in query.search
        wanted = query.search.casefold()
        first = query.offset == 0
        return UserPage(
            items=[
                self._user_view(actor, user)
                for user in page.items
                if not wild or wanted in user.name.casefold()
            ],
            total=None if wild else page.pagination.total,
            offset=query.offset,
            limit=query.limit,
            next=page.next_offset,
            counts=await self._counts(actor, query) if first else Counts(users=None, active=None),
            as_of=as_of,
        )

    async def _counts(self, actor: Actor, query: ListUsersQuery) -> Counts:
        """Return the totals; for a search, which comes with every key, those of just now."""
        token, at, counts = self._last_counts
        now = self._now()
        if query.search and token == actor.token and now - at < COUNTS_HOLD:
            return counts
        everybody, active = await asyncio.gather(
            self._client.list_users(actor.token, limit=1),
            self._client.list_users(actor.token, limit=1, state="active"),
        )
        counts = Counts(users=everybody.pagination.total, active=active.pagination.total)
        self._last_counts = (actor.token, now, counts)
        return counts

    async def view(self, actor: Actor, user: str, server: str) -> ServerView:
        """Return one server as it is now."""
        return self.view_of(actor, await self._client.get_user(actor.token, user), server)

    def view_of(self, actor: Actor, user: HubUser, server: str) -> ServerView:
        """Return one server of a user as the Hub has just sent it."""
        view = server_view(
            user,
            server_of(user, server),
            actor=actor,
            access=self._connection.access,
            failure=self.follower.failures.get((user.name, server)),
        )
        self._forget_failure(view)
        return view

    def _user_view(self, actor: Actor, user: HubUser) -> UserView:
        view = user_view(
            user,
            actor=actor,
            access=self._connection.access,
            failures=self.follower.failures,
        )
        for server in view.servers:
            self._forget_failure(server)
        return view

    def _forget_failure(self, view: ServerView) -> None:
        """Forget why a start failed once the server has been seen to run."""
        if view.state == "running":
            self.follower.failures.pop((view.user, view.name), None)

    async def progress(self, actor: Actor, user: str, server: str) -> AsyncIterator[ProgressEvent]:
        """Return the events of a server that starts or restarts.

        The first look is with the actor's own token, so that the Hub says no to whoever may not
        see this server, whoever follows it already.

        Raises
        ------
        Conflict
            It neither starts nor has it just started or failed.
        """
        view = await self.view(actor, user, server)
        key = (user, server)
        watch = self.follower.watch_of(key)
        if watch is None and (view.state == "starting" or key in self.follower.being_started):
            watch = self.follower.follow_start(actor, key)
        if watch is None:
            watch = Watch()
            if view.state == "running":
                watch.publish(ready(view.url))
            elif view.failure is not None:
                watch.publish(failed(view.failure.message))
            else:
                raise Conflict(f"This server is {view.state}, not starting.")
        return watch.events()


def server_of(user: HubUser, server: str) -> HubServer:
    """Return a server of a user; one that the Hub does not know (any more) is stopped."""
    return user.servers.get(server) or HubServer(name=server, stopped=True)
