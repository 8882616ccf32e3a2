"""Which idle settings hold: the configured, the hub's rules, what a person saved, and the bounds.

Settings are kept flat, by the path that they have in ``IdleSettings`` (``kernels.idle_timeout``),
so that precedence, bounds and the saved file have one rule for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hub_admin_lab.idle.kernels import KernelLimits
from hub_admin_lab.idle.words import in_words

if TYPE_CHECKING:
    from hub_admin_lab.models import IdleSettingsUpdate, Source

Value = int | bool | None
Values = Mapping[str, Value]

PROTECT = "protect_running_work"
PARTS = ("kernels", "terminals", "server")
SECONDS = (
    "kernels.idle_timeout",
    "kernels.interval",
    "terminals.idle_timeout",
    "terminals.interval",
    "server.idle_timeout",
)
SWITCHES = ("kernels.cull_connected", "kernels.cull_busy", PROTECT)
FIELDS = SECONDS + SWITCHES

_WHAT = {
    "kernels.idle_timeout": "idle kernels",
    "kernels.interval": "the check of kernels",
    "terminals.idle_timeout": "idle terminals",
    "terminals.interval": "the check of terminals",
    "server.idle_timeout": "an idle server",
}


@dataclass(frozen=True)
class Bounds:
    """The seconds within which the owner may set a duration; None: no bound.

    With a ``max`` the owner may not turn it off either: never is longer than any maximum.
    """

    min: int | None = None
    max: int | None = None

    def allows(self, value: int | None) -> bool:
        """Return whether the owner may set ``value`` (None is off)."""
        return self.clamp(value) == value

    def clamp(self, value: int | None) -> int | None:
        """Return the value nearest to ``value`` that the owner may set."""
        if value is None:
            return self.max
        if self.min is not None:
            value = max(value, self.min)
        return value if self.max is None else min(value, self.max)

    def sentence(self, what: str) -> str:
        """Return what the owner is told whose value is outside."""
        if self.max is None:
            return f"Your hub allows {in_words(self.min or 1)} or longer for {what}."
        if self.min is None:
            return f"Your hub allows up to {in_words(self.max)} for {what}, and not off."
        return f"Your hub allows {in_words(self.min)} to {in_words(self.max)} for {what}."


@dataclass(frozen=True)
class Saved:
    """A value that a person saved, and as what: only an owner's is held within the bounds."""

    value: Value
    by: Literal["owner", "admin"]


@dataclass(frozen=True)
class Setting:
    """A value that holds, and where it came from."""

    value: Value
    source: Source


def sent(update: IdleSettingsUpdate) -> dict[str, Value]:
    """Return the settings that a request names; null, which is off, is a value too."""
    changes: dict[str, Value] = {}
    for part in PARTS:
        if part in update.model_fields_set:
            values = getattr(update, part)
            changes |= {f"{part}.{name}": getattr(values, name) for name in values.model_fields_set}
    if PROTECT in update.model_fields_set:
        changes[PROTECT] = update.protect_running_work
    return changes


def refused(changes: Values, bounds: Mapping[str, Bounds]) -> dict[str, str]:
    """Return the changes outside the owner's bounds, each with the sentence that says so."""
    return {
        name: bounds[name].sentence(_WHAT[name])
        for name, value in changes.items()
        if name in bounds and not bounds[name].allows(value)
    }


def effective(
    configured: Values,
    saved: Mapping[str, Saved],
    bounds: Mapping[str, Bounds],
    ruled: Values | None = None,
) -> dict[str, Setting]:
    """Return what holds for each field: what was saved, else the hub's rules, else the configured.

    What the owner saved when the bounds were wider is brought inside them.
    """
    settings = {name: Setting(configured[name], "config") for name in FIELDS}
    settings |= {name: Setting(value, "rules") for name, value in (ruled or {}).items()}
    for name, entry in saved.items():
        value = entry.value
        if entry.by == "owner" and name in bounds:
            value = bounds[name].clamp(value)
        settings[name] = Setting(value, "saved")
    return settings


def kernel_limits(settings: Mapping[str, Setting]) -> KernelLimits:
    """Return what ``decide_kernel`` needs."""
    return KernelLimits(
        idle_timeout=seconds(settings, "kernels.idle_timeout"),
        cull_connected=bool(settings["kernels.cull_connected"].value),
        cull_busy=bool(settings["kernels.cull_busy"].value),
    )


def seconds(settings: Mapping[str, Setting], name: str) -> int | None:
    """Return a duration; None is off."""
    return settings[name].value


def described(changes: Values) -> str:
    """Return changes as one line for the record: ``kernels.idle_timeout=off``."""
    return ", ".join(
        f"{name}={'off' if value in (None, False) else 'on' if value is True else f'{value} s'}"
        for name, value in sorted(changes.items())
    )
