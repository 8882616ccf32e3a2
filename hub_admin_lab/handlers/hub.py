"""What all handlers that ask the Hub share: on a hub only, at home only, as the visitor only."""

from __future__ import annotations

from hub_admin_lab.errors import NotAtHome, NotOnAHub
from hub_admin_lab.handlers.base import HubAdminHandler
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.servers import HubServers


class HubHandler(HubAdminHandler):
    """Base of the handlers that ask the Hub."""

    def initialize(self, hub: HubConnection | None, servers: HubServers | None) -> None:
        """Take the parts; both are None where this server belongs to no Hub."""
        self._hub = hub
        self._servers = servers

    @property
    def servers(self) -> HubServers:
        """The Hub's users and servers.

        Raises
        ------
        NotOnAHub
            This server belongs to no Hub.
        """
        if self._servers is None:
            raise NotOnAHub(
                "This server does not belong to a JupyterHub, so there are no users to show."
            )
        return self._servers

    @property
    def actor(self) -> Actor:
        """Who asks, and with which token.

        Raises
        ------
        NotOnAHub
            This server belongs to no Hub.
        NotAtHome
            The visitor is not the owner: on somebody else's server the hub stays out of sight
            (rule 5 of the design).
        """
        if self._hub is None:
            raise NotOnAHub("This server does not belong to a JupyterHub.")
        actor = self._hub.actor(self.current_user.hub_user, self)
        if actor.name != self._hub.owner:
            raise NotAtHome(
                f"This is the server of {self._hub.owner}. Look after the hub from your own server."
            )
        return actor
