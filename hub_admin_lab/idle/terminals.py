"""What becomes of a terminal.

Agrees with ``TerminalManager._cull_inactive_terminal`` of jupyter_server_terminals, except that
a terminal without a last activity, or with one in the future, is kept. A terminal knows no busy
and no connected: its activity is what it prints and what is typed into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub_admin_lab.idle.decision import DUE, IDLE, Decision, overdue, seconds_between


@dataclass(frozen=True)
class TerminalFacts:
    """What is known of a terminal."""

    name: str
    last_activity: datetime | None


def decide_terminal(terminal: TerminalFacts, idle_timeout: int | None, now: datetime) -> Decision:
    """Decide what becomes of ``terminal`` at ``now``; an ``idle_timeout`` of None is never."""
    idle_seconds = seconds_between(terminal.last_activity, now)

    def keep(code: str, reason: str) -> Decision:
        return Decision(False, code, reason, None, idle_seconds)

    if idle_timeout is None:
        return keep("off", "Stays: idle terminals are not stopped here.")
    if terminal.last_activity is None:
        return keep("no_activity_known", "Stays: its last activity is not known.")
    if terminal.last_activity > now:
        return keep("clock_skew", "Stays: its last activity is ahead of this server's clock.")
    due, deadline = overdue(terminal.last_activity, idle_timeout, now)
    code, reason = DUE if due else IDLE
    return Decision(due, code, reason, deadline, idle_seconds, limit=idle_timeout)
