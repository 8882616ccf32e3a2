"""Whether kernels that run code keep this server alive (section 4 of the design)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta


def work_is_protected(busy_since: Iterable[datetime], busy_max: int | None, now: datetime) -> bool:
    """Return whether any kernel runs code, and has not done so for ``busy_max`` or longer.

    Parameters
    ----------
    busy_since
        For each busy kernel, when it became busy. One short cell after another is not one long
        one: each starts anew.
    busy_max
        Seconds that one cell may keep the server; None: for ever.
    """
    return any(
        busy_max is None or now - since < timedelta(seconds=busy_max) for since in busy_since
    )
