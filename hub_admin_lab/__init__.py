"""Hub Admin Lab: take care of everybody's servers on a JupyterHub, from inside JupyterLab."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("hub_admin_lab")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "hub-admin-lab"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    # Imported here: the Hub imports this package where jupyter_server is not installed.
    from hub_admin_lab.extension import HubAdminLab

    return [{"module": "hub_admin_lab", "app": HubAdminLab}]
