"""What becomes of each active server: all that is known of it, put together in one place.

The culler, `GET servers`, the preview and the answer to a report all ask here, so that they never
disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hub_admin_lab.idle.activity import HubFacts, Kept, Report
from hub_admin_lab.idle.decide import decide, keep_until_most
from hub_admin_lab.idle.unreadable import nothing_stops
from hub_admin_lab.models.decision import DecisionView, ReasonFacts
from hub_admin_lab.models.rules import EffectiveRules
from hub_admin_lab.service.keeps import Keeps
from hub_admin_lab.service.reports import Reports
from hub_admin_lab.service.resolving import Resolver
from hub_admin_lab.service.rulebook import Rulebook
from hub_admin_lab.service.settling import Settling

_UNREADABLE = {
    "reason_code": "rules_not_readable",
    "reason": "A newer version of Hub Admin Lab set a rule for it, which this one cannot read.",
}
_REPORT_UNREADABLE = {
    "verdict": "keep",
    "reason_code": "settling",
    "reason": "Its last report cannot be read by this version: the next one may be on its way.",
    "facts": ReasonFacts(which="unreadable"),
    "warn_at": None,
}


@dataclass(frozen=True)
class Verdict:
    """What is known of a server, what holds for it, and what becomes of it.

    Attributes
    ----------
    unreadable
        A rule that concerns it cannot be read, so nothing there is stopped.
    """

    facts: HubFacts
    report: Report | None
    kept: Kept | None
    rules: EffectiveRules
    decision: DecisionView
    unreadable: bool = False


class Judge:
    """Decides.

    Parameters
    ----------
    busy_max
        Seconds after which a busy kernel no longer keeps its server; None: it always does.
    settling
        Until when a server that has reported before is kept: its next report may be on its way.
    now
        The clock.
    """

    def __init__(
        self,
        *,
        rulebook: Rulebook,
        reports: Reports,
        keeps: Keeps,
        busy_max: int | None,
        settling: Settling,
        now: Callable[[], datetime],
    ) -> None:
        self._rulebook = rulebook
        self._reports = reports
        self._keeps = keeps
        self._busy_max = busy_max
        self._settling = settling
        self._now = now

    def runs_code(self, facts: HubFacts) -> bool:
        """Return whether a kernel of a server was busy when it last reported."""
        report = self._reports.of(facts.user, facts.server)
        return report is not None and (
            report.left_out_busy or any(kernel.state == "busy" for kernel in report.kernels)
        )

    def judge(self, facts: HubFacts, *, draft: Resolver | None = None) -> Verdict:
        """Decide what becomes of a server now; by a ``draft`` in place of the rules, if given."""
        self._settling.look()
        now = self._now()
        resolver = draft or self._rulebook.resolver
        user, server, groups = facts.user, facts.server, facts.groups
        rules = resolver.resolve(user=user, server=server, groups=groups, now=now)
        unreadable = resolver.unreadable_for(user=user, server=server, groups=groups)
        if unreadable is not None:
            rules = nothing_stops(rules, unreadable)
        report = self._reports.of(facts.user, facts.server)
        kept = self._keeps.of(facts.user, facts.server)
        decision = decide(
            facts,
            report,
            kept,
            rules,
            now,
            busy_max=self._busy_max,
            settled_at=self._settling.until,
        )
        if unreadable is not None and decision.reason_code == "never":
            decision = decision.model_copy(update=_UNREADABLE)
        # It does report: what is not known of it is on its way.
        until = self._settling.until if self._reports.is_unreadable(user, server) else None
        if decision.verdict == "cull" and until is not None and now < until:
            decision = decision.model_copy(update={**_REPORT_UNREADABLE, "deadline": until})
        return Verdict(facts, report, kept, rules, decision, unreadable is not None)

    def keep_until_most(self, verdict: Verdict) -> datetime | None:
        """Return until when its owner may keep a server at most; None: not at all."""
        if verdict.unreadable:  # the bounds are not known: what was granted stays
            return None if verdict.kept is None else verdict.kept.until
        return keep_until_most(verdict.facts, verdict.kept, verdict.rules, self._now())
