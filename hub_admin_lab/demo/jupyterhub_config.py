"""The demo's JupyterHub. Loaded by ``python -m hub_admin_lab.demo``, which sets its environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hub_admin_lab.demo.people import ADMIN, ASSISTANT, CLASS_A, CLASS_B, EVERYBODY, PASSWORD
from hub_admin_lab.demo.settings import ADDRESS, DemoSettings, free_port, proxy_command
from hub_admin_lab.demo.spawner import DemoSpawner
from hub_admin_lab.hub_config import configure

settings = DemoSettings.from_environment()
c = get_config()  # type: ignore[name-defined]  # noqa: F821

# --- the hub: loopback only, everything it writes in the state folder ----------------------------

c.JupyterHub.bind_url = settings.url
c.JupyterHub.hub_ip = ADDRESS
c.JupyterHub.hub_port = free_port()
c.JupyterHub.db_url = f"sqlite:///{settings.state}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(settings.state / "cookie_secret")
c.JupyterHub.log_level = settings.log_level
c.ConfigurableHTTPProxy.command = proxy_command()
c.ConfigurableHTTPProxy.api_url = f"http://{ADDRESS}:{free_port()}"
c.ConfigurableHTTPProxy.pid_file = str(settings.state / "proxy.pid")
# A start is answered at once and followed by its progress, as Zero to JupyterHub does it.
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}

# --- the people ----------------------------------------------------------------------------------

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = PASSWORD
c.Authenticator.allowed_users = set(EVERYBODY)
c.Authenticator.admin_users = {ADMIN}
c.JupyterHub.load_groups = {"class-a": {"users": CLASS_A}, "class-b": {"users": CLASS_B}}
c.JupyterHub.load_roles = [
    {
        "name": "class-a-assistant",
        "description": "Looks after the servers of class-a, and their idle rules",
        "scopes": [
            "list:users!group=class-a",
            "read:users!group=class-a",
            "servers!group=class-a",
            "access:servers!group=class-a",
            "custom:hub-admin-lab:rules!group=class-a",
        ],
        "users": [ASSISTANT],
    },
    {
        "name": "demo-seed",
        "scopes": ["list:users", "read:servers", "servers", "access:servers"],
        "services": ["demo-seed"],
    },
]
# Whoever starts the demo has the token of this service, a new one at each start.
c.JupyterHub.services = [
    {"name": "demo-seed", "api_token": os.environ["HUB_ADMIN_LAB_DEMO_TOKEN"]},
]

# --- their servers -------------------------------------------------------------------------------

c.JupyterHub.spawner_class = DemoSpawner
c.JupyterHub.allow_named_servers = True
c.DemoSpawner.homes = str(settings.state / "homes")
c.DemoSpawner.slow_seconds = settings.slow_seconds
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.DemoSpawner.interrupt_timeout = 8
c.DemoSpawner.term_timeout = 4
c.DemoSpawner.kill_timeout = 4
c.Spawner.default_url = "/lab"
c.Spawner.environment = {
    # Without the question about Jupyter's news.
    "JUPYTER_CONFIG_PATH": str(Path(__file__).parent / "config"),
}
if os.geteuid() == 0:
    c.Spawner.args = ["--allow-root"]

configure(
    c,
    idle_timeout=settings.idle_timeout,
    cull_every=settings.cull_every,
    kernel_idle_timeout=settings.kernel_idle_timeout,
    kernel_cull_interval=settings.kernel_cull_interval,
    # To show all that the panel can do. It makes every kernel of the admin's server a superuser of
    # this hub, which is on loopback and holds nobody's data: see docs/permissions.md.
    manage_users=True,
    service=True,
    service_address=f"http://{ADDRESS}:{free_port()}",
)
