"""The paths of the Hub's API, each name in them quoted as one segment."""

from __future__ import annotations

from urllib.parse import quote

from hub_admin_lab.errors import HubNotFound

LONGEST_NAME = 255  # the Hub's own columns for names


def user_path(user: str) -> str:
    """Return the path of a user."""
    return f"/users/{_segment(user)}"


def server_path(user: str, server: str) -> str:
    """Return the path of a server; the default one is ``""``."""
    if server:
        return f"{user_path(user)}/servers/{_segment(server)}"
    return f"{user_path(user)}/server"


def group_path(group: str) -> str:
    """Return the path of a group."""
    return f"/groups/{_segment(group)}"


def fits(name: str) -> bool:
    """Return whether a name can be a segment of a path, and no step in it."""
    return name not in ("", ".", "..") and len(name) <= LONGEST_NAME


def _segment(name: str) -> str:
    """Return a name as one segment of a path.

    Raises
    ------
    HubNotFound
        The name is a step in a path: `users/alice/servers/..` would be the user, not a server.
    """
    if not fits(name):
        raise HubNotFound("The hub knows nothing by that name.")
    return quote(name, safe="")
