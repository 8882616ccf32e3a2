"""Start, stop and restart a server of anybody whom the Hub lets the visitor act on."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.models import CreateServer, EditServer, Nothing, RemoveQuery, StartServer


class ServerHandler(HubHandler):
    """`users/{user}/server` and `users/{user}/servers/{name}`."""

    @web.authenticated
    @authorized
    async def post(self, user: str, server: str | None) -> None:
        """Start: 201 it runs, 202 it is starting; a `ServerView`."""
        actor = self.actor
        self.parse_query(Nothing)
        body = self.parse_body(StartServer)
        view = await self.actions.start(actor, user, server or "", body.user_options)
        self.reply(view, 201 if view.state == "running" else 202)

    @web.authenticated
    @authorized
    async def put(self, user: str, server: str | None) -> None:
        """Create a named server without starting it: 201 with the `ServerView`."""
        actor = self.actor
        self.parse_query(Nothing)
        body = self.parse_body(CreateServer)
        self.reply(await self.parts.named.create(actor, user, _named(server), body), 201)

    @web.authenticated
    @authorized
    async def patch(self, user: str, server: str | None) -> None:
        """Rename a named server, or change how it is displayed or its options: a `ServerView`."""
        actor = self.actor
        self.parse_query(Nothing)
        body = self.parse_body(EditServer)
        self.reply(await self.parts.named.edit(actor, user, _named(server), body))

    @web.authenticated
    @authorized
    async def delete(self, user: str, server: str | None) -> None:
        """Stop: 200 it has stopped, 202 it is stopping; `?remove=1` deletes a named server."""
        actor = self.actor
        remove = self.parse_query(RemoveQuery).remove
        self.parse_body(Nothing)
        if remove and not server:
            raise InvalidRequest("The default server cannot be deleted, only stopped.")
        view = await self.actions.stop(actor, user, server or "", remove=remove)
        self.reply(view, 200 if view.state == "stopped" else 202)


class RestartHandler(HubHandler):
    """`users/{user}/server/restart` and `users/{user}/servers/{name}/restart`."""

    @web.authenticated
    @authorized
    async def post(self, user: str, server: str | None) -> None:
        """202 with a `ServerView` that is stopping; `progress` tells how it goes on."""
        actor = self.actor
        self.expect_nothing()
        self.reply(await self.actions.restart(actor, user, server or ""), 202)


def _named(server: str | None) -> str:
    """Return the name of a named server.

    Raises
    ------
    InvalidRequest
        It is the default server.
    """
    if not server:
        raise InvalidRequest("Only a named server can be created, renamed or changed.")
    return server
