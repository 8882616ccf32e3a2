"""What becomes of one kernel, one terminal, or this server, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub_admin_lab.idle.words import about, in_words

# Longer than any server lives. Also keeps the arithmetic below inside what a date can hold.
FOREVER = 10 * 365 * 86400

# Code and sentence of whatever has a deadline: before it, and after.
IDLE = ("idle", "Stops unless it is used.")
DUE = ("due", "Stops at the next check unless it is used.")


@dataclass(frozen=True)
class Decision:
    """Keep or cull, and the reason.

    Attributes
    ----------
    cull
        Stop it now.
    reason_code
        A stable word for programs.
    reason
        The same as a sentence for a person.
    cull_at
        When it is stopped if nothing happens until then; the next check after that moment does
        it. None: it is not going to be stopped.
    idle_seconds
        Since its last activity; None while it is busy or when that is not known.
    busy_seconds
        Since it became busy; None unless it is.
    limit
        The idle seconds that were weighed; None where none were.
    """

    cull: bool
    reason_code: str
    reason: str
    cull_at: datetime | None = None
    idle_seconds: int | None = None
    busy_seconds: int | None = None
    limit: float | None = None

    @property
    def cause(self) -> str:
        """Why it is stopped, for the record: how long it was idle, and the limit."""
        if self.limit is None:
            return self.reason
        limit = f"the limit is {in_words(int(self.limit))}"
        if self.idle_seconds is None:
            return f"no activity while it ran code; {limit}"
        return f"idle for {about(self.idle_seconds)}; {limit}"


def seconds_between(since: datetime | None, now: datetime) -> int | None:
    """Return whole seconds from ``since`` to ``now``; 0 if it lies ahead, None if not known."""
    return None if since is None else max(0, int((now - since).total_seconds()))


def overdue(last_activity: datetime, timeout: float, now: datetime) -> tuple[bool, datetime]:
    """Return whether the idle time exceeds ``timeout`` (seconds), and when it does.

    Exceeds, not reaches: as ``MappingKernelManager.cull_kernel_if_idle`` has it.
    """
    deadline = last_activity + timedelta(seconds=timeout)
    return now > deadline, deadline
