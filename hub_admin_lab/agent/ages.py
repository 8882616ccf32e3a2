"""How long ago something was, though the clock of this server may be set meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class _Known:
    moment: datetime
    age: float
    noticed: float


class Ages:
    """Turns moments of this server's clock into ages.

    A moment is compared with the clock only when it is new, and then it is no older than the look
    before. From then on its age grows with the monotonic seconds, which nobody sets.

    Parameters
    ----------
    clock
        Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._looked: float | None = None

    def of(self, moments: Mapping[str, datetime | None], now: datetime) -> dict[str, float | None]:
        """Return the seconds since each moment, never less than 0; None where it is not known.

        Parameters
        ----------
        moments
            All that there are, by what they are of: those of others are forgotten.
        """
        clock = self._clock()
        known: dict[str, _Known] = {}
        for name, moment in moments.items():
            if moment is None:
                continue
            before = self._known.get(name)
            if before is None or before.moment != moment:
                age = max(0.0, (now - moment).total_seconds())
                if before is not None and self._looked is not None:
                    age = min(age, clock - self._looked)
                before = _Known(moment, age, clock)
            known[name] = before
        self._known, self._looked = known, clock
        return {
            name: known[name].age + clock - known[name].noticed if name in known else None
            for name in moments
        }
