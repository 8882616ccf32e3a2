"""Server configuration for the Galata tests: JupyterLab without a hub. Never for real use."""

import os
from pathlib import Path
from tempfile import mkdtemp

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # noqa: F821
configure_jupyter_server(c)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["HUB_ADMIN_LAB_UI_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.allow_root = os.geteuid() == 0
# What this-server.spec.ts begins with, and where it saves: not among a person's own settings.
c.MappingKernelManager.cull_idle_timeout = 3600
c.MappingKernelManager.cull_interval = 300
c.HubAdminLab.kernel_idle_timeout_min = 2
c.HubAdminLab.settings_file = str(Path(mkdtemp(prefix="galata-hub-admin-lab-")) / "settings.json")
