"""The whole API on one page, under ``{base_url}hub-admin-lab/api/``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub_admin_lab.handlers.idle import IdleHandler
from hub_admin_lab.handlers.info import InfoHandler
from hub_admin_lab.handlers.kernels import (
    KernelHandler,
    KernelInterruptHandler,
    KernelRestartHandler,
    KernelsHandler,
)
from hub_admin_lab.handlers.progress import ProgressHandler
from hub_admin_lab.handlers.servers import RestartHandler, ServerHandler
from hub_admin_lab.handlers.unknown import UnknownHandler
from hub_admin_lab.handlers.users import UsersHandler

if TYPE_CHECKING:
    from hub_admin_lab.extension import HubAdminLab

ROOT = r"/hub-admin-lab/api"
# The default server has no name, and an empty path segment would be lost on the way.
_SERVER = r"/users/(?P<user>[^/]+)/(?:server|servers/(?P<server>[^/]+))"
_KERNEL = r"/kernels/(?P<kernel_id>[\w-]+)"


def routes(app: HubAdminLab) -> list[tuple[str, type, dict[str, Any]]]:
    """Return (pattern, handler, what the handler is given) for every route."""
    hub = {"hub": app.hub, "servers": app.hub_servers, "actions": app.hub_actions}
    culling = {"hub": app.hub, "culling": app.culling}
    return [
        (ROOT + r"/info", InfoHandler, {"hub": app.hub, "client": app.hub_client}),
        (ROOT + r"/users", UsersHandler, hub),
        (ROOT + _SERVER, ServerHandler, hub),
        (ROOT + _SERVER + r"/restart", RestartHandler, hub),
        (ROOT + _SERVER + r"/progress", ProgressHandler, hub),
        (ROOT + r"/idle", IdleHandler, culling),
        (ROOT + r"/kernels", KernelsHandler, culling),
        (ROOT + _KERNEL, KernelHandler, culling),
        (ROOT + _KERNEL + r"/interrupt", KernelInterruptHandler, culling),
        (ROOT + _KERNEL + r"/restart", KernelRestartHandler, culling),
        (ROOT + r"(?:/.*)?", UnknownHandler, {}),
    ]
