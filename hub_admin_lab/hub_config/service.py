"""The hub service ``hub_admin_lab.service`` as a service of the Hub, in the place of any culler."""

from __future__ import annotations

import json
import sys
from typing import Any

from hub_admin_lab.hub_config.address import NAME, ServiceUrl, in_zero_to_jupyterhub
from hub_admin_lab.hub_config.at_start import secrets
from hub_admin_lab.hub_config.culler import operators_cullers
from hub_admin_lab.hub_config.sections import Log, Sections, is_named

ROLE = NAME
RULES_SCOPE = "custom:hub-admin-lab:rules"
# It lists active servers, learns who is in which group, and stops servers. Those who ask it for
# something are known by their own tokens.
SCOPES = [
    "list:users",
    "read:users:groups",
    "read:users:activity",
    "read:servers",
    "delete:servers",
    "read:groups",
]
URL_VARIABLE = "HUB_ADMIN_LAB_SERVICE_URL"

_DESCRIPTION = {"description": "Edit the idle rules of Hub Admin Lab"}
_OF_THE_CHART = "jupyterhub-idle-culler"


def add_service(
    config: Sections,
    *,
    defaults: str,
    cull_every: int,
    busy_max: int,
    listens: str,
    db_url: str | None,
    log_days: int,
    log: Log,
) -> None:
    """Add the service, and take out whatever else stops idle servers.

    Parameters
    ----------
    defaults
        The rule that holds where no level sets a field, as JSON.
    cull_every, busy_max
        In seconds, as of ``configure()``.
    listens
        Where the service listens: an ``http`` address with a port.
    db_url
        Of its database; None: beside the Hub's own.
    log_days
        As of ``configure()``.

    Raises
    ------
    ValueError
        Zero to JupyterHub's culler is on.
    """
    _take_out_cullers(config, log)
    config.put_named(
        "JupyterHub",
        "services",
        {
            "name": NAME,
            "url": listens,
            "command": [sys.executable, "-m", "hub_admin_lab.service"],
            "display": False,  # it has no pages
            "environment": {
                "HUB_ADMIN_LAB_DEFAULTS": defaults,
                "HUB_ADMIN_LAB_CULL_EVERY": str(cull_every),
                "HUB_ADMIN_LAB_BUSY_MAX": str(busy_max),
                "HUB_ADMIN_LAB_LOG_DAYS": str(log_days),
                **secrets(db_url),
            },
        },
    )
    config.put_named(
        "JupyterHub", "load_roles", {"name": ROLE, "scopes": list(SCOPES), "services": [NAME]}
    )
    if RULES_SCOPE not in config.get("JupyterHub", "custom_scopes", {}):
        config.put_items("JupyterHub", "custom_scopes", {RULES_SCOPE: dict(_DESCRIPTION)})


def default_rule(
    *,
    idle_timeout: int,
    max_age: int,
    kernel_idle_timeout: int,
    kernel_cull_interval: int,
    kernel_cull_connected: bool,
) -> str:
    """Return the rule that holds where nobody has set one, as JSON; 0 is never."""
    return json.dumps(
        {
            "server": {"idle_timeout": idle_timeout or "never", "max_age": max_age or "never"},
            "kernels": {
                "idle_timeout": kernel_idle_timeout or "never",
                "interval": kernel_cull_interval,
                "cull_connected": kernel_cull_connected,
            },
        }
    )


def drop_service(config: Sections) -> None:
    """Take out what an earlier call added."""
    config.drop_named("JupyterHub", "services", NAME)
    config.drop_named("JupyterHub", "load_roles", ROLE)
    if config.get("JupyterHub", "custom_scopes", {}).get(RULES_SCOPE) == _DESCRIPTION:
        config.drop_items("JupyterHub", "custom_scopes", [RULES_SCOPE])
    for section in config.of_spawners("environment"):
        there = config.get(section, "environment", {}) or {}
        if isinstance(there.get(URL_VARIABLE), ServiceUrl):
            config.drop_items(section, "environment", [URL_VARIABLE])


def _take_out_cullers(config: Sections, log: Log) -> None:
    """Take out the services that stop idle servers, with their roles: two follow two rules.

    Raises
    ------
    ValueError
        Zero to JupyterHub's: its chart says what it runs, and should say the truth.
    """
    services = config.get("JupyterHub", "services", [])
    roles = config.get("JupyterHub", "load_roles", [])
    cullers = operators_cullers(services, roles)
    if not cullers:
        return
    if _OF_THE_CHART in cullers and in_zero_to_jupyterhub():
        raise ValueError(
            "configure(service=True) stops idle servers, and so does the culler of Zero to"
            " JupyterHub: set cull.enabled: false in the chart's values."
        )
    for name in cullers:
        log.warning(
            "Hub Admin Lab: the service %r is taken out with its role: the hub service stops idle "
            "servers now, by its own rules.",
            name,
        )
    config.put(
        "JupyterHub",
        "services",
        [each for each in services if not any(is_named(each, name) for name in cullers)],
    )
    left = [_without(role, cullers) for role in roles]
    config.put("JupyterHub", "load_roles", [role for role in left if role is not None])


def _without(role: Any, names: list[str]) -> Any:
    """Return a role without some services, None if nobody else had it."""
    if not isinstance(role, dict) or not set(role.get("services") or ()) & set(names):
        return role
    others = [name for name in role["services"] if name not in names]
    if not others and not any(role.get(kind) for kind in ("users", "groups", "tokens")):
        return None
    return {**role, "services": others}
