"""What a caller may see and change: section 4 of the design, and nothing that a server gives away.

``admin``, and that it is somebody's own server, count only for a token that is from a server of
that person's own: see ``Caller.at_home`` and ``Caller.acts_as_admin``. Scopes count as the token
holds them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from hub_admin_lab.errors import Forbidden
from hub_admin_lab.hub.scopes import LIST, SEE, STOP, WATCH, Scopes
from hub_admin_lab.models.rules import Level
from hub_admin_lab.service.identity import Caller

RULES = ("custom:hub-admin-lab:rules",)
METRICS = ("read:metrics",)


@dataclass(frozen=True)
class Access:
    """What this caller may do."""

    caller: Caller

    @cached_property
    def edits_everything(self) -> bool:
        """Whether they may edit every rule, the hub's included, and read the whole log."""
        caller = self.caller
        return caller.acts_as_admin or caller.scopes.everywhere(RULES)

    @cached_property
    def groups(self) -> list[str]:
        """The groups whose rules the caller may edit, where it is not everything."""
        return _filtered(self.caller.scopes, "group", RULES)

    @property
    def users(self) -> list[str]:
        """The users whose rules the caller may edit each by name."""
        return _filtered(self.caller.scopes, "user", RULES)

    @property
    def edits_something(self) -> bool:
        """May edit some rule."""
        return self.edits_everything or self.caller.scopes.anywhere(RULES)

    def edits_group(self, group: str) -> bool:
        """May edit the rule of this group."""
        return self.edits_everything or group in self.groups

    def edits_user(self, user: str, groups: Collection[str]) -> bool:
        """May edit the rules of a user, who is in these groups, and of all their servers."""
        return self.edits_everything or any(
            value == user if kind == "user" else kind == "group" and value in groups
            for kind, value in _filters(self.caller.scopes, RULES)
        )

    def edits_server(self, user: str, server: str, groups: Collection[str]) -> bool:
        """May edit the rule of a server, whose owner is in these groups."""
        return self.edits_everything or self.caller.scopes.allow(
            RULES, user=user, server=server, groups=groups
        )

    def owns(self, user: str) -> bool:
        """Return whether it is the caller's own server, who is at home."""
        return self.caller.kind == "user" and self.caller.name == user and self.caller.at_home

    def sees(self, user: str, server: str, groups: Collection[str]) -> bool:
        """May see a server, whose owner is in these groups."""
        return self.manages(user, server, groups) or self.caller.scopes.allow(
            SEE, user=user, server=server, groups=groups
        )

    @cached_property
    def candidates(self) -> frozenset[str] | None:
        """The users of whom at most the caller may see servers; None: it may be anybody.

        So that not all servers of a hub are gone through for everybody who asks for their own.
        """
        caller = self.caller
        if self.edits_everything:
            return None
        found = {caller.name} if caller.at_home else set()
        for scope in caller.scopes.names:
            name, _, filter_ = scope.partition("!")
            kind, _, value = filter_.partition("=")
            if name not in (*SEE, *STOP, *RULES):
                continue
            if kind not in ("user", "server"):
                return None
            found.add(value.partition("/")[0] if kind == "server" else value)
        return frozenset(found)

    def manages(self, user: str, server: str, groups: Collection[str]) -> bool:
        """May shut kernels of a server down and keep it: its owner, and whoever may stop it."""
        return (
            self.owns(user)
            or self.edits_server(user, server, groups)
            or self.caller.scopes.allow(STOP, user=user, server=server, groups=groups)
        )

    @property
    def tells(self) -> bool:
        """May tell what they did in the panel: at home, and where there is a panel for them.

        Not by a token that they left on somebody's server: whoever has that server could tell
        anything in their name.
        """
        return self.caller.at_home and self.caller.scopes.anywhere(LIST)

    @property
    def lists_everybody(self) -> bool:
        """May list all users, and so tell what they did to whomever."""
        return self.caller.scopes.everywhere(LIST)

    @property
    def watches(self) -> bool:
        """May be told on whom something has changed: who could look at everybody themselves."""
        return self.caller.scopes.all_everywhere(WATCH)

    @property
    def listed_groups(self) -> list[str]:
        """The groups whose members the caller may list."""
        return _filtered(self.caller.scopes, "group", LIST)

    @property
    def listed_users(self) -> list[str]:
        """The users whom the caller may list each by name, and the caller."""
        return [self.caller.name, *_filtered(self.caller.scopes, "user", LIST)]

    @property
    def sees_metrics(self) -> bool:
        """May read the metrics, as at the Hub."""
        return self.caller.scopes.everywhere(METRICS)

    def needs_groups(self, level: Level) -> bool:
        """Whether the owner's groups matter for a rule of this level."""
        return level in ("user", "server") and not self.edits_everything and bool(self.groups)

    def check_rule(self, level: Level, name: str, groups: Collection[str]) -> None:
        """Refuse to change a rule that is not the caller's to change.

        Parameters
        ----------
        name
            Of the group, of the user, of the server as ``user/server``.
        groups
            Those of the user, at the levels ``user`` and ``server``.

        Raises
        ------
        Forbidden
            It is not.
        """
        if not self.edits_rule(level, name, groups):
            raise Forbidden(_REFUSALS[level])

    def edits_rule(self, level: Level, name: str, groups: Collection[str]) -> bool:
        """May edit the rule of this level and name."""
        if level == "hub":
            return self.edits_everything
        if level == "group":
            return self.edits_group(name)
        if level == "user":
            return self.edits_user(name, groups)
        user, _, server = name.partition("/")
        return self.edits_server(user, server, groups)


_REFUSALS = {
    "hub": "You may not edit the rules of the whole hub.",
    "group": "You may not edit the rules of this group.",
    "user": "You may not edit the rules of this user.",
    "server": "You may not edit the rules of this server.",
}


def _filters(scopes: Scopes, any_of: Collection[str]) -> Iterable[tuple[str, str]]:
    for scope in scopes.names:
        name, _, filter_ = scope.partition("!")
        if name in any_of and filter_:
            kind, _, value = filter_.partition("=")
            yield kind, value


def _filtered(scopes: Scopes, wanted: str, any_of: Collection[str]) -> list[str]:
    return sorted(value for kind, value in _filters(scopes, any_of) if kind == wanted)
