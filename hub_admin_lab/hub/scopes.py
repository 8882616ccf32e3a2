"""From the scopes that the Hub says a person holds to what the person may do.

The Hub answers ``whoami`` with every scope expanded, so that a name is either there or not; what
is left to understand is the filter behind ``!``. Only for showing what will work: the Hub itself
decides each call.
https://jupyterhub.readthedocs.io/en/stable/rbac/scopes.html#filters
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

# The same permission before and since JupyterHub 6.
START = ("start:servers", "servers")
STOP = ("delete:servers", "servers")
LIST = ("list:users",)
SEE = ("read:servers",)
# All of these, for everybody: what the hub service looks at for all who watch.
WATCH = ("list:users", "read:users:groups", "read:users:activity", "read:servers")
ACCESS = ("access:servers",)
# Of the hub service: once it runs, `configure(c, service=True)` defines this scope.
EDIT_RULES = ("custom:hub-admin-lab:rules",)
# Those below only with `configure(c, manage_users=True)`.
MANAGE_USERS = ("admin:users",)
DELETE_USERS = ("delete:users",)
MANAGE_GROUPS = ("admin:groups",)
LIST_GROUPS = ("list:groups",)
READ_GROUPS = ("read:groups",)
EDIT_GROUPS = ("groups",)
DELETE_GROUPS = ("delete:groups",)
SHUTDOWN = ("shutdown",)


class Scopes:
    """A set of expanded scopes, such as ``list:users!group=class-a``."""

    def __init__(self, scopes: Iterable[str] = ()) -> None:
        self.names = frozenset(scopes)
        self._filters: dict[str, set[tuple[str, str]]] = {}
        for scope in self.names:
            name, _, filter_ = scope.partition("!")
            kind, _, value = filter_.partition("=")
            self._filters.setdefault(name, set()).add((kind, value))

    def anywhere(self, any_of: Iterable[str]) -> bool:
        """Return whether one of the permissions is held, for whomever."""
        return any(name in self._filters for name in any_of)

    def everywhere(self, any_of: Iterable[str]) -> bool:
        """Return whether one of the permissions is held without a filter."""
        return any(("", "") in self._filters.get(name, ()) for name in any_of)

    def all_everywhere(self, all_of: Iterable[str]) -> bool:
        """Return whether each of the permissions is held without a filter."""
        return all(self.everywhere([name]) for name in all_of)

    def allow(
        self, any_of: Iterable[str], *, user: str, server: str, groups: Collection[str]
    ) -> bool:
        """Return whether one of the permissions covers a server of a user in some groups."""
        for name in any_of:
            # Looked up, not gone through: who looks after many people may hold a filter for each.
            held = self._filters.get(name, ())
            if (
                ("", "") in held
                or ("user", user) in held
                or ("server", f"{user}/{server}") in held
                or any(("group", group) in held for group in groups)
            ):
                return True
        return False
