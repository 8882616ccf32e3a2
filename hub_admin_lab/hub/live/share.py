"""How long to rest, so that the Hub is asked for no more than a part of its one thread."""

from __future__ import annotations

# What was asked of the Hub, times this, is rested: 2 % of its thread.
SHARE = 50
# Seconds of rest at most: an answer that takes so long waits for others, it does not cost.
LONGEST = 60.0
# A rest becomes longer by one part in so many, at most, for what was lent.
PAID_BACK = 3


class Share:
    """Rests after turns; what can wait is lent, and paid back bit by bit in rests to come.

    A page of a large hub takes as much as a hundred users who are asked for alone: a rest for all
    of it at once would blind whoever looks at a few of them.
    """

    def __init__(self) -> None:
        self._owed = 0.0

    @property
    def is_even(self) -> bool:
        """Whether all that was lent is paid back."""
        return self._owed <= 0

    def lend(self, seconds: float) -> None:
        """Have this time of the Hub paid back in rests to come."""
        self._owed += min(SHARE * seconds, LONGEST)

    def rest(self, seconds: float, least: float) -> float:
        """Return how many seconds to rest, for this time of the Hub, and ``least`` at least."""
        own = SHARE * seconds
        rest = max(own, least)
        paid = min(self._owed, rest - own + rest / PAID_BACK)
        self._owed -= paid
        return min(max(rest, own + paid), LONGEST)


def is_little(seconds: float) -> bool:
    """Whether the Hub may be asked for more, after this time of it."""
    return SHARE * seconds < LONGEST / 2
