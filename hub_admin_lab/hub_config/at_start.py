"""Values of the service's environment that are known, or told, only when the Hub starts it.

The Hub writes the environment of each service into its database, as JSON. A secret must not be
there; what it calls to get a value is not: it takes a callable from the environment of a service
as it does from that of a server (tried on 5.5.4 and 6.1.1).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy.engine import make_url
from traitlets.config import Application

_LABEL = b"hub-admin-lab: tokens of servers, 1"
_DATABASE = "hub-admin-lab.sqlite"
# What a database's own client reads, passwords among it; services do not inherit it from the Hub.
_DATABASE_VARIABLES = ("PG", "MYSQL_")


class AtStart(str):
    """A text that the Hub stores, and a function that it calls for the value: see above.

    A callable alone would do, if the Hub did not write the value as JSON, called or not.
    """

    __slots__ = ("_value",)
    _value: Callable[[], str]

    def __new__(cls, value: Callable[[], str]) -> AtStart:
        """Return a text that says no more than where the value comes from."""
        text = super().__new__(cls, "(set when the service starts)")
        text._value = value
        return text

    def __call__(self, spawner: Any) -> str:
        """Return the value: the Hub starts the service now."""
        return self._value()

    def __deepcopy__(self, memo: dict[int, Any]) -> AtStart:
        # traitlets copies what a config holds.
        return self


def secrets(db_url: str | None, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return what the service needs to know, and nobody else may, or is known only then."""
    return {
        **{
            name: AtStart(partial(environ.__getitem__, name))
            for name in environ
            if name.startswith(_DATABASE_VARIABLES)
        },
        "HUB_ADMIN_LAB_DB_URL": AtStart(lambda: db_url or beside(hub().db_url)),
        "HUB_ADMIN_LAB_DB_CONNECT_ARGS": AtStart(
            lambda: "{}" if db_url else connect_args(hub().db_url, hub().db_kwargs)
        ),
        "HUB_ADMIN_LAB_AGENT_KEY": AtStart(lambda: agent_key(hub().cookie_secret)),
        "HUB_ADMIN_LAB_LOG_LEVEL": AtStart(lambda: log_level(hub().log_level)),
        "HUB_ADMIN_LAB_HUB_PID": AtStart(lambda: str(os.getpid())),
        "HUB_ADMIN_LAB_METRICS_OPEN": AtStart(lambda: str(int(not hub().authenticate_prometheus))),
    }


def hub() -> Any:
    """Return the JupyterHub that reads this config, and runs by now."""
    return Application.instance()


def agent_key(cookie_secret: bytes) -> str:
    """Return the key for the tokens of servers: the same as long as the Hub's own secret is."""
    return hmac.new(cookie_secret, _LABEL, hashlib.sha256).hexdigest()


def beside(hub_url: str) -> str:
    """Return the service's database: beside the Hub's own, or the same where that is a server.

    A relative file is one of the folder in which the Hub runs. Where the Hub's own database is
    in memory the file is in that folder too.
    """
    url = make_url(hub_url if "://" in hub_url else f"sqlite:///{hub_url}")
    if url.get_backend_name() != "sqlite":
        return hub_url
    in_memory = not url.database or url.database.startswith((":memory:", "file:"))
    folder = "" if in_memory else os.path.dirname(url.database or "")
    return f"sqlite:///{os.path.join(os.path.abspath(folder), _DATABASE)}"


def connect_args(hub_url: str, db_kwargs: Mapping[str, Any]) -> str:
    """Return how the Hub itself connects to the database that is the service's too, as JSON.

    Other arguments of ``JupyterHub.db_kwargs`` are for the Hub's own use of it.

    Raises
    ------
    ValueError
        It cannot be told to another program. Without it the service could reach another database,
        or the same one without the encryption that was asked for.
    """
    if beside(hub_url) != hub_url:
        return "{}"
    try:
        if "creator" in db_kwargs:
            raise TypeError
        return json.dumps(dict(db_kwargs.get("connect_args") or {}))
    except (TypeError, ValueError):
        raise ValueError(
            "JupyterHub.db_kwargs holds what the hub service cannot be given. Write it into the"
            " address of a database for the service: configure(db_url=…)."
        ) from None


def log_level(level: int | str) -> str:
    """Return the Hub's log level as one that the service knows."""
    number = level if isinstance(level, int) else logging.getLevelName(str(level).upper())
    if not isinstance(number, int):
        return "INFO"
    return logging.getLevelName(max(10, min(40, number // 10 * 10)))
