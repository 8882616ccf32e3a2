"""Until when a server may be kept, by whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub_admin_lab.errors import Forbidden
from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.idle.rules import HUB
from hub_admin_lab.models.rules import Duration
from hub_admin_lab.service.access import Access
from hub_admin_lab.service.judge import Verdict
from hub_admin_lab.service.parts import ServiceParts


def keep_at_most(parts: ServiceParts, access: Access, verdict: Verdict) -> datetime:
    """Return until when the caller, who manages a server, may keep it at most.

    Whoever may edit the server's rules is bound by the hub's ceiling on what owners may be
    allowed, as with a rule; everybody else by what the rules allow the owner.

    Raises
    ------
    Forbidden
        Not at all.
    """
    facts, now = verdict.facts, parts.now()
    if access.edits_server(facts.user, facts.server, facts.groups):
        return now + timedelta(seconds=_ceiling(parts))
    most = parts.judge.keep_until_most(verdict)
    if most is None or most <= now:
        raise Forbidden("The rules of this hub do not let you keep this server.")
    return most


def _ceiling(parts: ServiceParts) -> int:
    hub = parts.rulebook.book().get(HUB)
    ceilings = None if hub is None else hub.ceilings
    ceiling: Duration | None = None if ceilings is None else ceilings.bounds_max
    return FOREVER if ceiling is None or ceiling == "never" else ceiling
