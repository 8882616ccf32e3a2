"""The configured settings: which of the operator's words counts.

``HubAdminLab`` before what is set explicitly for jupyter_server's own culling, before the
environment (which the Hub's ``configure()`` writes), before jupyter_server's defaults. So a
profile or a config file that sets jupyter_server's traits keeps its effect, and a server that
belongs to no Hub behaves as if Hub Admin Lab were not installed.
"""

from __future__ import annotations

from collections.abc import Mapping

from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.idle.settings import PROTECT, Value
from hub_admin_lab.server.config import BUSY_MAX, number
from hub_admin_lab.server.theirs import Theirs

_DAY = 86400
_INTERVAL = 300


def configured_values(
    own: Mapping[str, Value], theirs: Mapping[str, Theirs], environment: Mapping[str, Value]
) -> dict[str, Value]:
    """Return the value of each field; None is off."""
    values: dict[str, Value] = {}
    for name, their in theirs.items():
        if name in own:
            value = own[name]
        elif their.explicit or name not in environment:
            value = their.value
        else:
            value = environment[name]
        values[name] = meant(name, value)
    values[PROTECT] = own.get(PROTECT, environment.get(PROTECT, True))
    return values


def busy_max(own: Mapping[str, Value], environment: Mapping[str, Value]) -> int | None:
    """Return for how many seconds one cell may keep the server; None: for ever."""
    return meant(BUSY_MAX, own.get(BUSY_MAX, environment.get(BUSY_MAX, _DAY)))


def activity_interval(environ: Mapping[str, str]) -> int:
    """Return how many seconds pass between two reports of this server to the Hub."""
    return number(environ.get("JUPYTERHUB_ACTIVITY_INTERVAL", "")) or _INTERVAL


def server_name(environ: Mapping[str, str]) -> str:
    """Return what this server is called in records: `user`, `user/server`, or off a hub this."""
    user = environ.get("JUPYTERHUB_USER", "")
    server = environ.get("JUPYTERHUB_SERVER_NAME", "")
    return f"{user}/{server}" if server else user or "this server"


def meant(name: str, value: Value) -> Value:
    """Return what a number means.

    A timeout is off at 0 or less, as for jupyter_server, and where it is longer than any server
    lives; an interval is then the default, or the longest that there is.
    """
    if value is None or isinstance(value, bool):
        return value
    if name.endswith(".interval"):
        return min(value, FOREVER) if value > 0 else _INTERVAL
    return value if 0 < value <= FOREVER else None
