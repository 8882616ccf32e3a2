"""The benchmarks' JupyterHub; ``benchmarks.hub.run`` gives it its parameters."""

from __future__ import annotations

import json
import os
import sys

from benchmarks.hub.gate import GO
from benchmarks.hub.probe import ProbeHandler
from benchmarks.hub.seen import SeenHandler, note
from benchmarks.hub.spawner import ADMIN, BenchSpawner
from benchmarks.hub.wake import WakeHandler
from hub_admin_lab.hub_config import configure
from hub_admin_lab.hub_config.service import SCOPES

P = json.loads(os.environ["HUB_ADMIN_LAB_BENCH"])
c = get_config()  # type: ignore[name-defined]  # noqa: F821

c.JupyterHub.bind_url = P["url"]
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.hub_port = P["hub_port"]
c.JupyterHub.db_url = f"sqlite:///{P['state']}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{P['state']}/cookie_secret"
c.JupyterHub.log_level = "WARN"
c.JupyterHub.cleanup_servers = False
c.JupyterHub.last_activity_interval = P["activity_interval"]
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.allow_named_servers = True
c.JupyterHub.extra_handlers = [
    (r"/bench/probe", ProbeHandler),
    (r"/bench/seen", SeenHandler),
    (r"/bench/wake", WakeHandler),
]
c.JupyterHub.tornado_settings = {"log_function": note}
c.ConfigurableHTTPProxy.command = [P["proxy"], "--log-level", "error"]
c.ConfigurableHTTPProxy.api_url = P["proxy_api_url"]
c.ConfigurableHTTPProxy.pid_file = f"{P['state']}/proxy.pid"

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = P["password"]
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {ADMIN}

c.JupyterHub.spawner_class = BenchSpawner
c.BenchSpawner.homes = f"{P['state']}/homes"
c.BenchSpawner.stub_port = P["stub_port"]
c.BenchSpawner.start_delay = P["start_delay"]
c.BenchSpawner.stop_delay = P["stop_delay"]
c.Spawner.poll_interval = 3600
c.Spawner.environment = {"JUPYTERHUB_ACTIVITY_INTERVAL": str(P["activity_interval"])}
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = "/lab"
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []

c.JupyterHub.services = [
    {"name": "bench", "api_token": P["token"]},
    {"name": "reports", "api_token": P["service_token"]},
]
c.JupyterHub.load_roles = [
    {
        "name": "bench",
        "services": ["bench"],
        "scopes": ["admin:users", "admin:servers", "read:hub", "tokens"],
    },
    {
        # What the hub service has, but that it stops nothing: it is no culler.
        "name": "reports",
        "services": ["reports"],
        "scopes": [scope for scope in SCOPES if scope != "delete:servers"],
    },
]

configure(c, service_address=P["service_url"], **P["configure"])
for service in c.JupyterHub.services:
    if "command" in service:
        gate = [sys.executable, "-m", "benchmarks.hub.gate", f"{P['state']}/{GO}"]
        service["command"] = [*gate, *service["command"]]
