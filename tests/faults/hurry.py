"""Has the product live faster, so that ten minutes of faults are worth an hour of them.

Its pauses and patience are made for limits of an hour. Here limits are seconds: each pause of the
service and of the agents is a fifth of what it is, all alike, so that what depends on their
proportions is tested as it is.
"""

from __future__ import annotations

import importlib

SPEED = 5

_SERVICE = "hub_admin_lab.service"
_PAUSES = {
    f"{_SERVICE}.settling": ("TOLERANCE", "_LONGEST_PAUSE", "_FIRST_PAUSE", "_LATE"),
    f"{_SERVICE}.app": ("REFRESH", "RELOAD", "FLUSH", "WATCH"),
    f"{_SERVICE}.culler": ("AGAIN", "SOONEST", "GATHER", "STALE"),
    f"{_SERVICE}.stops": ("SLOWEST_LOOK", "LIMIT"),
    f"{_SERVICE}.opening": ("FIRST_PAUSE", "LONGEST_PAUSE"),
    f"{_SERVICE}.periodic": ("AGAIN",),
    f"{_SERVICE}.__main__": ("_PARENT",),
    "hub_admin_lab.agent.agent": ("FIRST", "AWAY_FIRST", "AWAY_MOST", "SOON"),
    "hub_admin_lab.agent.connection": ("_TIMEOUT",),
}
_RATES = {f"{_SERVICE}.introductions": ("_SAME_PER_SECOND",)}


def hurry(package: str) -> None:
    """Shorten the pauses of what is below ``package``."""
    for name, pauses in _PAUSES.items():
        if name.startswith(package):
            module = importlib.import_module(name)
            for pause in pauses:
                setattr(module, pause, getattr(module, pause) / SPEED)
    for name, rates in _RATES.items():
        if name.startswith(package):
            module = importlib.import_module(name)
            for rate in rates:
                setattr(module, rate, getattr(module, rate) * SPEED)
