"""The demo's JupyterHub where it can be ended and started again. Only for ``ownHub.ts``."""

import os
from pathlib import Path

import hub_admin_lab.demo

c = get_config()  # noqa: F821
load_subconfig("jupyterhub_config.py", path=str(Path(hub_admin_lab.demo.__file__).parent))  # noqa: F821
# Servers that outlive the Hub look for it where it was.
c.JupyterHub.hub_port = int(os.environ["HUB_ADMIN_LAB_UI_HUB_PORT"])
# What the assistant may not do any more since the Hub was ended.
if "HUB_ADMIN_LAB_UI_REVOKED" in os.environ:
    for role in c.JupyterHub.load_roles:
        if role["name"] == "class-a-assistant":
            role["scopes"].remove(os.environ["HUB_ADMIN_LAB_UI_REVOKED"])
