"""What the handlers of the service are given."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from hub_admin_lab.service.active import ActiveServers, Key
from hub_admin_lab.service.checkins import CheckIns
from hub_admin_lab.service.introductions import Introductions
from hub_admin_lab.service.judge import Judge
from hub_admin_lab.service.keeps import Keeps
from hub_admin_lab.service.members import Members
from hub_admin_lab.service.metrics import Metrics
from hub_admin_lab.service.notices import Notices
from hub_admin_lab.service.opening import Opening
from hub_admin_lab.service.pulse import Pulse
from hub_admin_lab.service.rates import Buckets
from hub_admin_lab.service.reports import Reports
from hub_admin_lab.service.requests import KernelRequests
from hub_admin_lab.service.rulebook import Rulebook
from hub_admin_lab.service.settings import ServiceSettings
from hub_admin_lab.service.settling import Settling
from hub_admin_lab.service.store import Store
from hub_admin_lab.service.watching import Watching
from hub_admin_lab.service.whoami import Whoami


@dataclass(frozen=True)
class ServiceParts:
    """All parts, made in ``app.py``.

    Attributes
    ----------
    opening
        Whether the database has answered since the start.
    callers
        How often who holds a token may ask; by the token's hash.
    tellers
        How many actions somebody may tell of; by their name in the log.
    stopping
        The servers, as user and name, whose stop has begun and has not come to its end.
    last_pass
        When the culler last ended a pass.
    rules_changed
        To be called when other rules hold: a pass of the culler need not wait.
    """

    settings: ServiceSettings
    store: Store
    opening: Opening
    pulse: Pulse
    active: ActiveServers
    whoami: Whoami
    callers: Buckets
    tellers: Buckets
    introductions: Introductions
    rulebook: Rulebook
    reports: Reports
    keeps: Keeps
    notices: Notices
    requests: KernelRequests
    judge: Judge
    settling: Settling
    checkins: CheckIns
    metrics: Metrics
    members: Members
    watching: Watching
    stopping: Callable[[], Collection[Key]]
    last_pass: Callable[[], datetime | None]
    rules_changed: Callable[[], None]
    now: Callable[[], datetime]
