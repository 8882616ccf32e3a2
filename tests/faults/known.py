"""What the test knows of what it asked for: of an answer that was lost nobody knows the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

SLACK = 5.0
"""Seconds before a stop in which what happens may come too late for it."""
PRECISION = 0.3
"""Seconds by which a limit may seem to be undercut: ages are rounded on their way."""


class Known:
    """One value that is changed through the API: what it may be, at any time."""

    def __init__(self, value) -> None:
        self._history = [(0.0, {value})]
        self._before = {value}

    @property
    def possible(self) -> set:
        return self._history[-1][1]

    def sent(self, at: float, value) -> None:
        """A change was asked for: from now on it may hold."""
        self._before = self.possible
        self._history.append((at, self.possible | {value}))

    def refused(self, at: float) -> None:
        """It was refused: what held before does still."""
        self._history.append((at, self._before))

    def acknowledged(self, at: float, value) -> None:
        """It was answered: from now on nothing else holds."""
        self._history.append((at, {value}))

    def between(self, since: float, until: float) -> set:
        """Return all that may have held at some time between these."""
        before = [values for at, values in self._history if at <= since]
        within = [values for at, values in self._history if since < at <= until]
        return set().union(before[-1], *within)


@dataclass
class Told:
    """Something that a server told, and that was taken by the service or by the Hub."""

    to: str
    at: float
    activity: float | None
    busy: bool


@dataclass
class Life:
    """All that is known of one server, past the product.

    Attributes
    ----------
    limit
        The idle limit that holds for it, in seconds.
    exempt, kept
        Until when; 0 for not at all.
    alive
        From when to when its agent ran, undisturbed; None as the end: it does still.
    used
        When somebody used it.
    started
        Of each run, the beginning; the last one is that of this run.
    """

    user: str
    kind: str
    limit: Known
    exempt: Known = field(default_factory=lambda: Known(0.0))
    kept: Known = field(default_factory=lambda: Known(0.0))
    alive: list[list[float | None]] = field(default_factory=list)
    used: list[float] = field(default_factory=list)
    started: list[float] = field(default_factory=list)

    def lived_through(self, since: float, until: float) -> bool:
        """Return whether its agent ran all that time."""
        return any(begin <= since and (end is None or end >= until) for begin, end in self.alive)


@dataclass
class Troubles:
    """When what the service remembers may have been lost before it was written.

    Attributes
    ----------
    service_ends
        When a service ended.
    database
        From when to when the database was away.
    """

    service_ends: list[float] = field(default_factory=list)
    database: list[tuple[float, float]] = field(default_factory=list)

    def remembered(self, at: float, until: float, written_within: float) -> bool:
        """Return whether the service still knows at ``until`` what it was told at ``at``."""
        ends = [end for end in self.service_ends if at <= end <= until]
        if not ends:
            return True
        written = at + written_within
        away = any(begin < written and end > at for begin, end in self.database)
        return not away and ends[0] > written
