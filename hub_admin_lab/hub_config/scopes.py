"""What a single-user server may do on behalf of those who visit it: never more than its owner.

Runs inside the Hub, at each spawn. Rules 2 and 3 of the design.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from inspect import isawaitable
from typing import Any

from jupyterhub import scopes as hub_scopes

from hub_admin_lab.hub_config.sections import Sections

Operator = Iterable[str] | Callable[[Any], Iterable[str] | Awaitable[Iterable[str]]]
"""What an operator may have set as ``oauth_client_allowed_scopes``."""

LOOK = frozenset(
    {
        "list:users",
        "read:users:name",
        "read:users:groups",
        "read:users:activity",
        "read:roles:users",
        "read:servers",
    }
)
MANAGE = frozenset(
    {
        "admin:users",
        "delete:users",
        "groups",
        "admin:groups",
        "read:groups",
        "list:groups",
        "delete:groups",
        "shutdown",
    }
)
"""Whoever holds these can become anybody: only with ``configure(c, manage_users=True)``."""

_SCOPES = "oauth_client_allowed_scopes"
# Linux starts no process with a variable of 128 KiB, and limits all of them together too.
_MOST_BYTES = 32 * 1024


def panel_scopes(manage_users: bool = False) -> frozenset[str]:
    """Return the names, without filters, of the scopes that the panel uses on this Hub.

    Starting is ``start:servers`` since JupyterHub 6; before, only ``servers`` holds it.
    """
    start = "start:servers" if "start:servers" in hub_scopes.scope_definitions else "servers"
    return LOOK | {start, "delete:servers"} | (MANAGE if manage_users else frozenset())


def granted(panel: Iterable[str], held: Iterable[str]) -> set[str]:
    """Return those of the owner's expanded scopes that the panel uses, filters as they are.

    Nothing at all for an owner who may list nobody: a plain user's server gets no power over its
    visitors' account from us, not even over the user's own server.
    """
    names = frozenset(panel)
    held = list(held)
    if not any(_name(scope) == "list:users" for scope in held):
        return set()
    return {scope for scope in held if _name(scope) in names}


def capped(wanted: Iterable[str], held: Iterable[str], spawner: Any) -> set[str]:
    """Return what an operator's own list comes to for a server of this owner.

    ``self``, ``!user`` and ``!server`` are the *owner's* here. The Hub would resolve them for
    each visitor, whose own tokens would then lie open on the server.

    Raises
    ------
    ValueError
        A scope that this Hub does not know.
    """
    held = set(held)
    here = f"={spawner.user.name}/{spawner.name}"
    resolved = {scope + here if scope.endswith("!server") else scope for scope in wanted}
    if "inherit" in resolved:
        return held
    try:
        expanded = hub_scopes.expand_scopes(resolved, owner=spawner.user.orm_user)
    except KeyError as unknown:
        raise ValueError(
            f"Spawner.oauth_client_allowed_scopes holds {unknown}, a scope this Hub does not know."
        ) from None
    # The Hub's own intersection: it knows that a user is in a group, a server a user's. Private,
    # but the same on 5.5 and 6.1, and `configure()` checks for it at the Hub's start.
    return set(hub_scopes._intersect_expanded_scopes(expanded, held, db=spawner.db))


class OwnerCappedScopes(list):  # type: ignore[type-arg]
    """A value for ``Spawner.oauth_client_allowed_scopes`` that looks at the server's owner.

    A callable would do, if the Hub did not also write the value, called or not, as JSON into the
    environment of every server: a function ends every spawn (tried on 5.5.4 and 6.1.1). So this
    is a list that is always empty, written as ``[]``, and true, because the Hub asks for the
    truth of the value before it calls it.

    Parameters
    ----------
    panel
        Names of the scopes that the panel uses.
    operator
        What the operator had set: a list, or a callable, which may be async.
    """

    def __init__(self, panel: Iterable[str], operator: Operator = ()) -> None:
        super().__init__()
        self.panel = frozenset(panel)
        self.operator = operator
        self.added: list[str] = []

    async def __call__(self, spawner: Any) -> list[str]:
        """Return the scopes that OAuth tokens issued to this server may have at most."""
        wanted = self.operator(spawner) if callable(self.operator) else self.operator
        if isawaitable(wanted):
            wanted = await wanted
        held = hub_scopes.get_scopes_for(spawner.user.orm_user)
        return sorted(
            granted(self.panel, held) | capped([*(wanted or ()), *self.added], held, spawner)
        )

    def __bool__(self) -> bool:
        return True

    def __deepcopy__(self, memo: dict[int, Any]) -> OwnerCappedScopes:
        # traitlets copies the value for each spawner; an operator's callable may not allow it.
        return self

    # A config file may go on after configure() with `c.Spawner.oauth_client_allowed_scopes += …`
    # or `.append(…)`: those are the operator's, and never in the list itself.

    def append(self, scope: str) -> None:
        """Add an operator's scope, to be capped like the others."""
        self.added.append(scope)

    def extend(self, scopes: Iterable[str]) -> None:
        """Add an operator's scopes, to be capped like the others."""
        self.added.extend(scopes)

    def __iadd__(self, scopes: Iterable[str]) -> OwnerCappedScopes:  # type: ignore[misc, override]
        self.extend(scopes)
        return self


def scopes_variable(panel: Iterable[str]) -> Callable[[Any], str]:
    """Return a callable for ``Spawner.environment`` that tells a server its own limits.

    Its value is JSON: ``granted``, what the panel was given on this server, and ``access``, which
    servers the owner may open. At most 32 KiB: what does not fit any more is left out of
    ``access``, and where ``granted`` alone is too long, both are empty. Information only: it
    gives no power, and the Hub decides anew at each request.
    """

    def variable(spawner: Any) -> str:
        held = hub_scopes.get_scopes_for(spawner.user.orm_user)
        access = sorted(scope for scope in held if _name(scope) == "access:servers")
        return _bounded(sorted(granted(panel, held)), access)

    return variable


def _bounded(granted: list[str], access: list[str]) -> str:
    # `dumps` writes ASCII only, so its characters are bytes.
    room = _MOST_BYTES - len(json.dumps({"granted": granted, "access": []}))
    if room < 0:
        return json.dumps({"granted": [], "access": []})
    fitting = []
    for scope in access:
        room -= len(json.dumps([scope]))  # the brackets stand for the comma and space after it
        if room < 0:
            break
        fitting.append(scope)
    return json.dumps({"granted": granted, "access": fitting})


def _name(scope: str) -> str:
    return scope.partition("!")[0]


def cap_scopes(config: Sections, panel: frozenset[str]) -> None:
    """Let servers ask for the panel's scopes, and cap what they may ask for anyway.

    Raises
    ------
    ValueError, TypeError
        What the operator set cannot be capped.
    """
    for section in config.of_spawners("oauth_roles"):
        if config.get(section, "oauth_roles", None):
            raise ValueError(
                f"{section}.oauth_roles cannot be limited to what the owner of a server may do: "
                f"list the scopes of those roles in {section}.{_SCOPES} instead."
            )
    for section in config.of_spawners(_SCOPES):
        inherited: Any = []
        if section != "Spawner" and config.is_lazy(section, _SCOPES):
            # It adds to what c.Spawner holds, which is ours by now.
            theirs = config.get("Spawner", _SCOPES, []).operator
            inherited = theirs if callable(theirs) else list(theirs)
        operator = config.get(section, _SCOPES, inherited)
        if isinstance(operator, OwnerCappedScopes):
            operator.panel = panel
            continue
        if not callable(operator) and not isinstance(operator, (list, tuple, set, frozenset)):
            raise TypeError(f"{section}.{_SCOPES} is neither a list of scopes nor a callable.")
        config.put(section, _SCOPES, OwnerCappedScopes(panel, operator))
