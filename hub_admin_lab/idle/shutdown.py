"""Whether this server stops itself.

Agrees with ``ServerApp.shutdown_no_activity`` of jupyter_server 2, except that an open terminal
keeps the server: that is what jupyter_server's help text promises and what does not happen
(jupyter_server_terminals issue 112).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub_admin_lab.idle.decision import DUE, IDLE, Decision, overdue, seconds_between


@dataclass(frozen=True)
class ServerFacts:
    """What is known of this server.

    Attributes
    ----------
    kernels, terminals
        How many run.
    other_work
        Another extension says that it has work under way.
    last_activity
        The last request, kernel message or terminal input and output.
    """

    kernels: int
    terminals: int
    other_work: bool
    last_activity: datetime


def decide_server(server: ServerFacts, idle_timeout: int | None, now: datetime) -> Decision:
    """Decide whether this server stops at ``now``; an ``idle_timeout`` of None is never."""
    idle_seconds = seconds_between(server.last_activity, now)

    def keep(code: str, reason: str) -> Decision:
        return Decision(False, code, reason, None, idle_seconds)

    if idle_timeout is None:
        return keep("off", "Stays: this server does not stop itself.")
    if server.kernels:
        return keep("kernels", "Stays: it has kernels.")
    if server.terminals:
        return keep("terminals", "Stays: it has terminals.")
    if server.other_work:
        return keep("other_work", "Stays: an extension is at work.")
    if server.last_activity > now:
        return keep("clock_skew", "Stays: its last activity is ahead of its clock.")
    due, deadline = overdue(server.last_activity, idle_timeout, now)
    code, reason = DUE if due else IDLE
    return Decision(due, code, reason, deadline, idle_seconds, limit=idle_timeout)
