"""What the handlers of the service are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from hub_admin_lab.service.active import ActiveServers
from hub_admin_lab.service.checkins import CheckIns
from hub_admin_lab.service.introductions import Introductions
from hub_admin_lab.service.judge import Judge
from hub_admin_lab.service.keeps import Keeps
from hub_admin_lab.service.metrics import Metrics
from hub_admin_lab.service.notices import Notices
from hub_admin_lab.service.rates import Buckets
from hub_admin_lab.service.reports import Reports
from hub_admin_lab.service.requests import KernelRequests
from hub_admin_lab.service.rulebook import Rulebook
from hub_admin_lab.service.settings import ServiceSettings
from hub_admin_lab.service.store import Store
from hub_admin_lab.service.whoami import Whoami


@dataclass(frozen=True)
class ServiceParts:
    """All parts, made in ``app.py``.

    Attributes
    ----------
    callers
        How often who holds a token may ask; by the token's hash.
    members_of
        Asks the Hub for the names of a group's members.
    last_pass
        When the culler last ended a pass.
    rules_changed
        To be called when other rules hold: a pass of the culler need not wait.
    """

    settings: ServiceSettings
    store: Store
    active: ActiveServers
    whoami: Whoami
    callers: Buckets
    introductions: Introductions
    rulebook: Rulebook
    reports: Reports
    keeps: Keeps
    notices: Notices
    requests: KernelRequests
    judge: Judge
    checkins: CheckIns
    metrics: Metrics
    members_of: Callable[[str], Awaitable[list[str]]]
    last_pass: Callable[[], datetime | None]
    rules_changed: Callable[[], None]
    now: Callable[[], datetime]
