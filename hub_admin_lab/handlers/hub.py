"""What all handlers that ask the Hub share: on a hub only, at home only, as the visitor only."""

from __future__ import annotations

from hub_admin_lab.errors import Forbidden, NotAtHome, NotOnAHub
from hub_admin_lab.handlers.base import HubAdminHandler
from hub_admin_lab.hub.actions.server_actions import ServerActions
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.parts import HubParts
from hub_admin_lab.hub.scopes import LIST

_NOT_ON_A_HUB = "This server does not belong to a JupyterHub that can be asked."


class HubHandler(HubAdminHandler):
    """Base of the handlers that ask the Hub."""

    def initialize(self, hub: HubConnection | None, parts: HubParts | None) -> None:
        """Take the parts; they are None where this server belongs to no Hub."""
        self._hub = hub
        self._parts = parts

    @property
    def parts(self) -> HubParts:
        """What asks the Hub.

        Raises
        ------
        NotOnAHub
            This server belongs to no Hub.
        """
        if self._parts is None:
            raise NotOnAHub(_NOT_ON_A_HUB)
        return self._parts

    @property
    def servers(self) -> HubServers:
        """How the Hub's users and servers are."""
        return self.parts.servers

    @property
    def actions(self) -> ServerActions:
        """What can be done with them."""
        return self.parts.actions

    @property
    def at_home(self) -> Actor:
        """Who asks, and with which token.

        Raises
        ------
        NotOnAHub
            This server belongs to no Hub.
        NotAtHome
            The visitor is not the owner: on somebody else's server the hub stays out of sight
            (rule 5 of the design).
        """
        if self._hub is None or self._hub.hub_auth is None:
            raise NotOnAHub(_NOT_ON_A_HUB)
        actor = self._hub.actor(self.current_user.hub_user, self)
        if not actor.at_home:
            raise NotAtHome(
                f"This is the server of {self._hub.owner}. Look after the hub from your own server."
            )
        return actor

    @property
    def actor(self) -> Actor:
        """Who asks, and with which token; somebody who looks after other people's servers.

        Raises
        ------
        NotOnAHub, NotAtHome
            As of ``at_home``.
        Forbidden
            The visitor may list nobody.
        """
        actor = self.at_home
        if not actor.scopes.anywhere(LIST):
            # The Hub would say no as well, here and there with a 404.
            raise Forbidden(
                "You may not look after other people's servers on this hub."
                if not actor.admin
                else "This hub has not given Hub Admin its permissions: add configure(c) to"
                " jupyterhub_config.py, restart the hub, then restart your own server."
            )
        self.parts.watcher.see(actor)
        return actor
