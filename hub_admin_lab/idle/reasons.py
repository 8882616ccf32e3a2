"""Why a server is kept or stopped, in a code for programs and a sentence for people.

The verdict itself ("Stops at 15:10", "Stays") is not part of the sentence, and no time of day is:
only the reader's clock knows how to write it.

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
from hub_admin_lab.idle.sources import Activity
from hub_admin_lab.idle.words import about, in_words
from hub_admin_lab.models.rules import EffectiveRules, RuleOrigin, SecondsValue

_PENDING = {"spawn": "It is starting.", "stop": "It is stopping."}


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

    def since(self, moment: datetime | None) -> str:
        """Return how long ago ``moment`` was."""
        return about(seconds_between(moment, self.now) or 0)

    def until(self, moment: datetime) -> str:
        """Return how long it is until ``moment``."""
        return about(seconds_between(self.now, moment) or 0)


@dataclass(frozen=True)
class Why:
    """A reason, and the level whose rule it is."""

    code: str
    sentence: str
    origin: RuleOrigin | None = None


def unsure(case: Case, *, start_ahead: bool) -> Why | None:
    """Return why a server stays of which the Hub says too little; None: it says enough."""
    if case.hub.pending:
        doing = _PENDING.get(case.hub.pending, "The Hub has something under way with it.")
        return Why("pending", doing)
    if not case.hub.ready:
        return Why("not_ready", "The Hub does not say that it is ready.")
    if start_ahead:
        return Why("clock_skew", "It starts in the future: one of the clocks is wrong.")
    return None


def holds(case: Case) -> list[tuple[datetime, Why]]:
    """Return what puts the end of a server off, and until when; the most telling first."""
    found = []
    exempt, kept = case.rules.exempt, case.kept
    if exempt is not None and exempt.until > case.now:
        sentence = f"Exempt for another {case.until(exempt.until)}, {_set(exempt.origin)}: "
        found.append((exempt.until, Why("exempt", _ended(sentence + exempt.reason), exempt.origin)))
    if kept is not None:
        sentence = f"Kept for another {case.until(kept.until)} by {kept.by}."
        found.append((kept.until, Why("kept", sentence)))
    if case.settling is not None:
        sentence = "Reports were interrupted for many servers: its next one may be on the way."
        found.append((case.settling, Why("settling", sentence)))
    return found


LATE = Why("settling", "Its report is late: what it would tell may be on the way.")
"""Why a server stays a little longer that is due by a report after which another one should be."""


def stops(case: Case, *, by_age: bool) -> Why:
    """Return why a server is stopped now."""
    if not by_age:
        return _unused(case, "due")
    max_age = case.rules.server.max_age
    sentence = f"It has run for {case.since(case.hub.started)}; {_age(max_age)}"
    return Why("max_age", sentence + _busy_all_the_same(case), max_age.origin)


def stays(case: Case, *, by_age: bool, activity_ahead: bool) -> Why:
    """Return why a server stays, or what it is going to be stopped by.

    Parameters
    ----------
    by_age
        Its deadline is that of its age.
    activity_ahead
        An activity of it lies ahead of the clock.
    """
    max_age, timeout = case.rules.server.max_age, case.rules.server.idle_timeout
    if by_age:
        sentence = _age(max_age)
        sentence = sentence[0].upper() + sentence[1:]
        return Why("age", sentence + _busy_all_the_same(case), max_age.origin)
    if timeout.value is None:
        sentence = f"Idle servers are never stopped here, {_set(timeout.origin)}."
        return Why("never", sentence, timeout.origin)
    if activity_ahead:
        return Why("clock_skew", "It was active in the future: one of the clocks is wrong.")
    if case.activity.last is None:
        return Why("no_activity_known", "Neither its last activity nor its start is known.")
    if case.activity.busy == "keeps":
        return _busy(case)
    return _unused(case, "idle")


def _unused(case: Case, code: str) -> Why:
    activity, timeout = case.activity, case.rules.server.idle_timeout
    unused = case.since(activity.last)
    if activity.basis == "never_reported":
        said = f"It does not report what is in use; the Hub saw no activity for {unused}"
    elif activity.basis == "reports_stopped":
        said = f"{_last_report(case)}; nothing was used for {unused} by that or at the Hub"
    else:
        said = f"Nothing used for {unused}"
    limit = f"the limit is {in_words(timeout.value or 0)}, {_set(timeout.origin)}."
    code = code if activity.basis == "reported" else f"{code}_{activity.basis}"
    more = _busy_in_vain(case) + _unclear(case)
    return Why(code, f"{said}; {limit}{more}", timeout.origin)


def _busy(case: Case) -> Why:
    most = f" for {in_words(case.busy_max)} at most" if case.busy_max is not None else ""
    if case.activity.basis == "reports_stopped":
        sentence = f"{_last_report(case)}, while a kernel ran code, which keeps it{most}."
        return Why("busy_reports_stopped", sentence)
    running = case.since(case.activity.busy_since)
    return Why("busy", f"A kernel has run code for {running}, which keeps it{most}.")


def _busy_in_vain(case: Case) -> str:
    if case.activity.busy == "too_long":
        most = in_words(case.busy_max or 0)
        return f" A kernel runs code, but for longer than the {most} that keep it."
    if case.activity.busy == "unprotected":
        return " A kernel runs code, which does not keep it by its own settings."
    return ""


def _unclear(case: Case) -> str:
    if not case.activity.unclear:
        return ""
    return " A kernel does not say whether it runs code, which counts as use while it reports."


def _busy_all_the_same(case: Case) -> str:
    return " A kernel that runs code does not change that." if case.activity.busy else ""


def _age(max_age: SecondsValue) -> str:
    limit = in_words(max_age.value or 0)
    return f"at an age of {limit} it stops even while it is in use, {_set(max_age.origin)}."


def _last_report(case: Case) -> str:
    at = None if case.report is None else case.report.at
    return f"It last reported {case.since(at)} ago"


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
