"""Until when a server may be kept, by whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub_admin_lab.errors import Forbidden
from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.idle.rules import HUB, most_lenient
from hub_admin_lab.models.rules import Ceilings, Duration
from hub_admin_lab.service.access import Access
from hub_admin_lab.service.judge import Verdict
from hub_admin_lab.service.parts import ServiceParts


def keep_at_most(parts: ServiceParts, access: Access, verdict: Verdict) -> datetime:
    """Return until when the caller, who manages a server, may keep it at most.

    Whoever may edit all rules is bound by the hub's ceiling on what owners may be allowed. Whoever
    may edit the server's rules by all ceilings that would bind a rule of theirs to the same end: on
    exemptions and on the age of servers too, because what is kept outlives its maximum age.
    Everybody else by what the rules allow the owner.

    Raises
    ------
    Forbidden
        Not at all.
    """
    facts, now = verdict.facts, parts.now()
    ceilings = _ceilings(parts)
    if access.edits_everything:
        return now + _span(ceilings.bounds_max)
    if access.edits_server(facts.user, facts.server, facts.groups):
        parts.rulebook.check_ceilings()
        oldest = most_lenient(parts.rulebook.book(), "server.max_age", parts.rulebook.defaults)
        age = FOREVER if oldest is None or oldest == "never" else int(oldest)
        most: datetime | None = min(
            now + _span(ceilings.bounds_max),
            now + _span(ceilings.exempt),
            (facts.started or now) + timedelta(seconds=age),
        )
    else:
        most = parts.judge.keep_until_most(verdict)
    if most is None or most <= now:
        raise Forbidden("The rules of this hub do not let you keep this server.")
    return most


def _ceilings(parts: ServiceParts) -> Ceilings:
    hub = parts.rulebook.book().get(HUB)
    return Ceilings() if hub is None or hub.ceilings is None else hub.ceilings


def _span(ceiling: Duration | None) -> timedelta:
    return timedelta(seconds=FOREVER if ceiling is None or ceiling == "never" else ceiling)
