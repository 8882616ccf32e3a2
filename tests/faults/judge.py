"""Whether a stop was right: by the rules as people know them, not by the code that decides."""

from __future__ import annotations

from collections.abc import Iterable

from .known import PRECISION, SLACK, Life, Told, Troubles

WRITTEN_WITHIN = 10.0
"""Seconds after which what a server reported is written, if the database is there."""


def what_is_wrong(life: Life, told: Iterable[Told], troubles: Troubles, at: float) -> str | None:
    """Return why a server should not have been stopped at ``at``; None: it was right.

    What speaks for a stop may be as late as it likes, what speaks against it counts as soon as the
    service can have known.
    """
    started = max(begin for begin in life.started if begin <= at)
    if min(life.exempt.between(at - SLACK, at)) > at:
        return "it was exempt"
    if min(life.kept.between(at, at)) > at:
        return "somebody kept it"
    told = [each for each in told if started <= each.at <= at - SLACK]
    if _was_busy(life, told, troubles, at):
        return "it was busy"
    last = max([started, *_activities(life, told, troubles, at)])
    limit = min(life.limit.between(at - SLACK, at))
    if at < last + limit - PRECISION:
        return f"it had been idle for {at - last:.1f} s of {limit} s"
    return None


def _was_busy(life: Life, told: list[Told], troubles: Troubles, at: float) -> bool:
    return any(each.busy for each in _remembered(told, troubles, at))


def _activities(life: Life, told: list[Told], troubles: Troubles, at: float) -> list[float]:
    remembered = _remembered(told, troubles, at)
    known = [each.activity for each in remembered]
    known += [each.activity for each in told if each.to == "hub"]
    if remembered:
        # A server that reports tells of all that is done in it: while it lives to tell, that this
        # does not arrive is no fault of its own.
        known += [used for used in life.used if used <= at - SLACK and life.lived_through(used, at)]
    return [activity for activity in known if activity is not None]


def _remembered(told: list[Told], troubles: Troubles, at: float) -> list[Told]:
    return [
        each
        for each in told
        if each.to == "service" and troubles.remembered(each.at, at, WRITTEN_WITHIN)
    ]
