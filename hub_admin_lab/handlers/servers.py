"""Start, stop and restart a server of anybody whom the Hub lets the visitor act on."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.models import StartServer


class ServerHandler(HubHandler):
    """`users/{user}/server` and `users/{user}/servers/{name}`."""

    @web.authenticated
    @authorized
    async def post(self, user: str, server: str | None) -> None:
        """Start: 201 it runs, 202 it is starting; a `ServerView`."""
        actor = self.actor
        body = self.parse_body(StartServer)
        view = await self.servers.start(actor, user, server or "", body.user_options)
        self.reply(view, 201 if view.state == "running" else 202)

    @web.authenticated
    @authorized
    async def delete(self, user: str, server: str | None) -> None:
        """Stop: 200 it has stopped, 202 it is stopping; `?remove=1` deletes a named server."""
        actor = self.actor
        remove = self.query_flag("remove")
        if remove and not server:
            raise InvalidRequest("The default server cannot be deleted, only stopped.")
        view = await self.servers.stop(actor, user, server or "", remove=remove)
        self.reply(view, 200 if view.state == "stopped" else 202)


class RestartHandler(HubHandler):
    """`users/{user}/server/restart` and `users/{user}/servers/{name}/restart`."""

    @web.authenticated
    @authorized
    async def post(self, user: str, server: str | None) -> None:
        """202 with a `ServerView` that is stopping; `progress` tells how it goes on."""
        self.reply(await self.servers.restart(self.actor, user, server or ""), 202)
