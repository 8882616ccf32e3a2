"""`idle`: this server's culling, shown to everybody here, changed by its owner or an admin."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.handlers.base import HubAdminHandler
from hub_admin_lab.handlers.person import person
from hub_admin_lab.hub.connection import HubConnection
from hub_admin_lab.models import DryRunQuery, IdleSettingsUpdate
from hub_admin_lab.server.culling import ServerCulling


class IdleHandler(HubAdminHandler):
    """`idle`."""

    def initialize(self, hub: HubConnection | None, culling: ServerCulling) -> None:
        """Take the parts; ``hub`` is None where this server belongs to no Hub."""
        self.hub = hub
        self.culling = culling

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """200 with the `IdleSettings` that hold."""
        self.expect_nothing()
        self.reply(self.culling.settings())

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """200 with the new `IdleSettings` and what they stop at once; `dry_run=1` only answers."""
        visitor = person(self.current_user, self.hub)
        visitor.may_change_settings()
        query = self.parse_query(DryRunQuery)
        update = self.parse_body(IdleSettingsUpdate)
        settings = await self.culling.update(
            update, actor=visitor.name, by_admin=visitor.admin, dry_run=query.dry_run
        )
        self.reply(settings)

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """200 with the configured `IdleSettings`, which hold again."""
        visitor = person(self.current_user, self.hub)
        visitor.may_change_settings()
        self.expect_nothing()
        self.reply(self.culling.reset(actor=visitor.name))
