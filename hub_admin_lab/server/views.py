"""Kernels and idle settings as the API shows them.

Loaded with the first request: pydantic takes longer to load than all the rest of this extension,
and culling runs without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from hub_admin_lab.idle.decision import Decision, seconds_between
from hub_admin_lab.idle.kernels import KernelFacts
from hub_admin_lab.idle.settings import PARTS, SECONDS, Bounds, Setting, Values
from hub_admin_lab.models import IdleSettings, KernelView, WouldCull

_MOMENT: TypeAdapter[datetime | None] = TypeAdapter(datetime | None)


def kernel_view(kernel: KernelFacts, path: str | None, decision: Decision) -> KernelView:
    """Return a kernel whose culling is decided here."""
    return KernelView(
        id=kernel.id,
        name=kernel.name,
        path=path,
        execution_state=kernel.state or "unknown",
        last_activity=kernel.last_activity,
        connections=kernel.connections,
        idle_seconds=decision.idle_seconds,
        busy_seconds=decision.busy_seconds,
        cull_at=decision.cull_at,
        reason=decision.reason,
        reason_code=decision.reason_code,
    )


def foreign_kernel_view(
    model: dict[str, Any],
    path: str | None,
    *,
    reason: str,
    busy_since: datetime | None,
    now: datetime,
) -> KernelView:
    """Return a kernel that somebody else stops, from Jupyter's own model of it."""
    last_activity = _MOMENT.validate_python(model.get("last_activity"))
    busy = model.get("execution_state") == "busy"
    return KernelView(
        id=model["id"],
        name=model["name"],
        path=path,
        execution_state=model.get("execution_state") or "unknown",
        last_activity=last_activity,
        connections=model.get("connections", 0),
        idle_seconds=None if busy else seconds_between(last_activity, now),
        busy_seconds=seconds_between(busy_since, now) if busy else None,
        cull_at=None,
        reason=reason,
        reason_code="not_adjustable",
    )


def settings_view(
    settings: Mapping[str, Setting],
    configured: Values,
    bounds: Mapping[str, Bounds],
    *,
    not_adjustable: Mapping[str, str],
    would_cull: WouldCull | None = None,
) -> IdleSettings:
    """Return the settings as the API answers them."""
    answer: dict[str, Any] = {part: {} for part in PARTS}
    for name, setting in settings.items():
        entry = {"value": setting.value, "source": setting.source, "default": configured[name]}
        if name in SECONDS:
            bound = bounds.get(name, Bounds())
            entry |= {"min": bound.min, "max": bound.max}
        part, _, field = name.rpartition(".")
        (answer[part] if part else answer)[field] = entry
    return IdleSettings.model_validate(
        {**answer, "not_adjustable": not_adjustable, "would_cull": would_cull}
    )


def would_cull_view(kernels: Iterable[str], terminals: Iterable[str]) -> WouldCull:
    """Return what new settings stop at once."""
    return WouldCull(kernels=list(kernels), terminals=list(terminals))
