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
        By field, as in ``hub_admin_lab.idle.settings``; only what some level sets.
    bounds
        Within which the owner may set durations; None where no rule sets any.
    exempt_for
        For so many seconds from when this was told nothing here is stopped by the rules. Seconds,
        because the clock of this server need not be that of the service.
    kept_for
        For so many seconds from then somebody keeps this server.
    """

    values: Values
    bounds: Bounds | None = None
    exempt_for: float | None = None
    kept_for: float | None = None

    def exempt(self, ago: float) -> bool:
        """Return whether an exemption holds so many seconds after this was told."""
        return self.exempt_for is not None and ago < self.exempt_for

    def values_after(self, ago: float) -> dict[str, Value]:
        """Return what holds so many seconds after this was told, by field."""
        never = dict.fromkeys(_TIMEOUTS) if self.exempt(ago) else {}
        return {**self.values, **never}

    def keep_server(self, ago: float) -> bool:
        """Return whether this server must not stop itself, so many seconds after this was told."""
        return self.exempt(ago) or (self.kept_for is not None and ago < self.kept_for)

    def owner_bounds(self, configured: Mapping[str, Bounds]) -> Mapping[str, Bounds]:
        """Return the owner's bounds by field: the rules', or the ``configured`` ones."""
        if self.bounds is None:
            return configured
        interval = Bounds(None, self.bounds.max)
        return {name: self.bounds if name in _TIMEOUTS else interval for name in SECONDS}
