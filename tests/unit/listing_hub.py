"""A client of a Hub with many users, which lists them as the real one does."""

from __future__ import annotations

import re

from hub_admin_lab.hub.models import HubServer, HubUser, HubUserPage


class ListingHub:
    """Lists `users`, each a `HubUser`, in the order of their ids."""

    def __init__(self, users, most=200):
        self.users = users
        self.most = most
        self.asked = []
        self.each = lambda: None

    async def list_users(self, token, *, offset=0, limit=50, state=None, name_filter="", sort="id"):
        self.asked.append({"offset": offset, "limit": limit, "state": state, "name": name_filter})
        self.each()
        limit = min(limit, self.most)
        pattern = _like(name_filter)
        listed = [
            user
            for user in self.users
            if pattern.search(user.name)
            and state in (None, "active" if active(user) else "inactive")
        ]
        key = sort.removeprefix("-")
        if key != "id":
            listed.sort(key=lambda user: getattr(user, key), reverse=sort.startswith("-"))
        elif sort == "-id":
            listed.reverse()
        more = offset + limit < len(listed)
        return HubUserPage(
            items=listed[offset : offset + limit],
            _pagination={
                "total": len(listed),
                "next": {"offset": offset + limit} if more else None,
            },
        )


def active(user):
    return any(server.stopped is False for server in user.servers.values())


def _like(name_filter):
    """Return SQLite's `ILIKE %x%`: with wildcards, and letters outside ASCII as they are."""
    parts = {"_": ".", "%": ".*"}
    pattern = "".join(
        parts.get(c)
        or (f"[{c.lower()}{c.upper()}]" if c.isascii() and c.isalpha() else re.escape(c))
        for c in name_filter
    )
    return re.compile(pattern, re.DOTALL)


def listed_user(name, *, admin=False, groups=(), **servers):
    """Return a user; each server is the time of its last activity, or None for a stopped one.

    The default server is called `default`.
    """
    models = {}
    for key, last_activity in servers.items():
        server = "" if key == "default" else key
        runs = last_activity is not None
        models[server] = HubServer(
            name=server, ready=runs, stopped=not runs, last_activity=last_activity, url="/"
        )
    return HubUser(name=name, admin=admin, groups=list(groups), servers=models)
