"""jupyterhub-idle-culler as a service of the Hub, unless the operator runs one already."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any

from hub_admin_lab.hub_config.sections import Log, Sections

SERVICE = "hub-admin-lab-idle-culler"
ROLE = "hub-admin-lab-idle-culler"
# What jupyterhub-idle-culler needs to list servers and stop them (its README).
SCOPES = ["list:users", "read:users:activity", "read:servers", "delete:servers"]


def add_culler(
    config: Sections, *, idle_timeout: int, cull_every: int, max_age: int, log: Log
) -> None:
    """Add the culler, in place of one that an earlier call added; times in seconds.

    One that the operator runs is kept and named in the log: two cullers follow two rules, and
    the stricter one wins without anybody having decided so.
    """
    config.drop_named("JupyterHub", "services", SERVICE)
    config.drop_named("JupyterHub", "load_roles", ROLE)
    if not idle_timeout:
        return
    theirs = operators_cullers(
        config.get("JupyterHub", "services", []), config.get("JupyterHub", "load_roles", [])
    )
    if theirs:
        log.info(
            "Hub Admin Lab: the service %r culls idle servers already: it is kept, and "
            "configure(idle_timeout, cull_every, max_age) are not used.",
            theirs[0],
        )
        return
    if find_spec("jupyterhub_idle_culler") is None:
        log.error(
            "Hub Admin Lab: idle servers are NOT stopped, because jupyterhub-idle-culler is not "
            "installed beside JupyterHub: install it, or say configure(c, idle_timeout=0)."
        )
        return
    config.put_named(
        "JupyterHub",
        "services",
        {
            "name": SERVICE,
            "command": [
                sys.executable,
                "-m",
                "jupyterhub_idle_culler",
                f"--timeout={idle_timeout}",
                f"--cull-every={cull_every}",
                f"--max-age={max_age}",
            ],
        },
    )
    config.put_named(
        "JupyterHub", "load_roles", {"name": ROLE, "scopes": list(SCOPES), "services": [SERVICE]}
    )


def operators_cullers(services: Any, roles: Any) -> list[str]:
    """Return the names of the services that cull idle servers and are not ours.

    Known by their name, their command, or the name of their role: Zero to JupyterHub calls the
    service ``jupyterhub-idle-culler``, The Littlest JupyterHub ``cull-idle``. One that runs
    elsewhere has no command, and one of a very old config no role.
    """
    names = []
    for service in services:
        name = str(service.get("name", "")) if isinstance(service, dict) else SERVICE
        if name == SERVICE:
            continue
        command = service.get("command") or []
        words = [name, *([command] if isinstance(command, str) else map(str, command))]
        if any(_sounds_like_a_culler(word) for word in words):
            names.append(name)
    for role in roles:
        if isinstance(role, dict) and _sounds_like_a_culler(str(role.get("name", ""))):
            names += [str(name) for name in role.get("services") or ()]
    return [name for name in dict.fromkeys(names) if name != SERVICE]


def _sounds_like_a_culler(word: str) -> bool:
    plain = word.lower().replace("-", "_")
    return "idle_cull" in plain or "cull_idle" in plain
