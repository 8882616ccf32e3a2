"""Server configuration for the Galata tests: JupyterLab without a hub. Never for real use."""

import os

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # noqa: F821
configure_jupyter_server(c)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["HUB_ADMIN_LAB_UI_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.allow_root = os.geteuid() == 0
