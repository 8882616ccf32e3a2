"""The demo's JupyterHub where it can be ended and started again. Only for restart.spec.ts."""

import os
from pathlib import Path

import hub_admin_lab.demo

c = get_config()  # noqa: F821
load_subconfig("jupyterhub_config.py", path=str(Path(hub_admin_lab.demo.__file__).parent))  # noqa: F821
# Servers that outlive the Hub look for it where it was.
c.JupyterHub.hub_port = int(os.environ["HUB_ADMIN_LAB_UI_HUB_PORT"])
