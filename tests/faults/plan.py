"""What goes wrong, and when: by chance, and the same again with the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# How often each happens among the others, and for how many seconds at least and at most.
FAULTS = {
    "kill the service": (3, 0.0, 0.0),
    "hold the service": (2, 0.5, 25.0),
    "kill the hub": (2, 0.0, 3.0),
    "end the hub": (1, 0.0, 3.0),
    "take the database away": (3, 0.5, 15.0),
    "break its connections": (2, 0.0, 0.0),
    "kill an agent": (3, 1.0, 15.0),
    "hold an agent": (3, 1.0, 25.0),
}
CLOSE = (0.5, 5.0)
"""Seconds between two faults, mostly."""
FAR = (20.0, 35.0)
"""And now and then: without any of it for a while nobody would ever be due."""
_FAR_SHARE = 0.12
_IN_A_STOP = 0.4


@dataclass(frozen=True)
class Fault:
    """Something goes wrong.

    Attributes
    ----------
    after
        Seconds since the one before began.
    seconds
        For how long.
    in_a_stop
        It waits for a server that is being stopped.
    who
        Whose agent, where it is an agent's.
    """

    kind: str
    after: float
    seconds: float
    in_a_stop: bool
    who: str


def plan(seed: int, agents: Sequence[str]) -> Iterator[Fault]:
    """Yield faults without end."""
    chance = random.Random(seed)
    kinds, weights = list(FAULTS), [weight for weight, _, _ in FAULTS.values()]
    # Each of them once to begin with: a short run has them all.
    first = chance.sample(kinds, len(kinds))
    while True:
        gap = FAR if not first and chance.random() < _FAR_SHARE else CLOSE
        [kind] = [first.pop()] if first else chance.choices(kinds, weights)
        _, least, most = FAULTS[kind]
        yield Fault(
            kind,
            chance.uniform(*gap),
            chance.uniform(least, most),
            chance.random() < _IN_A_STOP,
            chance.choice(agents),
        )
