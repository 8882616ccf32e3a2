"""What the metrics show of the parts, read whenever somebody asks."""

from __future__ import annotations

from collections.abc import Callable

from hub_admin_lab.service.culler_stats import CullerStats
from hub_admin_lab.service.metrics import timestamp
from hub_admin_lab.service.parts import ServiceParts


def show(parts: ServiceParts, stats: CullerStats) -> None:
    """Add them to the metrics."""
    shown: dict[str, tuple[str, Callable[[], float]]] = {
        "active_servers": (
            "Servers that the Hub last showed as active",
            lambda: len(parts.active.facts),
        ),
        "reporting_servers": (
            "Servers whose last report is known",
            lambda: len(parts.reports),
        ),
        "rules": ("Rules that are set", lambda: len(parts.rulebook.stored())),
        "hub_seen_timestamp_seconds": (
            "When the Hub was last asked for all servers",
            lambda: timestamp(parts.active.as_of),
        ),
        "last_pass_timestamp_seconds": (
            "When the culler last ended a pass",
            lambda: timestamp(stats.last_pass_at),
        ),
        "last_pass_duration_seconds": (
            "How long that pass took",
            lambda: stats.last_pass_seconds,
        ),
        "due_servers": ("Servers that were due in that pass", lambda: stats.due),
    }
    for name, (meaning, value) in shown.items():
        parts.metrics.show(name, meaning, value)
    parts.metrics.count("passes", "Passes of the culler that ended", lambda: stats.passes)
    parts.metrics.count("passes_interrupted", "Passes that ended early", lambda: stats.interrupted)
    parts.metrics.count("culled_servers", "Servers stopped", lambda: stats.culled)
    parts.metrics.count(
        "culled_servers_failed", "Servers that could not be stopped", lambda: stats.failed
    )
