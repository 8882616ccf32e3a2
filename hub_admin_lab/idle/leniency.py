"""Which of two values of a rule is the more lenient one, that is the better one for the owner.

Fields are named by their path in ``Rule``, such as ``server.idle_timeout``, so that levels, groups
and ceilings have one rule for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from hub_admin_lab.models.rules import Ceilings, Never, Rule

Value = int | bool | Never
"""Seconds, ``"never"``, or a switch."""

NEVER: Final[Never] = "never"


def _longer(value: Value) -> float:
    return math.inf if value == NEVER else float(value)


def _warned_earlier(value: Value) -> float:
    # Never is no warning at all: nobody is better off with it.
    return 0.0 if value == NEVER else float(value)


def _smaller(value: Value) -> float:
    return -float(value)


def _off(value: Value) -> float:
    return 0.0 if value else 1.0


_SCALES: dict[str, Callable[[Value], float]] = {
    "server.idle_timeout": _longer,
    "server.max_age": _longer,
    "server.warn_before": _warned_earlier,
    "kernels.idle_timeout": _longer,
    "kernels.interval": _longer,
    "kernels.cull_connected": _off,
    "kernels.cull_busy": _off,
    "terminals.idle_timeout": _longer,
    "terminals.interval": _longer,
    "bounds.min": _smaller,
    "bounds.max": _longer,
}

FIELDS = tuple(_SCALES)


def leniency(field: str, value: Value) -> float:
    """Return a number that is the greater the more lenient ``value`` is for ``field``."""
    return _SCALES[field](value)


def value_in(rule: Rule, field: str) -> Value | None:
    """Return what ``rule`` sets for ``field``; None: nothing."""
    part, name = field.split(".")
    value: Value | None = getattr(getattr(rule, part), name)
    return value


def ceiling_in(ceilings: Ceilings | None, field: str) -> Value | None:
    """Return the most lenient value that ``ceilings`` allow for ``field``; None: any."""
    if ceilings is None or field == "bounds.min":
        return None
    if field == "bounds.max":
        return ceilings.bounds_max
    part, name = field.split(".")
    value: Value | None = getattr(getattr(ceilings, part), name)
    return value
