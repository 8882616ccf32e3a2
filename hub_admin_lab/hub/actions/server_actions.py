"""What the panel does with single servers: start, stop, restart. Each leaves its record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hub_admin_lab.errors import Forbidden, HubFailed, OwnServer
from hub_admin_lab.hub.actions.asking import Asking, quietly
from hub_admin_lab.hub.actions.follow import Key
from hub_admin_lab.hub.actions.terms import Terms
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.records import Records, on_server
from hub_admin_lab.models import ServerView
from hub_admin_lab.models.told import PanelAction


class ServerActions:
    """Acts on the Hub for whoever asks; what takes its time goes on in the background.

    Parameters
    ----------
    client, connection
        The Hub.
    servers
        How its servers are, and who follows those on their way.
    records
        Where each action leaves its record.
    sleep
        The clock, for tests.

    Attributes
    ----------
    asking
        For whoever waits for the end: many servers at once, in ``hub_admin_lab.hub.bulk.bulks``.
    """

    def __init__(
        self,
        client: HubClient,
        connection: HubConnection,
        servers: HubServers,
        records: Records,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._own: Key = (connection.owner, connection.server_name)
        self._servers = servers
        self._records = records
        self.asking = Asking(client, servers, records, sleep=sleep)

    async def start(
        self, actor: Actor, user: str, server: str, options: dict[str, Any] | None = None
    ) -> ServerView:
        """Start a server; the answer says whether it runs or is starting."""
        key = (user, server)
        answer = await self.asking.start("start-server", actor, key, options, Terms())
        if not answer.done:
            concluding = quietly(self.asking.until_started, "start-server", actor, key)
            self._servers.follower.in_background(concluding)
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
        action: PanelAction = "delete-server" if remove else "stop-server"
        key = (user, server)
        if key == self._own:
            if remove:
                raise OwnServer("This is the server that you are in: it cannot be deleted.")
            return await self._stop_own(actor)
        answer = await self.asking.stop(action, actor, key, Terms(), remove=remove)
        if not answer.done:
            concluding = quietly(self.asking.until_stopped, action, actor, key)
            self._servers.follower.in_background(concluding)
        return await self._servers.view(actor, user, server)

    async def _stop_own(self, actor: Actor) -> ServerView:
        """Stop this very server: answer and record first, it will not be there afterwards."""
        user = await self._client.get_user(actor.token, self._own[0])
        view = self._servers.view_of(actor, user, self._own[1])
        if not view.can.stop:
            raise Forbidden("You may not stop your own server from here.")
        self.asking.record("stop-server", actor, self._own, "pending")
        self._servers.follower.in_background(quietly(self._end, actor))
        return self._about_to_stop(actor, view)

    async def _end(self, actor: Actor) -> None:
        """Have the Hub stop this very server: mostly this is over before its answer."""
        follower = self._servers.follower
        with self._records.of(actor, "stop-server", on_server(*self._own), ends_here=True):
            try:
                if not await self._client.stop_server(actor.token, *self._own):
                    await follower.until_stopped(actor, self._own)
            except HubFailed as error:
                follower.failed(self._own, error.message)
                raise

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
        before, _ = await self.asking.restart(actor, key, Terms())
        return self._about_to_stop(actor, self._servers.view_of(actor, before, server))

    def _about_to_stop(self, actor: Actor, before: ServerView) -> ServerView:
        """Return how a server is that was asked to stop, and tell it to all who listen."""
        view = before.model_copy(update={"state": "stopping", "url": None})
        self._servers.news_of(actor).server(view)
        return view
