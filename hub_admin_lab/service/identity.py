"""Who the holder of a token of the Hub is to the service: a person, a service, or a server.

Everything here follows from the answer of the Hub's ``GET /user`` for that token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeGuard

from hub_admin_lab.errors import HubBadAnswer
from hub_admin_lab.hub.scopes import ACCESS, LIST, Scopes

ACTOR = "hub_admin_lab"
"""How the log names the service itself, as the record of a server does."""


@dataclass(frozen=True)
class Caller:
    """Who acts.

    Attributes
    ----------
    kind
        ``user``, or ``service`` for another service of the Hub.
    admin
        The Hub calls this person admin. True also of a token that this person left on somebody
        else's server: by itself it gives nothing.
    session
        The login of a browser that the token belongs to; None for a token that none got.
    """

    name: str
    kind: str
    admin: bool
    groups: frozenset[str]
    scopes: Scopes = field(repr=False)
    session: str | None = field(repr=False)

    @property
    def actor(self) -> str:
        """How the log names who acted: no person is called what the service is, or another one."""
        if self.kind != "user":
            return f"service {self.name}"
        ambiguous = self.name == ACTOR or self.name.startswith(("service ", "user "))
        return f"user {self.name}" if ambiguous else self.name

    @cached_property
    def at_home(self) -> bool:
        """The token opens a server of this person's own.

        Rule 2 of the design: no server receives more power than its owner has. Whoever visits
        somebody's server leaves a token there, which says ``admin`` for an admin, and whose it is.
        What tells it from one of the person's own server is what it opens. Who can open a server
        of this person's without being them can act as them anyway.
        """
        return self.kind == "user" and (
            self._opens_own_server
            or self.scopes.allow(ACCESS, user=self.name, server="", groups=self.groups)
        )

    @cached_property
    def acts_as_admin(self) -> bool:
        """The token acts for all that an admin may do.

        A login does, and a token with an admin's view of all users. Neither does one that an admin
        made for something small, one server of their own for example.
        """
        return (
            self.admin
            and self.at_home
            and (self.session is not None or self.scopes.everywhere(LIST))
        )

    @property
    def is_server(self) -> bool:
        """The token is one of a single-user server, or opens no more than one does."""
        return (
            self.kind == "user"
            and self.session is None
            and self._opens_own_server
            and (self._tells_activity or not self._opens_others)
        )

    @property
    def _tells_activity(self) -> bool:
        return f"users:activity!user={self.name}" in self.scopes.names

    @cached_property
    def _opens_own_server(self) -> bool:
        return any(scope.startswith(self._own) for scope in self.scopes.names)

    @cached_property
    def _opens_others(self) -> bool:
        return any(
            scope.partition("!")[0] in ACCESS and not scope.startswith(self._own)
            for scope in self.scopes.names
        )

    @property
    def _own(self) -> str:
        return f"{ACCESS[0]}!server={self.name}/"

    def is_this_server(self, user: str, server: str) -> bool:
        """Return whether the token is the one of this very server.

        The access scope alone proves nothing: the tokens of its visitors hold it too.
        """
        return (
            self.is_server
            and self._tells_activity
            and self.name == user
            and f"{ACCESS[0]}!server={user}/{server}" in self.scopes.names
        )


def caller_of(model: Mapping[str, Any]) -> Caller:
    """Return who the Hub says it is.

    Raises
    ------
    HubBadAnswer
        The answer is not one of a JupyterHub that we understand.
    """
    name, kind = model.get("name"), model.get("kind")
    scopes, groups = model.get("scopes"), model.get("groups", [])
    session = model.get("session_id", "")
    if (
        not isinstance(name, str)
        or not name
        or kind not in ("user", "service")
        or not _texts(scopes)
        or not _texts(groups)
        or not (session is None or isinstance(session, str))
    ):
        raise HubBadAnswer("The hub does not say who this is in a way that is understood here.")
    return Caller(
        name=name,
        kind=kind,
        admin=kind == "user" and model.get("admin") is True,
        groups=frozenset(groups),
        scopes=Scopes(scopes),
        session=session,
    )


def _texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
