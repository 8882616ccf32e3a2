"""Whether the log of the service tells what the spawner saw: each stop once, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

PRECISION = 0.02
"""Seconds by which two records by the same clock may differ."""


@dataclass
class Stop:
    """A stop as the spawner saw it; ``ended`` is None where its Hub died in the middle."""

    user: str
    called: float
    ended: float | None = None


@dataclass
class Entry:
    """An entry of the log on a stop."""

    id: int
    user: str
    at: float
    ended: float | None
    outcome: str
    message: str

    @classmethod
    def of(cls, item) -> Entry:
        return cls(
            item["id"],
            item["user"],
            _seconds(item["at"]),
            _seconds(item["ended_at"]),
            item["outcome"],
            item["message"],
        )

    def covers(self, at: float) -> bool:
        """Return whether it was open then."""
        return self.at - PRECISION <= at and (self.ended is None or at <= self.ended + PRECISION)


def _seconds(moment: str | None) -> float | None:
    if moment is None:
        return None
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()  # Python 3.10


def what_is_wrong(stops: Sequence[Stop], entries: Sequence[Entry]) -> list[str]:
    """Return what the log of one server has too much, too little, or wrong."""
    entries = sorted(entries, key=lambda entry: entry.id)
    wrong = [f"{entry} never ended" for entry in entries if entry.ended is None]
    for before, after in pairwise(entries):
        if before.ended is None or after.at < before.ended - PRECISION:
            wrong.append(f"two at the same time: {before}, {after}")
    for stop in stops:
        found = [entry for entry in entries if entry.covers(stop.called)]
        if len(found) != 1:
            wrong.append(f"{stop} has {len(found)} entries: {found}")
        elif (found[0].outcome == "done") != (stop.ended is not None):
            wrong.append(f"{stop} did not end as {found[0]} says")
    for entry in entries:
        found = [stop for stop in stops if entry.covers(stop.called)]
        if entry.outcome == "done" and not found:
            wrong.append(f"{entry} tells of a stop that never was")
        if len(found) > 1:
            wrong.append(f"{entry} is all that tells of {found}")
    return wrong
