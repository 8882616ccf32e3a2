"""`shutdown`: the end of the hub."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.models import Nothing, ShutdownHub


class ShutdownHandler(HubHandler):
    """`shutdown`."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """202: the Hub shuts down, and with it what the `ShutdownHub` names."""
        actor = self.actor
        self.parse_query(Nothing)
        body = self.parse_body(ShutdownHub)
        await self.parts.manager.shutdown(actor, body)
        self.done(202)
