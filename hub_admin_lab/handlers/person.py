"""Who is looking at this server: its owner, an admin, or somebody it is shared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub_admin_lab.errors import Forbidden
from hub_admin_lab.hub.connection import HubConnection, name_of


@dataclass(frozen=True)
class Person:
    """A visitor of this server.

    Attributes
    ----------
    owner
        It is this person's own server. Off a hub it is everybody's who can log in.
    admin
        The Hub calls this person admin.
    """

    name: str
    owner: bool
    admin: bool

    def may_change_settings(self) -> None:
        """Raise unless this person may change the server's settings.

        Raises
        ------
        Forbidden
            The server is somebody else's, shared with this person at most.
        """
        if not (self.owner or self.admin):
            raise Forbidden("Only the owner of this server, or an admin of the hub, can do this.")


def person(current_user: Any, hub: HubConnection | None) -> Person:
    """Return who ``current_user`` of a request is."""
    hub_user: dict[str, Any] | None = getattr(current_user, "hub_user", None)
    if hub_user is None:
        # Somebody whom the Hub does not vouch for owns nothing on a hub.
        return Person(current_user.username, owner=hub is None, admin=False)
    return Person(
        name=name_of(hub_user),
        owner=hub is not None and hub.owned_by(hub_user),
        admin=hub_user.get("admin") is True,
    )
