"""Why a server is kept or stopped, in a code for programs and a sentence for people.

The verdict itself ("Stops at 15:10", "Stays") is not part of the sentence, and no time of day is:
only the reader's clock knows how to write it.

The panel writes the sentence in the reader's language, from the code and what goes with it:
``src/format/reason.ts``. A sentence that is changed here is changed there.

=========================  =================================================================
keep
``pending``                the Hub has something under way with it
``not_ready``              the Hub does not call it ready
``clock_skew``             a time of it lies ahead of the clock
``exempt``                 an exemption holds
``kept``                   somebody keeps it
``settling``               the service has just started, or reports were interrupted, or its own
                           is late: the next one may be on the way
``never``                  idle servers are not stopped
``no_activity_known``      neither activity nor start is known
``busy``                   a kernel runs code
``busy_reports_stopped``   a kernel ran code when it last reported
``idle``                   not used for less than the limit
``idle_never_reported``    the same by the Hub's word
``idle_reports_stopped``   the same by the later of both
``age``                    it is going to be stopped by its age
cull
``due``                    not used for the limit or longer
``due_never_reported``     the same by the Hub's word
``due_reports_stopped``    the same by the later of both
``max_age``                it is older than servers may become
=========================  =================================================================

The service adds one to ``keep``, ``rules_not_readable``: a newer version of this package set a rule
for it; see ``hub_admin_lab.service.judge``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub_admin_lab.idle.activity import HubFacts, Kept, Report
from hub_admin_lab.idle.decision import seconds_between
from hub_admin_lab.idle.sources import Activity, Basis
from hub_admin_lab.idle.words import about, in_words
from hub_admin_lab.models.decision import ReasonCode, ReasonFacts
from hub_admin_lab.models.rules import EffectiveRules, RuleOrigin

_NO_FACTS = ReasonFacts()
_PENDING = {"spawn": "It is starting.", "stop": "It is stopping."}
# Where it is not used: not for long enough, and for too long.
_UNUSED: dict[Basis, tuple[ReasonCode, ReasonCode]] = {
    "reported": ("idle", "due"),
    "never_reported": ("idle_never_reported", "due_never_reported"),
    "reports_stopped": ("idle_reports_stopped", "due_reports_stopped"),
}
_ALSO = {
    "busy_too_long": "A kernel runs code, but for longer than the {most} that keep it.",
    "busy_unprotected": "A kernel runs code, which does not keep it by its own settings.",
    "busy_all_the_same": "A kernel that runs code does not change that.",
    "unclear": "A kernel does not say whether it runs code, which counts as use while it reports.",
}


@dataclass(frozen=True)
class Case:
    """A server and all that its decision rests on.

    Attributes
    ----------
    kept, settling
        None where they are over.
    """

    hub: HubFacts
    report: Report | None
    kept: Kept | None
    settling: datetime | None
    rules: EffectiveRules
    activity: Activity
    now: datetime
    busy_max: int | None

    def since(self, moment: datetime | None) -> int:
        """Return how many seconds ago ``moment`` was."""
        return seconds_between(moment, self.now) or 0

    def until(self, moment: datetime) -> int:
        """Return how many seconds it is until ``moment``."""
        return seconds_between(self.now, moment) or 0


@dataclass(frozen=True)
class Why:
    """A reason, the level whose rule it is, and what the sentence is made of."""

    code: ReasonCode
    sentence: str
    origin: RuleOrigin | None = None
    facts: ReasonFacts = _NO_FACTS


def unsure(case: Case, *, start_ahead: bool) -> Why | None:
    """Return why a server stays of which the Hub says too little; None: it says enough."""
    if case.hub.pending:
        doing = _PENDING.get(case.hub.pending, "The Hub has something under way with it.")
        which = case.hub.pending if case.hub.pending in _PENDING else ""
        return Why("pending", doing, facts=ReasonFacts(which=which))
    if not case.hub.ready:
        return Why("not_ready", "The Hub does not say that it is ready.")
    if start_ahead:
        sentence = "It starts in the future: one of the clocks is wrong."
        return Why("clock_skew", sentence, facts=ReasonFacts(which="start"))
    return None


def holds(case: Case) -> list[tuple[datetime, Why]]:
    """Return what puts the end of a server off, and until when; the most telling first."""
    found = []
    exempt, kept = case.rules.exempt, case.kept
    if exempt is not None and exempt.until > case.now:
        facts = ReasonFacts(seconds=case.until(exempt.until), words=_ended(exempt.reason))
        left = about(case.until(exempt.until))
        sentence = f"Exempt for another {left}, {_set(exempt.origin)}: {facts.words}"
        found.append((exempt.until, Why("exempt", sentence, exempt.origin, facts)))
    if kept is not None:
        facts = ReasonFacts(seconds=case.until(kept.until), words=kept.by)
        sentence = f"Kept for another {about(case.until(kept.until))} by {kept.by}."
        found.append((kept.until, Why("kept", sentence, facts=facts)))
    if case.settling is not None:
        sentence = "Reports were interrupted for many servers: its next one may be on the way."
        why = Why("settling", sentence, facts=ReasonFacts(which="interrupted"))
        found.append((case.settling, why))
    return found


LATE = Why(
    "settling",
    "Its report is late: what it would tell may be on the way.",
    facts=ReasonFacts(which="late"),
)
"""Why a server stays a little longer that is due by a report after which another one should be."""


def stops(case: Case, *, by_age: bool) -> Why:
    """Return why a server is stopped now."""
    if not by_age:
        return _unused(case, due=True)
    age = case.since(case.hub.started)
    return _by_age(case, "max_age", f"It has run for {about(age)}; at", age)


def stays(case: Case, *, by_age: bool, activity_ahead: bool) -> Why:
    """Return why a server stays, or what it is going to be stopped by.

    Parameters
    ----------
    by_age
        Its deadline is that of its age.
    activity_ahead
        An activity of it lies ahead of the clock.
    """
    timeout = case.rules.server.idle_timeout
    if by_age:
        return _by_age(case, "age", "At")
    if timeout.value is None:
        sentence = f"Idle servers are never stopped here, {_set(timeout.origin)}."
        return Why("never", sentence, timeout.origin)
    if activity_ahead:
        sentence = "It was active in the future: one of the clocks is wrong."
        return Why("clock_skew", sentence, facts=ReasonFacts(which="activity"))
    if case.activity.last is None:
        return Why("no_activity_known", "Neither its last activity nor its start is known.")
    if case.activity.busy == "keeps":
        return _busy(case)
    return _unused(case, due=False)


def _unused(case: Case, *, due: bool) -> Why:
    activity, timeout = case.activity, case.rules.server.idle_timeout
    seconds = case.since(activity.last)
    unused = about(seconds)
    if activity.basis == "never_reported":
        said = f"It does not report what is in use; the Hub saw no activity for {unused}"
    elif activity.basis == "reports_stopped":
        said = f"{_last_report(case)}; nothing was used for {unused} by that or at the Hub"
    else:
        said = f"Nothing used for {unused}"
    limit = f"the limit is {in_words(timeout.value or 0)}, {_set(timeout.origin)}."
    also = [f"busy_{activity.busy}"] if activity.busy in ("too_long", "unprotected") else []
    also += ["unclear"] if activity.unclear else []
    facts = ReasonFacts(
        seconds=seconds,
        reported=_reported(case),
        limit=timeout.value,
        busy_max=case.busy_max if activity.busy == "too_long" else None,
        also=also,
    )
    code = _UNUSED[activity.basis][due]
    return Why(code, f"{said}; {limit}{_more(case, also)}", timeout.origin, facts)


def _busy(case: Case) -> Why:
    most = f" for {in_words(case.busy_max)} at most" if case.busy_max is not None else ""
    running = case.since(case.activity.busy_since)
    facts = ReasonFacts(seconds=running, reported=_reported(case), busy_max=case.busy_max)
    if case.activity.basis == "reports_stopped":
        sentence = f"{_last_report(case)}, while a kernel ran code, which keeps it{most}."
        return Why("busy_reports_stopped", sentence, facts=facts)
    sentence = f"A kernel has run code for {about(running)}, which keeps it{most}."
    return Why("busy", sentence, facts=facts)


def _by_age(case: Case, code: ReasonCode, begin: str, age: int | None = None) -> Why:
    max_age = case.rules.server.max_age
    limit = f"an age of {in_words(max_age.value or 0)}"
    also = ["busy_all_the_same"] if case.activity.busy else []
    sentence = f"{begin} {limit} it stops even while it is in use, {_set(max_age.origin)}."
    facts = ReasonFacts(seconds=age, limit=max_age.value, also=also)
    return Why(code, sentence + _more(case, also), max_age.origin, facts)


def _more(case: Case, also: list[str]) -> str:
    """Return what else is said, each as one more sentence."""
    most = in_words(case.busy_max or 0)
    return "".join(f" {_ALSO[name].format(most=most)}" for name in also)


def _reported(case: Case) -> int | None:
    """Return how many seconds ago it last reported; None: that is not why."""
    if case.report is None or case.activity.basis != "reports_stopped":
        return None
    return case.since(case.report.at)


def _last_report(case: Case) -> str:
    return f"It last reported {about(_reported(case) or 0)} ago"


def _set(origin: RuleOrigin) -> str:
    """Return at which level a value is set, in words."""
    if origin.level == "default":
        return "the default"
    where = {
        "hub": "the hub",
        "group": f"group {origin.name}",
        "user": f"user {origin.name}",
        "server": "this server",
    }[origin.level]
    return f"the most that the hub allows {where}" if origin.capped else f"set for {where}"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
