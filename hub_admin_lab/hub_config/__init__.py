"""The one call that an operator adds to ``jupyterhub_config.py``.

.. code-block:: python

    from hub_admin_lab.hub_config import configure

    configure(c)

Needs nothing but JupyterHub: a hub image has neither JupyterLab nor jupyter_server.
"""

from __future__ import annotations

import jupyterhub
from jupyterhub import scopes as hub_scopes
from traitlets.config import Config
from traitlets.log import get_logger

from hub_admin_lab import __version__
from hub_admin_lab.hub_config.address import ServiceUrl, listen_at
from hub_admin_lab.hub_config.browsers import add_opener_policy, has_subdomains
from hub_admin_lab.hub_config.culler import add_culler
from hub_admin_lab.hub_config.environment import Ours, add_environment
from hub_admin_lab.hub_config.parameters import (
    database_address,
    days,
    http_address,
    seconds,
    switch,
)
from hub_admin_lab.hub_config.scopes import cap_scopes, panel_scopes, scopes_variable
from hub_admin_lab.hub_config.sections import Sections, outer_configs
from hub_admin_lab.hub_config.service import (
    RULES_SCOPE,
    URL_VARIABLE,
    add_service,
    default_rule,
    drop_service,
)

TOKEN_SECONDS = 86400
OLDEST_HUB = (5, 0)
# Twice the Hub's `last_activity_interval` of 300 s: what it knows of a server may be that old.
SHORTEST_SAFE_TIMEOUT = 600


def configure(
    c: Config,
    *,
    idle_timeout: int = 3600,
    cull_every: int = 300,
    max_age: int = 0,
    kernel_idle_timeout: int = 3600,
    kernel_cull_interval: int = 300,
    kernel_cull_connected: bool = True,
    protect_running_work: bool = True,
    busy_max: int = 86400,
    manage_users: bool = False,
    service: bool = False,
    service_url: str | None = None,
    service_address: str | None = None,
    db_url: str | None = None,
    log_days: int = 365,
) -> None:
    """Set up a JupyterHub for Hub Admin Lab.

    Call it at the end of ``jupyterhub_config.py``: it keeps what is set before it, and a plain
    assignment after it to the same setting takes its part away. Calling it again changes what
    the first call did.

    Parameters
    ----------
    c
        The config object of ``jupyterhub_config.py``.
    idle_timeout
        Seconds without activity after which a server is stopped: with ``service``, by it, where
        no rule says otherwise; else by jupyterhub-idle-culler, which is added as a service unless
        one runs already. 0: never, or no culler is added.
    cull_every
        Seconds between two looks for idle servers.
    max_age
        Seconds after which a server is stopped even while it is in use. 0: never.
    kernel_idle_timeout
        Seconds without activity after which a kernel is stopped. 0: never. This and the
        next four are what servers start with; a server's own config, and what its owner saves,
        win.
    kernel_cull_interval
        Seconds between two looks for idle kernels.
    kernel_cull_connected
        Whether idle kernels with a notebook open in a browser are stopped too. Without it almost
        none is while somebody has JupyterLab open.
    protect_running_work
        Whether a busy kernel keeps its server alive.
    busy_max
        Seconds after which a kernel that never stops being busy no longer does. 0: no limit.
    manage_users
        Whether the panel may also create, change and delete users and groups and shut the Hub
        down. This makes the page, and every kernel of an admin's own server, a superuser.
    service
        Whether the hub service runs: it keeps the idle rules and stops servers by them, so that
        any other culler is taken out. Idle times and ages given here are what holds where nobody
        has set a rule.
    service_url
        The service's address for servers, such as ``https://hub.example.org/services/hub-admin-lab``.
        None: where the Hub is on the servers' own machine, directly; else through the Hub's proxy.
    service_address
        Where it listens, which the Hub's proxy must reach: an address and a port. None:
        ``http://127.0.0.1:10101``; in Zero to JupyterHub, that port of the Hub's pod.
    db_url
        SQLAlchemy's address of its database. None: a file beside the Hub's own, or, where the Hub
        uses PostgreSQL or MySQL, that same database, by the same ``JupyterHub.db_kwargs``.
    log_days
        Days after which an entry of its log is deleted. 0: never.

    Raises
    ------
    TypeError, ValueError
        A parameter is not what it should be. The Hub then stops at its start with that sentence.
    RuntimeError
        This JupyterHub is too old.
    """
    if not isinstance(c, Config):
        raise TypeError(
            "configure() takes the config object of jupyterhub_config.py first: configure(c)."
        )
    idle_timeout = seconds("idle_timeout", idle_timeout, zero="no culler")
    cull_every = seconds("cull_every", cull_every)
    max_age = seconds("max_age", max_age, zero="never")
    kernel_idle_timeout = seconds("kernel_idle_timeout", kernel_idle_timeout, zero="never")
    kernel_cull_interval = seconds("kernel_cull_interval", kernel_cull_interval)
    kernel_cull_connected = switch("kernel_cull_connected", kernel_cull_connected)
    protect_running_work = switch("protect_running_work", protect_running_work)
    busy_max = seconds("busy_max", busy_max, zero="no limit")
    manage_users = switch("manage_users", manage_users)
    service = switch("service", service)
    example = "https://hub.example.org/services/hub-admin-lab"
    service_url = http_address("service_url", service_url, example)
    example = "http://127.0.0.1:10101"
    listens = http_address("service_address", service_address, example, port_only=True)
    db_url = database_address("db_url", db_url)
    log_days = days("log_days", log_days, zero="never")
    if max_age and not idle_timeout and not service:
        raise ValueError(
            "configure(max_age=…) needs the idle culler, which idle_timeout=0 leaves out: "
            "set an idle_timeout, or leave max_age at 0."
        )
    _check_hub()

    log = get_logger()
    config = Sections(c, outer_configs(log))
    drop_service(config)
    panel = panel_scopes(manage_users) | ({RULES_SCOPE} if service else frozenset())
    if service:
        listens = listens or listen_at()
        add_culler(config, idle_timeout=0, cull_every=cull_every, max_age=0, log=log)
        add_service(
            config,
            defaults=default_rule(
                idle_timeout=idle_timeout,
                max_age=max_age,
                kernel_idle_timeout=kernel_idle_timeout,
                kernel_cull_interval=kernel_cull_interval,
                kernel_cull_connected=kernel_cull_connected,
            ),
            cull_every=cull_every,
            busy_max=busy_max,
            listens=listens,
            db_url=db_url,
            log_days=log_days,
            log=log,
        )
        add_environment(config, {URL_VARIABLE: ServiceUrl(service_url, listens)})
    else:
        add_culler(
            config, idle_timeout=idle_timeout, cull_every=cull_every, max_age=max_age, log=log
        )
    cap_scopes(config, panel)
    add_environment(
        config,
        {
            "HUB_ADMIN_LAB_CONFIGURED": Ours(__version__),
            "HUB_ADMIN_LAB_KERNEL_IDLE_TIMEOUT": Ours(kernel_idle_timeout),
            "HUB_ADMIN_LAB_KERNEL_CULL_INTERVAL": Ours(kernel_cull_interval),
            "HUB_ADMIN_LAB_KERNEL_CULL_CONNECTED": Ours(int(kernel_cull_connected)),
            "HUB_ADMIN_LAB_PROTECT_RUNNING_WORK": Ours(int(protect_running_work)),
            "HUB_ADMIN_LAB_BUSY_MAX": Ours(busy_max),
            "HUB_ADMIN_LAB_SCOPES": scopes_variable(panel),
        },
    )
    add_opener_policy(config)
    if not config.has("JupyterHub", "oauth_token_expires_in"):
        # The cap is taken when a server starts: a day bounds how long a demoted admin's running
        # server can still act with tokens issued before.
        config.put("JupyterHub", "oauth_token_expires_in", TOKEN_SECONDS)
    if 0 < idle_timeout < SHORTEST_SAFE_TIMEOUT:
        log.warning(
            "Hub Admin Lab: idle_timeout=%i is shorter than %i s, twice the interval at which the "
            "Hub learns what servers do: servers in use may be stopped.",
            idle_timeout,
            SHORTEST_SAFE_TIMEOUT,
        )
    if manage_users:
        log.warning(
            "Hub Admin Lab: manage_users=True makes the page, and every kernel of an admin's own "
            "server, a superuser of this hub."
        )
    if not has_subdomains(config):
        log.warning(
            "Hub Admin Lab: without JupyterHub.subdomain_host all servers share one address in "
            "the browser: code in a server that an admin opens can act as that admin. Set "
            "JupyterHub.subdomain_host, or open others' servers in a private window."
        )


def _check_hub() -> None:
    if tuple(jupyterhub.version_info[:2]) < OLDEST_HUB:
        raise RuntimeError(
            f"Hub Admin Lab needs JupyterHub {OLDEST_HUB[0]} or newer; "
            f"this is {jupyterhub.__version__}."
        )
    if not hasattr(hub_scopes, "_intersect_expanded_scopes"):
        raise RuntimeError(
            f"This version of Hub Admin Lab does not know JupyterHub {jupyterhub.__version__}: "
            "a newer one may."
        )
