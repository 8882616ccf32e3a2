"""`GET info`: who is looking at whose server, and what they may do."""

from __future__ import annotations

import asyncio
from typing import Literal

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab import __version__
from hub_admin_lab.handlers.base import HubAdminHandler
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.parts import HubParts
from hub_admin_lab.hub.scopes import (
    EDIT_RULES,
    LIST,
    MANAGE_GROUPS,
    MANAGE_USERS,
    SHUTDOWN,
    START,
    STOP,
)
from hub_admin_lab.models import Capabilities, HubInfo, HubService, Info

# Seconds that the panel waits for the Hub's version before it begins to show anything.
PATIENCE = 1.0


class InfoHandler(HubAdminHandler):
    """`info`: the one route that answers anybody who reaches this server."""

    def initialize(self, hub: HubConnection | None, parts: HubParts | None) -> None:
        """Take the parts; both are None where this server belongs to no Hub."""
        self.hub = hub
        self.parts = parts

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """200 with an `Info`."""
        self.expect_nothing()
        visitor = self.current_user.username
        if self.hub is None:
            self.reply(_nothing_known(visitor, owner=None, hub=None))
            return
        if self.parts is None:
            hub = HubInfo(version=None, prefix=self.hub.prefix, host=self.hub.host)
            self.reply(_nothing_known(visitor, owner=self.hub.owner, hub=hub))
            return
        # Everything else is known without the Hub.
        version, service = await asyncio.gather(
            self.parts.client.version_within(PATIENCE), _service(self.parts)
        )
        hub = HubInfo(version=version, prefix=self.hub.prefix, host=self.hub.host)
        actor = self.hub.actor(self.current_user.hub_user, self)
        # This is what a browser asks once the Hub has refused something.
        self.parts.watcher.see(actor)
        self.reply(_on_a_hub(self.hub, hub, actor, service))


async def _service(parts: HubParts) -> HubService | None:
    if parts.service is None:
        return None
    return HubService(version=await parts.service.version_within(PATIENCE))


def _nothing_known(visitor: str, *, owner: str | None, hub: HubInfo | None) -> Info:
    """Return what is true off a hub, and where the Hub's visitors cannot be told apart."""
    return Info(
        version=__version__,
        visitor=visitor,
        visitor_is_admin=False,
        owner=owner,
        server_name="",
        at_home=hub is None,
        hub=hub,
        setup="none",
        permissions_outdated=False,
        service=None,
        capabilities=Capabilities(
            list_users=False,
            start_servers=False,
            stop_servers=False,
            manage_users=False,
            add_users=False,
            manage_groups=False,
            create_groups=False,
            shutdown_hub=False,
            edit_rules=False,
            edit_this_server=hub is None,
        ),
    )


def _on_a_hub(
    connection: HubConnection, hub: HubInfo, actor: Actor, service: HubService | None
) -> Info:
    def may(any_of: tuple[str, ...]) -> bool:
        return actor.at_home and actor.scopes.anywhere(any_of)

    setup: Literal["ready", "needed", "none"] = "none"
    if may(LIST):
        setup = "ready"
    elif actor.at_home and actor.admin:
        setup = "needed"
    return Info(
        version=__version__,
        visitor=actor.name,
        visitor_is_admin=actor.admin,
        owner=connection.owner,
        server_name=connection.server_name,
        at_home=actor.at_home,
        hub=hub,
        setup=setup,
        permissions_outdated=connection.permissions_outdated(actor),
        service=service,
        capabilities=Capabilities(
            list_users=may(LIST),
            start_servers=may(START),
            stop_servers=may(STOP),
            manage_users=may(MANAGE_USERS),
            # A filter holds for those who are there, and nobody new is among them.
            add_users=actor.at_home and actor.scopes.everywhere(MANAGE_USERS),
            manage_groups=may(MANAGE_GROUPS),
            create_groups=actor.at_home and actor.scopes.everywhere(MANAGE_GROUPS),
            shutdown_hub=may(SHUTDOWN),
            edit_rules=service is not None and ((actor.at_home and actor.admin) or may(EDIT_RULES)),
            edit_this_server=actor.at_home or actor.admin,
        ),
    )
