"""What servers are told by their environment."""

from __future__ import annotations

from typing import Any

from hub_admin_lab.hub_config.sections import Sections

_PACKAGE = "hub_admin_lab.hub_config"


class Ours(str):
    """A value that we set, which a second configure() may replace."""

    __slots__ = ()


def add_environment(config: Sections, ours: dict[str, Any]) -> None:
    """Add variables; what the operator set by the same names stays."""
    for section in config.of_spawners("environment"):
        if section != "Spawner" and config.is_lazy(section, "environment"):
            continue  # it adds to c.Spawner's
        set_there = config.get(section, "environment", {}) or {}
        config.put_items(
            section,
            "environment",
            {
                name: value
                for name, value in ours.items()
                if name not in set_there or _is_ours(set_there[name])
            },
        )


def _is_ours(value: Any) -> bool:
    return str(getattr(value, "__module__", "")).startswith(_PACKAGE)
