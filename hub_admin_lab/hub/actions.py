"""What the panel does with servers: start, stop, restart. Each leaves its record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

from hub_admin_lab.errors import (
    Conflict,
    Forbidden,
    HubError,
    HubFailed,
    HubUnavailable,
    HubUnreachable,
    OwnServer,
)
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.follow import LOOKS, POLL, Key, failed
from hub_admin_lab.hub.scopes import START
from hub_admin_lab.hub.servers import HubServers, server_of
from hub_admin_lab.hub.watch import Watch
from hub_admin_lab.models import ProgressEvent, ServerView


class Recorder(Protocol):
    """Writes the record that each action leaves."""

    def record(
        self, *, actor: str, action: str, target: str, outcome: str, reason: str = ""
    ) -> None:
        """Record one action; see ``hub_admin_lab.record``."""


class ServerActions:
    """Acts on the Hub for whoever asks.

    Parameters
    ----------
    client, connection
        The Hub.
    servers
        How its servers are, and who follows those on their way.
    recorder
        Where each action leaves its record.
    sleep
        The clock, for tests.
    """

    def __init__(
        self,
        client: HubClient,
        connection: HubConnection,
        servers: HubServers,
        recorder: Recorder,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._own: Key = (connection.owner, connection.server_name)
        self._servers = servers
        self._recorder = recorder
        self._sleep = sleep
        self._restarts: dict[Key, asyncio.Task[None]] = {}

    async def start(
        self, actor: Actor, user: str, server: str, options: dict[str, Any] | None = None
    ) -> ServerView:
        """Start a server; the answer says whether it runs or is starting."""
        key = (user, server)
        if not await self._ask_start("start-server", actor, key, options):
            self._servers.follower.in_background(self._conclude_start("start-server", actor, key))
        return await self._servers.view(actor, user, server)

    async def stop(
        self, actor: Actor, user: str, server: str, *, remove: bool = False
    ) -> ServerView:
        """Stop a server, also one that is starting; with ``remove`` delete a named one.

        Raises
        ------
        OwnServer
            It is this server, and ``remove`` is set.
        """
        key = (user, server)
        action = "delete-server" if remove else "stop-server"
        if key == self._own:
            if remove:
                raise OwnServer("This is the server that you are in: it cannot be deleted.")
            return await self._stop_own(actor)
        restart = self._restarts.pop(key, None)
        if not await self._ask_stop(action, actor, key, remove=remove):
            self._servers.follower.in_background(self._conclude_stop(action, actor, key))
        if restart is not None:
            restart.cancel()
            self._record("restart-server", actor, key, "failed", "It was stopped meanwhile.")
        return await self._servers.view(actor, user, server)

    async def _stop_own(self, actor: Actor) -> ServerView:
        """Stop this very server: answer and record first, it will not be there afterwards."""
        user = await self._client.get_user(actor.token, self._own[0])
        view = self._servers.view_of(actor, user, self._own[1])
        if not view.can.stop:
            raise Forbidden("You may not stop your own server from here.")
        self._record("stop-server", actor, self._own, "pending")
        self._servers.follower.in_background(self._ask_stop_own(actor))
        return view.model_copy(update={"state": "stopping", "url": None})

    async def _ask_stop_own(self, actor: Actor) -> None:
        with suppress(HubError):  # recorded, like everything that is asked
            await self._ask_stop("stop-server", actor, self._own)

    async def restart(self, actor: Actor, user: str, server: str) -> ServerView:
        """Stop a server and start it again with the same options, in the background.

        Raises
        ------
        OwnServer
            It is this server, which would be gone before it could start again.
        Conflict
            It is being restarted.
        Forbidden
            The actor may stop it but not start it: it would stay stopped.
        """
        key = (user, server)
        if key == self._own:
            raise OwnServer(
                "This is the server that you are in: it cannot start itself again. Stop it, then"
                " start it from the hub's home page."
            )
        if key in self._restarts:
            raise Conflict("This server is being restarted already.")
        before = await self._client.get_user(actor.token, user)
        if not actor.scopes.allow(START, user=user, server=server, groups=before.groups):
            raise Forbidden("You may not start this server, so it was not stopped either.")
        stopped = await self._ask_stop("restart-server", actor, key, last=False)
        watch = self._servers.follower.open_watch(key)
        watch.publish(ProgressEvent(message="Stopping"))
        options = server_of(before, server).user_options
        restart = self._servers.follower.in_background(
            self._start_again(actor, key, watch, options, stopped=stopped)
        )
        self._restarts[key] = restart
        restart.add_done_callback(lambda _: self._restarts.pop(key, None))
        view = self._servers.view_of(actor, before, server)
        return view.model_copy(update={"state": "stopping", "url": None})

    async def _ask_start(
        self,
        action: str,
        actor: Actor,
        key: Key,
        options: dict[str, Any] | None,
        *,
        patient: bool = False,
    ) -> bool:
        """Ask the Hub for a start; return whether the server is ready already.

        ``patient``: nobody waits for the answer, so a Hub that is away is asked again.
        """
        self._servers.follower.failures.pop(key, None)
        self._servers.follower.being_started.add(key)
        try:
            asking = self._start(actor, key, options, tries=LOOKS if patient else 1)
            return await self._recorded(action, actor, key, asking)
        finally:
            self._servers.follower.being_started.discard(key)

    async def _start(
        self, actor: Actor, key: Key, options: dict[str, Any] | None, *, tries: int
    ) -> bool:
        """Start a server; where the Hub fails, its error says why.

        Asking twice does no harm: a server that starts already goes on starting.
        """
        while True:
            tries -= 1
            try:
                return await self._client.start_server(actor.token, *key, options)
            except HubFailed as error:
                reason = await self._servers.follower.why_failed(actor, key)
                raise HubFailed(reason or error.message) from error
            except (HubUnavailable, HubUnreachable):
                if tries <= 0:
                    raise
            await self._sleep(POLL)

    async def _ask_stop(
        self, action: str, actor: Actor, key: Key, *, remove: bool = False, last: bool = True
    ) -> bool:
        """Ask the Hub for a stop; return whether the server has stopped already.

        ``last``: the action ends with it.
        """
        self._servers.follower.being_stopped.add(key)
        try:
            asking = self._client.stop_server(actor.token, *key, remove=remove)
            stopped = await self._recorded(action, actor, key, asking, last=last)
        finally:
            self._servers.follower.being_stopped.discard(key)
        self._servers.follower.failures.pop(key, None)
        self._servers.follower.cancel(key)
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
                await self._servers.follower.until_stopped(actor, key)
        except HubError as error:
            self._record(action, actor, key, "failed", error.message)
            self._servers.follower.end(key, watch, failed(error.message))
            return
        try:
            # Without options the Hub uses the last ones again.
            ready = await self._ask_start(action, actor, key, options or None, patient=True)
        except HubError as error:
            self._servers.follower.end(key, watch, failed(error.message))
            return
        if not ready:
            self._servers.follower.in_background(self._conclude_start(action, actor, key))
        await self._servers.follower.until_started(actor, key, watch)

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
        outcome, reason = "failed", "Hub Admin Lab was interrupted."
        try:
            done = await asking
            outcome, reason = "done" if done and last else "pending", ""
        except HubError as error:
            reason = error.message
            if isinstance(error, HubFailed):
                self._servers.follower.failed(key, reason)
            raise
        finally:
            self._record(action, actor, key, outcome, reason)
        return done

    async def _conclude_start(self, action: str, actor: Actor, key: Key) -> None:
        """Record how a start ended that the Hub has taken on."""
        async for event in self._servers.follower.follow_start(actor, key).events():
            if event.ready:
                self._record(action, actor, key, "done")
            elif event.failed:
                self._record(action, actor, key, "failed", event.message)

    async def _conclude_stop(self, action: str, actor: Actor, key: Key) -> None:
        """Record how a stop ended that takes its time."""
        try:
            await self._servers.follower.until_stopped(actor, key)
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
