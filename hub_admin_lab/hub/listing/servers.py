"""What the panel sees of users and servers, as they are now and on their way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from hub_admin_lab.errors import Conflict
from hub_admin_lab.hub.actions.follow import Follower, Log, failed, ready
from hub_admin_lab.hub.actions.watch import Watch
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.listing.query import UserQuery, parse
from hub_admin_lab.hub.listing.search import StateFilter, hub_search, hub_searches
from hub_admin_lab.hub.listing.totals import Totals
from hub_admin_lab.hub.listing.views import server_view, user_view
from hub_admin_lab.hub.live.broadcast import Broadcast
from hub_admin_lab.hub.live.news import News
from hub_admin_lab.hub.models import HubServer, HubUser
from hub_admin_lab.hub.sent import fit_to_show
from hub_admin_lab.models import (
    Counts,
    ListUsersQuery,
    ProgressEvent,
    ServerView,
    UserDetails,
    UserPage,
    UserView,
)

# Where not all that the Hub lists is shown: so many at a time, the most that it lists at once, and
# so long until a page is answered as short as it is.
AT_A_TIME = 200
PATIENCE = timedelta(seconds=1)


class _Found(NamedTuple):
    """Some of the users who are looked for.

    ``next`` is the place in the Hub's list of the first one who was not looked at, or for whom was
    no room: whoever goes on from there misses nobody and gets nobody twice.
    """

    items: list[UserView]
    next: int | None
    total: int | None


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
    news
        Tells what is seen of servers to all who listen; without it nobody does.
    now, sleep
        The clock, for tests.
    """

    def __init__(
        self,
        client: HubClient,
        connection: HubConnection,
        *,
        log: Log,
        news: News | None = None,
        now: Callable[[], datetime] = _utcnow,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._connection = connection
        self._now = now
        self._totals = Totals(client, now)
        self.news = news or News(Broadcast())
        self._unheard = News(Broadcast())
        self.follower = Follower(
            client, lambda actor, key: self.view(actor, *key), self.news, log, now, sleep
        )

    def news_of(self, actor: Actor) -> News:
        """Return where to tell what the actor learns; nobody hears it if it is not for them."""
        return self.news if self.news.is_for(actor.scopes) else self._unheard

    async def close(self) -> None:
        """Stop following what is under way; the Hub carries it on."""
        await self.follower.close()

    async def list_users(self, actor: Actor, query: ListUsersQuery) -> UserPage:
        """Return one page of the users whom the actor may list.

        Raises
        ------
        InvalidRequest
            The query holds words that are not understood.
        """
        as_of = self._now()
        wanted = parse(query.query, search=query.search)
        finding = self._find(actor, wanted, query, as_of)
        if query.offset:
            found, counts = await finding, Counts(users=None, active=None)
        elif wanted.words:
            found, counts = await asyncio.gather(finding, self._totals.recent(actor))
        else:
            # Asked together: the Hub takes one after the other, but not the way there and back.
            beside = self._totals.beside(actor, query.state)
            found, counted = await asyncio.gather(finding, beside)
            counts = self._totals.with_page(actor, counted, query.state, found.total)
        return UserPage(
            items=found.items,
            total=found.total,
            offset=query.offset,
            limit=query.limit,
            next=found.next,
            counts=counts,
            as_of=as_of,
        )

    async def _find(
        self, actor: Actor, wanted: UserQuery, query: ListUsersQuery, begun: datetime
    ) -> _Found:
        """Return as many users as are asked for, or those who are found in time."""
        asked = hub_search(wanted, query.state)
        if asked is None:
            return _Found([], None, 0)
        items: list[UserView] = []
        offset = query.offset
        while True:
            page = await self._client.list_users(
                actor.token,
                offset=offset,
                limit=query.limit if asked.exact else AT_A_TIME,
                state=asked.state,
                name_filter=asked.name_filter,
                sort=query.sort,
            )
            for place, user in enumerate(page.items, offset):
                view = self.user_view_of(actor, user)
                if not wanted.matches(view, begun):
                    continue
                if len(items) == query.limit:
                    return _Found(items, place, None)
                items.append(view)
            if asked.exact:
                return _Found(items, page.next_offset, page.pagination.total)
            out_of_time = self._now() - begun >= PATIENCE
            if page.next_offset is None or len(items) == query.limit or out_of_time:
                return _Found(items, page.next_offset, None)
            offset = page.next_offset

    async def matching(
        self, actor: Actor, *, search: str = "", query: str = "", state: StateFilter = "all"
    ) -> AsyncIterator[UserView]:
        """Yield everybody who matches, each once, as in all pages of the list.

        Which of their servers match says the query itself: ``parse(query).servers(...)``.

        Raises
        ------
        InvalidRequest
            The query holds words that are not understood.
        """
        wanted = parse(query, search=search)
        seen: set[str] = set()
        for asked in hub_searches(wanted, state):
            offset: int | None = 0
            while offset is not None:
                page = await self._client.list_users(
                    actor.token,
                    offset=offset,
                    limit=AT_A_TIME,
                    state=asked.state,
                    name_filter=asked.name_filter,
                    # In this order the others keep their places when somebody is added.
                    sort="id",
                )
                for user in page.items:
                    view = self.user_view_of(actor, user)
                    # Whoever stops meanwhile is listed among both, those who run and the others.
                    if view.name not in seen and wanted.matches(view, self._now()):
                        seen.add(view.name)
                        yield view
                offset = page.next_offset

    async def details(self, actor: Actor, user: str) -> UserDetails:
        """Return one user, and everything that the Hub sent of them but for secrets."""
        known, sent = await self._client.get_user_as_sent(actor.token, user)
        return UserDetails(user=self.user_view_of(actor, known), sent=fit_to_show(sent))

    async def view(self, actor: Actor, user: str, server: str) -> ServerView:
        """Return one server as it is now, and tell what is new of it and of its user."""
        sent = await self._client.get_user(actor.token, user)
        view = self.view_of(actor, sent, server)
        self.news_of(actor).seen(self.user_view_of(actor, sent), view)
        return view

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

    def user_view_of(self, actor: Actor, user: HubUser) -> UserView:
        """Return a user with all servers as the Hub has just sent them."""
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
