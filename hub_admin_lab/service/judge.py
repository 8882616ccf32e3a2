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
from hub_admin_lab.models.decision import DecisionView
from hub_admin_lab.models.rules import EffectiveRules
from hub_admin_lab.service.keeps import Keeps
from hub_admin_lab.service.reports import Reports
from hub_admin_lab.service.resolving import Resolver
from hub_admin_lab.service.rulebook import Rulebook

_UNREADABLE = {
    "verdict": "keep",
    "reason_code": "rules_not_readable",
    "reason": "A newer version of Hub Admin Lab set a rule for it, which this one cannot read.",
    "deadline": None,
    "warn_at": None,
}


@dataclass(frozen=True)
class Verdict:
    """What is known of a server, what holds for it, and what becomes of it."""

    facts: HubFacts
    report: Report | None
    kept: Kept | None
    rules: EffectiveRules
    decision: DecisionView


class Judge:
    """Decides.

    Parameters
    ----------
    busy_max
        Seconds after which a busy kernel no longer keeps its server; None: it always does.
    now
        The clock.

    Attributes
    ----------
    settled_at
        Until then a server that reported before the service was started is kept: its next report
        may be on its way.
    """

    def __init__(
        self,
        *,
        rulebook: Rulebook,
        reports: Reports,
        keeps: Keeps,
        busy_max: int | None,
        now: Callable[[], datetime],
    ) -> None:
        self._rulebook = rulebook
        self._reports = reports
        self._keeps = keeps
        self._busy_max = busy_max
        self._now = now
        self.settled_at: datetime | None = None

    def judge(self, facts: HubFacts, *, draft: Resolver | None = None) -> Verdict:
        """Decide what becomes of a server now; by a ``draft`` in place of the rules, if given."""
        now = self._now()
        rules = (draft or self._rulebook.resolver).resolve(
            user=facts.user, server=facts.server, groups=facts.groups, now=now
        )
        report = self._reports.of(facts.user, facts.server)
        kept = self._keeps.of(facts.user, facts.server)
        decision = decide(
            facts,
            report,
            kept,
            rules,
            now,
            busy_max=self._busy_max,
            settled_at=self.settled_at,
        )
        if decision.verdict == "cull" and self._rulebook.is_unreadable(
            user=facts.user, server=facts.server, groups=facts.groups
        ):
            decision = decision.model_copy(update=_UNREADABLE)
        return Verdict(facts, report, kept, rules, decision)

    def keep_until_most(self, verdict: Verdict) -> datetime | None:
        """Return until when its owner may keep a server at most; None: not at all."""
        return keep_until_most(verdict.facts, verdict.kept, verdict.rules, self._now())
