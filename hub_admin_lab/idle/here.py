"""What a single-user server knows of itself, and what the hub's rules say for it.

Between the room that looks and stops (`server`) and the one that reports (`agent`), which know
nothing of each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from hub_admin_lab.idle.kernels import KernelFacts
from hub_admin_lab.idle.settings import SECONDS, Bounds, Value, Values
from hub_admin_lab.idle.terminals import TerminalFacts

_TIMEOUTS = tuple(name for name in SECONDS if name.endswith(".idle_timeout"))


@dataclass(frozen=True)
class Seen:
    """What goes on in this server.

    Attributes
    ----------
    at
        When this was looked at, by this server's clock.
    paths
        By kernel id, the notebook that a kernel belongs to.
    worked_at
        When another extension, or an application behind this server, was last at work.
    protects_work
        A busy kernel keeps this server, by its own settings.
    """

    at: datetime
    kernels: tuple[KernelFacts, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    terminals: tuple[TerminalFacts, ...] = ()
    worked_at: datetime | None = None
    protects_work: bool = True


@dataclass(frozen=True)
class Stop:
    """A kernel or a terminal that this server stopped by itself."""

    kind: Literal["kernel", "terminal"]
    name: str
    reason: str
    outcome: Literal["done", "failed"]


@dataclass(frozen=True)
class HubRules:
    """What the hub's rules say for this server.

    Attributes
    ----------
    values
        By field, as in ``hub_admin_lab.idle.settings``.
    bounds
        Within which the owner may set durations; None where no rule sets any.
    exempt_until
        Until then nothing here is stopped by the rules.
    kept_until
        Until then somebody keeps this server.
    """

    values: Values
    bounds: Bounds | None = None
    exempt_until: datetime | None = None
    kept_until: datetime | None = None

    def values_at(self, now: datetime) -> dict[str, Value]:
        """Return what holds at ``now``, by field: an exemption ends when it ends."""
        never = dict.fromkeys(_TIMEOUTS) if _ahead(self.exempt_until, now) else {}
        return {**self.values, **never}

    def keep_server(self, now: datetime) -> bool:
        """Return whether this server must not stop itself."""
        return _ahead(self.exempt_until, now) or _ahead(self.kept_until, now)

    def owner_bounds(self, configured: Mapping[str, Bounds]) -> Mapping[str, Bounds]:
        """Return the owner's bounds by field: the rules', or the ``configured`` ones."""
        if self.bounds is None:
            return configured
        interval = Bounds(None, self.bounds.max)
        return {name: self.bounds if name in _TIMEOUTS else interval for name in SECONDS}


def _ahead(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now < moment
