"""What becomes of a server, and why: the one decision of culler, preview and "Why?".

Its deadline is the earlier of two ends: so long after its last activity (``idle_timeout``), and so
long after its start whatever its activity (``max_age``). An exemption, somebody who keeps it, and
reports that may still be on their way put it off. Where something is not known it stays.

At equal settings it agrees with jupyterhub-idle-culler 1.4 and 2.0 on servers without reports,
except that

- a server whose start lies ahead of the clock is kept: one of the two clocks is wrong. The
  idle-culler stops it by a last activity that is older than its start;
- an exempt server, and one that somebody keeps, stay beyond their maximum age too. The
  idle-culler knows neither;
- a limit of 0 does not exist: "never" is a word of its own, and nothing is stopped "at once";
- default servers and named servers are judged alike, by rules in place of its two options.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hub_admin_lab.idle.activity import HubFacts, Kept, Report
from hub_admin_lab.idle.decision import FOREVER
from hub_admin_lab.idle.reasons import LATE, Case, Why, holds, stays, stops, unsure
from hub_admin_lab.idle.sources import activity_of
from hub_admin_lab.models.decision import ActivitySource, DecisionView
from hub_admin_lab.models.rules import EffectiveRules

CLOCK_TOLERANCE = timedelta(seconds=60)
"""So far ahead of ours another clock may be without a doubt."""


def decide(
    hub: HubFacts,
    report: Report | None,
    kept: Kept | None,
    rules: EffectiveRules,
    now: datetime,
    *,
    busy_max: int | None,
    settled_at: datetime | None = None,
) -> DecisionView:
    """Decide what becomes of an active server at ``now``.

    Parameters
    ----------
    report
        Its last report, of whatever run; None: it never reported.
    kept
        Until when somebody keeps it, also beyond its maximum age.
    rules
        What holds for it: ``resolve``, at the same ``now``.
    busy_max
        Seconds that one cell may keep a server; None: for ever.
    settled_at
        Until then a server that has ever reported is kept: the service has just started, and its
        report may be on the way.
    """
    case = Case(
        hub=hub,
        report=report,
        kept=_valid(kept, now),
        settling=None if report is None or settled_at is None or settled_at <= now else settled_at,
        rules=rules,
        activity=activity_of(hub, report, now, busy_max),
        now=now,
        busy_max=busy_max,
    )
    deadline, cull, why = _verdict(case)
    return DecisionView(
        verdict="cull" if cull else "keep",
        reason_code=why.code,
        reason=why.sentence,
        facts=why.facts,
        deadline=deadline,
        warn_at=_warn_at(deadline, rules),
        last_activity=case.activity.last,
        origin=why.origin,
        sources=_sources(case),
    )


def keep_until_most(
    hub: HubFacts, kept: Kept | None, rules: EffectiveRules, now: datetime
) -> datetime | None:
    """Return until when the owner of a server may keep it at most, asking now; None: not at all.

    That is so long from now as the bounds allow owners; where no level sets such a bound, as long
    as the server may be idle anyway, that is what using it once would do. Never beyond the
    maximum age, which is the hub's to lift. What was granted already, by whomever, stays granted.
    """
    longest = rules.bounds.max
    if longest.value is None and longest.origin.level == "default":
        longest = rules.server.idle_timeout
    most = now + timedelta(seconds=FOREVER if longest.value is None else longest.value)
    age_end = _age_end(hub, rules)
    if age_end is not None:
        most = min(most, age_end)
    kept = _valid(kept, now)
    if kept is not None:
        most = max(most, kept.until)
    return most if most > now else None


def _valid(kept: Kept | None, now: datetime) -> Kept | None:
    return None if kept is None or kept.until <= now else kept


def _verdict(case: Case) -> tuple[datetime | None, bool, Why]:
    """Return the deadline, whether it is over, and why."""
    why = unsure(case, start_ahead=_ahead(case.hub.started, case.now))
    if why is not None:
        return None, False, why
    activity_ahead = _activity_ahead(case)
    idle_end = None if activity_ahead else _idle_end(case)
    age_end = _age_end(case.hub, case.rules)
    ends = [end for end in (idle_end, age_end) if end is not None]
    held = holds(case)
    deadline = max([min(ends), *(until for until, _ in held)]) if ends else None
    if deadline is not None and case.now >= deadline:
        late_until = case.activity.late_until
        if late_until is not None and (age_end is None or case.now < age_end):
            return late_until, False, LATE
        by_age = idle_end is None or case.now < idle_end or late_until is not None
        return deadline, True, stops(case, by_age=by_age)
    if held:
        return deadline, False, held[0][1]
    by_age = age_end is not None and (idle_end is None or age_end < idle_end)
    return deadline, False, stays(case, by_age=by_age, activity_ahead=activity_ahead)


def _idle_end(case: Case) -> datetime | None:
    """Return when the server has been idle for too long, if nothing happens; None: never."""
    timeout, activity = case.rules.server.idle_timeout.value, case.activity
    if timeout is None or activity.last is None:
        return None
    if activity.busy != "keeps":
        return activity.last + timedelta(seconds=timeout)
    if activity.busy_until is None:
        return None
    return activity.busy_until + timedelta(seconds=timeout)


def _age_end(hub: HubFacts, rules: EffectiveRules) -> datetime | None:
    max_age = rules.server.max_age.value
    if hub.started is None or max_age is None:
        return None
    return hub.started + timedelta(seconds=max_age)


def _ahead(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now + CLOCK_TOLERANCE


def _activity_ahead(case: Case) -> bool:
    # The Hub takes a time in the future from the server as given, and does not go back from it:
    # that keeps a server that is idle, not one that is too old.
    times = [case.hub.last_activity, case.activity.last]
    return any(_ahead(time, case.now) for time in times)


def _warn_at(deadline: datetime | None, rules: EffectiveRules) -> datetime | None:
    """Return when the owner is warned: half the limit ahead where the warning exceeds the limit.

    Else the owner would be warned all the time.
    """
    before, timeout = rules.server.warn_before.value, rules.server.idle_timeout.value
    if deadline is None or before is None:
        return None
    if timeout is not None and before >= timeout:
        before = timeout // 2
    return deadline - timedelta(seconds=before)


def _sources(case: Case) -> list[ActivitySource]:
    sources = list(case.activity.sources)
    if case.kept is not None:
        sources.append(ActivitySource(kind="extension", name=case.kept.by, at=case.kept.until))
    return sources
