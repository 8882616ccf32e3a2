"""The service's whole API on one page, under its prefix at the Hub."""

from __future__ import annotations

import re
from typing import Any

from hub_admin_lab.service.handlers.agents import CheckInHandler
from hub_admin_lab.service.handlers.audit import AuditHandler
from hub_admin_lab.service.handlers.base import UnknownHandler
from hub_admin_lab.service.handlers.info import HealthHandler, InfoHandler
from hub_admin_lab.service.handlers.metrics import MetricsHandler
from hub_admin_lab.service.handlers.notices import NoticesHandler
from hub_admin_lab.service.handlers.preview import PreviewHandler
from hub_admin_lab.service.handlers.rules import RuleHandler, RulesHandler
from hub_admin_lab.service.handlers.servers import (
    ExtendHandler,
    KernelShutdownHandler,
    ServersHandler,
)
from hub_admin_lab.service.handlers.watch import WatchHandler
from hub_admin_lab.service.parts import ServiceParts

# The default server has no name; an empty segment of a path may be lost on the way.
_SERVER = r"/servers/(?P<user>[^/]+)(?:/(?P<server>[^/]*))?"


def routes(prefix: str, parts: ServiceParts) -> list[tuple[str, type, dict[str, Any]]]:
    """Return (pattern, handler, what it is given) for every route."""
    api = re.escape(prefix) + "api"
    given = {"parts": parts}
    table = [
        (r"/info", InfoHandler),
        (r"/health", HealthHandler),
        (r"/rules", RulesHandler),
        (r"/rules/(?P<level>hub)", RuleHandler),
        # The name of a server's rule is `user/server`, with the slash as it is or as `%2F`.
        (r"/rules/(?P<level>group|user|server)/(?P<name>.+)", RuleHandler),
        (r"/servers", ServersHandler),
        (r"/preview", PreviewHandler),
        (_SERVER + r"/extend", ExtendHandler),
        (_SERVER + r"/kernels/(?P<kernel>[\w-]+)/shutdown", KernelShutdownHandler),
        (r"/notices", NoticesHandler),
        (r"/audit", AuditHandler),
        (r"/watch", WatchHandler),
        (r"/agents/checkin", CheckInHandler),
    ]
    return [
        *((api + pattern, handler, given) for pattern, handler in table),
        (re.escape(prefix) + "metrics", MetricsHandler, given),
        (r".*", UnknownHandler, given),
    ]
