"""What the service is told by its environment: by the Hub and ``configure(c, service=True)``."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from hub_admin_lab.models.rules import Rule

PREFIX = "/services/hub-admin-lab/"
_DATABASE = "sqlite:///hub-admin-lab.sqlite"
_SHORTEST_KEY = 16  # bytes
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(ValueError):
    """The environment does not say what the service needs to know; the sentence says what."""


@dataclass(frozen=True)
class ServiceSettings:
    """All of it.

    Attributes
    ----------
    api_url, api_token
        The Hub's API and the service's own token: ``JUPYTERHUB_API_URL``, ``JUPYTERHUB_API_TOKEN``.
    host, port, socket
        Where to listen, from ``JUPYTERHUB_SERVICE_URL``: an address, or a Unix socket.
    tls
        Listen by TLS, with the certificates that the Hub gives where it has ``internal_ssl``.
    prefix
        The path of everything here, with a slash at both ends: ``JUPYTERHUB_SERVICE_PREFIX``.
    database
        SQLAlchemy's address: ``HUB_ADMIN_LAB_DB_URL``. May hold a password.
    connect_args
        What its driver is given besides: ``HUB_ADMIN_LAB_DB_CONNECT_ARGS``, as a JSON object. May
        hold a password.
    agent_key
        What the tokens of servers are signed with: ``HUB_ADMIN_LAB_AGENT_KEY``, as hexadecimal
        digits. One made up at each start if there is none: all servers then introduce themselves
        again after a restart.
    cull_every
        Seconds between two passes of the culler: ``HUB_ADMIN_LAB_CULL_EVERY``; None, with 0: there
        are none, and nothing is stopped.
    busy_max
        Seconds after which a kernel that never stops being busy no longer keeps its server:
        ``HUB_ADMIN_LAB_BUSY_MAX``; None, with 0: it always does.
    defaults
        What holds where no level sets a field, as the operator configured it:
        ``HUB_ADMIN_LAB_DEFAULTS``, a ``Rule`` as JSON.
    checkin
        The fewest seconds between two reports of a server: ``HUB_ADMIN_LAB_CHECKIN``.
    metrics_open
        The metrics are for everybody who asks: ``HUB_ADMIN_LAB_METRICS_OPEN``, as 1.
    log_days
        Days after which an entry of the log that has ended is deleted:
        ``HUB_ADMIN_LAB_LOG_DAYS``; None, with 0: never.
    log_level
        ``HUB_ADMIN_LAB_LOG_LEVEL``.
    """

    api_url: str
    api_token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    socket: str | None = None
    tls: bool = False
    prefix: str = PREFIX
    database: str = field(default=_DATABASE, repr=False)
    connect_args: Mapping[str, Any] = field(default_factory=dict, repr=False)
    agent_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    cull_every: float | None = 60.0
    busy_max: int | None = 86400
    defaults: Rule = field(default_factory=Rule)
    checkin: float = 5.0
    metrics_open: bool = False
    log_days: float | None = 365.0
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> ServiceSettings:
        """Read them.

        Raises
        ------
        SettingsError
            Something is missing or wrong; never says what a secret is.
        """
        env = {name: value for name, value in environ.items() if value}
        url = _needed(env, "JUPYTERHUB_SERVICE_URL")
        host, port, socket, tls = _address(url)
        cull_every = _number(env, "HUB_ADMIN_LAB_CULL_EVERY", 60.0, zero=True)
        busy_max = _number(env, "HUB_ADMIN_LAB_BUSY_MAX", 86400.0, zero=True)
        return cls(
            api_url=_needed(env, "JUPYTERHUB_API_URL").rstrip("/"),
            api_token=_needed(env, "JUPYTERHUB_API_TOKEN"),
            host=host,
            port=port,
            socket=socket,
            tls=tls,
            prefix=_prefix(env.get("JUPYTERHUB_SERVICE_PREFIX", PREFIX)),
            database=env.get("HUB_ADMIN_LAB_DB_URL", _DATABASE),
            connect_args=_connect_args(env),
            agent_key=_key(env),
            cull_every=cull_every or None,
            busy_max=int(busy_max) or None,
            defaults=_defaults(env),
            checkin=_number(env, "HUB_ADMIN_LAB_CHECKIN", 5.0),
            metrics_open=_switch(env, "HUB_ADMIN_LAB_METRICS_OPEN"),
            log_days=_number(env, "HUB_ADMIN_LAB_LOG_DAYS", 365.0, zero=True, unit="days") or None,
            log_level=_level(env),
        )


def _needed(env: Mapping[str, str], name: str) -> str:
    if name not in env:
        raise SettingsError(
            f"{name} is not set. This program is a service of a JupyterHub, which starts it: see"
            " configure(c, service=True)."
        )
    return env[name]


def _address(url: str) -> tuple[str, int, str | None, bool]:
    parts = urlsplit(url)
    if parts.scheme in ("http+unix", "unix+http"):
        return "", 0, unquote(parts.netloc), False
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in ("http", "https") or not parts.hostname or port is None:
        raise SettingsError(
            "JUPYTERHUB_SERVICE_URL says where to listen, such as http://127.0.0.1:10101."
        )
    return parts.hostname, port, None, parts.scheme == "https"


def _prefix(prefix: str) -> str:
    return "/" + prefix.strip("/") + "/" if prefix.strip("/") else "/"


def _key(env: Mapping[str, str]) -> bytes:
    text = env.get("HUB_ADMIN_LAB_AGENT_KEY")
    if text is None:
        return secrets.token_bytes(32)
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < _SHORTEST_KEY:
        raise SettingsError(
            f"HUB_ADMIN_LAB_AGENT_KEY takes {_SHORTEST_KEY * 2} hexadecimal digits or more,"
            " such as `openssl rand -hex 32` prints."
        )
    return key


def _connect_args(env: Mapping[str, str]) -> dict[str, Any]:
    try:
        found = json.loads(env.get("HUB_ADMIN_LAB_DB_CONNECT_ARGS", "{}"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise SettingsError("HUB_ADMIN_LAB_DB_CONNECT_ARGS takes a JSON object.")
    return found


def _number(
    env: Mapping[str, str],
    name: str,
    default: float,
    *,
    zero: bool = False,
    unit: Literal["seconds", "days"] = "seconds",
) -> float:
    text = env.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    lowest = 0 if zero else 1
    most = 10 * 365 * (86400 if unit == "seconds" else 1)
    if not (value >= lowest and value <= most) or 0 < value < 1:
        raise SettingsError(
            f"{name} takes a number of {unit}, 1 or more" + (", or 0." if zero else ".")
        )
    return value


def _switch(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "0")
    if text not in ("0", "1"):
        raise SettingsError(f"{name} takes 0 or 1.")
    return text == "1"


def _defaults(env: Mapping[str, str]) -> Rule:
    try:
        rule = Rule.model_validate_json(env.get("HUB_ADMIN_LAB_DEFAULTS", "{}"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise SettingsError(
            f"HUB_ADMIN_LAB_DEFAULTS takes a rule as JSON. {where}: {first['msg']}."
        ) from None
    if rule.ceilings is not None or rule.exempt is not None:
        raise SettingsError("HUB_ADMIN_LAB_DEFAULTS takes neither ceilings nor an exemption.")
    return rule


def _level(env: Mapping[str, str]) -> str:
    level = env.get("HUB_ADMIN_LAB_LOG_LEVEL", "INFO").upper()
    if level not in _LEVELS:
        raise SettingsError(f"HUB_ADMIN_LAB_LOG_LEVEL takes one of {', '.join(_LEVELS)}.")
    return level
