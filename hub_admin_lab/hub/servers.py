"""What the panel does with users and servers: list, start, stop, restart, follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from datetime import datetime, timezone
from typing import Any, Protocol

from hub_admin_lab.errors import Conflict, Forbidden, HubError, HubFailed, OwnServer
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.follow import Follower, Key, failed, ready
from hub_admin_lab.hub.models import HubServer, HubUser
from hub_admin_lab.hub.scopes import START
from hub_admin_lab.hub.views import server_view, user_view
from hub_admin_lab.hub.watch import Watch
from hub_admin_lab.models import (
    Counts,
    ListUsersQuery,
    ProgressEvent,
    ServerView,
    UserPage,
)

_HUB_STATE = {"all": None, "running": "active", "stopped": "inactive"}


class Recorder(Protocol):
    """Writes the record that each action leaves."""

    def record(
        self, *, actor: str, action: str, target: str, outcome: str, reason: str = ""
    ) -> None:
        """Record one action; see ``hub_admin_lab.record``."""


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class HubServers:
    """Acts on the Hub for whoever asks.

    Parameters
    ----------
    client, connection
        The Hub.
    recorder
        Where each action leaves its record.
    now, sleep
        The clock, for tests.
    """

    def __init__(
        self,
        client: HubClient,
        connection: HubConnection,
        recorder: Recorder,
        *,
        now: Callable[[], datetime] = _utcnow,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._connection = connection
        self._recorder = recorder
        self._now = now
        self._follower = Follower(client, lambda actor, key: self.view(actor, *key), now, sleep)

    async def close(self) -> None:
        """Stop following what is under way; the Hub carries it on."""
        await self._follower.close()

    # --- see ------------------------------------------------------------------------------

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
                user_view(
                    user,
                    actor=actor,
                    access=self._connection.access,
                    failures=self._follower.failures,
                )
                for user in page.items
                if not wild or wanted in user.name.casefold()
            ],
            total=None if wild else page.pagination.total,
            offset=query.offset,
            limit=query.limit,
            next=page.next_offset,
            counts=await self._counts(actor) if first else Counts(users=None, active=None),
            as_of=as_of,
        )

    async def _counts(self, actor: Actor) -> Counts:
        everybody, active = await asyncio.gather(
            self._client.list_users(actor.token, limit=1),
            self._client.list_users(actor.token, limit=1, state="active"),
        )
        return Counts(users=everybody.pagination.total, active=active.pagination.total)

    async def view(self, actor: Actor, user: str, server: str) -> ServerView:
        """Return one server as it is now."""
        return self._view(actor, await self._client.get_user(actor.token, user), server)

    def _view(self, actor: Actor, user: HubUser, server: str) -> ServerView:
        return server_view(
            user,
            _server_of(user, server),
            actor=actor,
            access=self._connection.access,
            failure=self._follower.failures.get((user.name, server)),
        )

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
        watch = self._follower.watch_of(key)
        if watch is None and (view.state == "starting" or key in self._follower.being_started):
            watch = self._follower.follow_start(actor, key)
        if watch is None:
            watch = Watch()
            if view.state == "running":
                watch.publish(ready(view.url))
            elif view.failure is not None:
                watch.publish(failed(view.failure.message))
            else:
                raise Conflict(f"This server is {view.state}, not starting.")
        return watch.events()

    # --- act ------------------------------------------------------------------------------

    async def start(
        self, actor: Actor, user: str, server: str, options: dict[str, Any] | None = None
    ) -> ServerView:
        """Start a server; the answer says whether it runs or is starting."""
        key = (user, server)
        if not await self._ask_start("start-server", actor, key, options):
            self._follower.in_background(self._conclude_start("start-server", actor, key))
        return await self.view(actor, user, server)

    async def stop(
        self, actor: Actor, user: str, server: str, *, remove: bool = False
    ) -> ServerView:
        """Stop a server, also one that is starting; with ``remove`` delete a named one."""
        key = (user, server)
        action = "delete-server" if remove else "stop-server"
        if not await self._ask_stop(action, actor, key, remove=remove):
            self._follower.in_background(self._conclude_stop(action, actor, key))
        return await self.view(actor, user, server)

    async def restart(self, actor: Actor, user: str, server: str) -> ServerView:
        """Stop a server and start it again with the same options, in the background.

        Raises
        ------
        OwnServer
            It is this server, which would be gone before it could start again.
        Forbidden
            The actor may stop it but not start it: it would stay stopped.
        """
        key = (user, server)
        if key == (self._connection.owner, self._connection.server_name):
            raise OwnServer(
                "This is the server that you are in: it cannot start itself again. Stop it, then"
                " start it from the hub's home page."
            )
        before = await self._client.get_user(actor.token, user)
        if not actor.scopes.allow(START, user=user, server=server, groups=before.groups):
            raise Forbidden("You may not start this server, so it was not stopped either.")
        stopped = await self._ask_stop("restart-server", actor, key, last=False)
        watch = self._follower.open_watch(key)
        watch.publish(ProgressEvent(message="Stopping"))
        options = _server_of(before, server).user_options
        self._follower.in_background(self._start_again(actor, key, watch, options, stopped=stopped))
        view = self._view(actor, before, server)
        return view.model_copy(update={"state": "stopping", "url": None})

    async def _ask_start(
        self, action: str, actor: Actor, key: Key, options: dict[str, Any] | None
    ) -> bool:
        """Ask the Hub for a start; return whether the server is ready already."""
        self._follower.failures.pop(key, None)
        self._follower.being_started.add(key)
        try:
            asking = self._client.start_server(actor.token, *key, options)
            return await self._recorded(action, actor, key, asking)
        finally:
            self._follower.being_started.discard(key)

    async def _ask_stop(
        self, action: str, actor: Actor, key: Key, *, remove: bool = False, last: bool = True
    ) -> bool:
        """Ask the Hub for a stop; return whether the server has stopped already.

        ``last``: the action ends with it.
        """
        self._follower.being_stopped.add(key)
        try:
            asking = self._client.stop_server(actor.token, *key, remove=remove)
            stopped = await self._recorded(action, actor, key, asking, last=last)
        finally:
            self._follower.being_stopped.discard(key)
        self._follower.failures.pop(key, None)
        return stopped

    async def _start_again(
        self,
        actor: Actor,
        key: Key,
        watch: Watch,
        options: dict[str, Any] | None,
        *,
        stopped: bool,
    ) -> None:
        """Wait for the stop of a restart, start the server, and follow that to its end."""
        action = "restart-server"
        try:
            if not stopped:
                await self._follower.until_stopped(actor, key)
            # Without options the Hub uses the last ones again.
            if not await self._ask_start(action, actor, key, options or None):
                self._follower.in_background(self._conclude_start(action, actor, key))
        except HubError as error:
            self._follower.end(key, watch, failed(error.message))
        else:
            await self._follower.until_started(actor, key, watch)

    # --- the record -----------------------------------------------------------------------

    async def _recorded(
        self,
        action: str,
        actor: Actor,
        key: Key,
        asking: Coroutine[Any, Any, bool],
        *,
        last: bool = True,
    ) -> bool:
        """Wait for the Hub's answer to an action and record it; True: it is done already."""
        try:
            done = await asking
        except HubError as error:
            if isinstance(error, HubFailed):
                self._follower.failed(key, error.message)
            self._record(action, actor, key, "failed", error.message)
            raise
        self._record(action, actor, key, "done" if done and last else "pending")
        return done

    async def _conclude_start(self, action: str, actor: Actor, key: Key) -> None:
        """Record how a start ended that the Hub has taken on."""
        async for event in self._follower.follow_start(actor, key).events():
            if event.ready:
                self._record(action, actor, key, "done")
            elif event.failed:
                self._record(action, actor, key, "failed", event.message)

    async def _conclude_stop(self, action: str, actor: Actor, key: Key) -> None:
        """Record how a stop ended that takes its time."""
        try:
            await self._follower.until_stopped(actor, key)
        except HubError as error:
            self._record(action, actor, key, "failed", error.message)
        else:
            self._record(action, actor, key, "done")

    def _record(self, action: str, actor: Actor, key: Key, outcome: str, reason: str = "") -> None:
        user, server = key
        self._recorder.record(
            actor=actor.name,
            action=action,
            target=f"{user}/{server}" if server else user,
            outcome=outcome,
            reason=reason,
        )


def _server_of(user: HubUser, server: str) -> HubServer:
    """Return a server of a user; one that the Hub does not know (any more) is stopped."""
    return user.servers.get(server) or HubServer(name=server, stopped=True)
