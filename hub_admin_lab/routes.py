"""The whole API on one page, under ``{base_url}hub-admin-lab/api/``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub_admin_lab.handlers.lazy import lazy

if TYPE_CHECKING:
    from hub_admin_lab.extension import HubAdminLab

ROOT = r"/hub-admin-lab/api"
# The default server has no name, and an empty path segment would be lost on the way.
_SERVER = r"/users/(?P<user>[^/]+)/(?:server|servers/(?P<server>[^/]+))"
_GROUP = r"/groups/(?P<group>[^/]+)"
_NOTICE = r"/notices/(?P<notice>[\w-]+)"
_KERNEL = r"/kernels/(?P<kernel_id>[\w-]+)"


def routes(app: HubAdminLab) -> list[tuple[str, type, dict[str, Any]]]:
    """Return (pattern, handler, what the handler is given) for every route.

    Each row of the table is the pattern, the handler by its module and name, and what it is given,
    which is made when it is needed.
    """

    def hub() -> dict[str, Any]:
        return {"hub": app.hub, "parts": app.hub_parts()}

    def culling() -> dict[str, Any]:
        return {"hub": app.hub, "culling": app.culling}

    def told() -> dict[str, Any]:
        return {"hub": app.hub, "agent": app.agent}

    def presence() -> dict[str, Any]:
        return {"presence": app.presence, "agent": app.agent}

    def service() -> dict[str, Any]:
        return {**hub(), "agent": app.agent}

    table = [
        (r"/info", "info", "InfoHandler", hub),
        (r"/users", "users", "UsersHandler", hub),
        (r"/users/(?P<user>[^/]+)", "users", "UserHandler", hub),
        (_SERVER, "servers", "ServerHandler", hub),
        (_SERVER + r"/restart", "servers", "RestartHandler", hub),
        (_SERVER + r"/progress", "progress", "ProgressHandler", hub),
        (r"/groups", "groups", "GroupsHandler", hub),
        (_GROUP, "groups", "GroupHandler", hub),
        (_GROUP + r"/users", "groups", "GroupMembersHandler", hub),
        (_GROUP + r"/properties", "groups", "GroupPropertiesHandler", hub),
        (r"/shutdown", "shutdown", "ShutdownHandler", hub),
        (r"/events", "events", "EventsHandler", hub),
        (r"/events/(?P<stream>[\w-]+)", "events", "LiveViewHandler", hub),
        (r"/bulk", "bulk", "BulksHandler", hub),
        (r"/bulk/(?P<bulk>[\w-]+)", "bulk", "BulkHandler", hub),
        (r"/service/(?P<path>.*)", "service", "ServiceHandler", service),
        (r"/deadline", "deadline", "DeadlineHandler", told),
        (_NOTICE, "deadline", "NoticeHandler", told),
        (r"/presence", "deadline", "PresenceHandler", presence),
        (r"/idle", "idle", "IdleHandler", culling),
        (r"/kernels", "kernels", "KernelsHandler", culling),
        (_KERNEL, "kernels", "KernelHandler", culling),
        (_KERNEL + r"/interrupt", "kernels", "KernelInterruptHandler", culling),
        (_KERNEL + r"/restart", "kernels", "KernelRestartHandler", culling),
        (r"(?:/.*)?", "unknown", "UnknownHandler", dict),
    ]
    return [
        (ROOT + pattern, lazy(module, name), {"arguments": arguments})
        for pattern, module, name, arguments in table
    ]
