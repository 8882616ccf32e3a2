"""What becomes of a kernel.

Agrees with ``MappingKernelManager.cull_kernel_if_idle`` of jupyter_server 2, except where that
guesses (rules 6 and 7 of the design):

- a kernel without a last activity, or with one in the future, or in a state that is none of
  Jupyter's, is kept;
- a kernelspec's own ``cull_idle_timeout`` of 0 or less means never, not "at once".

While culling is off nothing is stopped, whatever a kernelspec says: jupyter_server does not look
at kernelspecs either then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from hub_admin_lab.idle.decision import DUE, FOREVER, IDLE, Decision, overdue, seconds_between

# `starting` counts as idle, as in jupyter_server: a kernel to which no client ever talked says
# "starting" for as long as it lives, and one that takes longer to start than the idle limit has
# been active no more than one that did nothing.
_IDLE_STATES = frozenset({"idle", "starting"})

STATES = _IDLE_STATES | {"busy", "dead"}
"""The states that say whether a kernel is in use; in any other one it may be."""


@dataclass(frozen=True)
class KernelLimits:
    """When idle kernels are stopped; ``idle_timeout`` in seconds, None is never."""

    idle_timeout: int | None
    cull_connected: bool
    cull_busy: bool


@dataclass(frozen=True)
class KernelFacts:
    """What is known of a kernel.

    Attributes
    ----------
    busy_since
        When it became busy; None unless it is.
    spec_timeout
        What the kernelspec says under ``metadata.cull_idle_timeout``, unchecked; None where it
        says nothing.
    """

    id: str
    name: str
    state: str | None
    last_activity: datetime | None
    connections: int = 0
    busy_since: datetime | None = None
    spec_timeout: object = None


def decide_kernel(kernel: KernelFacts, limits: KernelLimits, now: datetime) -> Decision:
    """Decide what becomes of ``kernel`` at ``now``."""
    busy = kernel.state == "busy"
    idle_seconds = None if busy else seconds_between(kernel.last_activity, now)
    busy_seconds = seconds_between(kernel.busy_since or kernel.last_activity, now) if busy else None

    def keep(code: str, reason: str) -> Decision:
        return Decision(False, code, reason, None, idle_seconds, busy_seconds)

    if limits.idle_timeout is None:
        return keep("off", "Stays: idle kernels are not stopped here.")
    if kernel.state == "dead":
        return Decision(True, "dead", "Stops: it died.", now, idle_seconds)
    if kernel.state not in STATES:
        return keep("unknown_state", "Stays: it does not say whether it is idle.")
    timeout = _timeout(kernel.spec_timeout, limits.idle_timeout)
    if timeout is None:
        return keep("never", "Stays: kernels of this kind are never stopped.")
    if kernel.last_activity is None:
        return keep("no_activity_known", "Stays: its last activity is not known.")
    if kernel.last_activity > now:
        return keep("clock_skew", "Stays: its last activity is ahead of this server's clock.")
    if busy and not limits.cull_busy:
        return keep("busy", "Stays: it is running code.")
    if kernel.connections and not limits.cull_connected:
        return keep("connected", "Stays: a notebook is open on it.")
    due, deadline = overdue(kernel.last_activity, timeout, now)
    code, reason = DUE if due else IDLE
    return Decision(due, code, reason, deadline, idle_seconds, busy_seconds, timeout)


def _timeout(own: object, general: int) -> float | None:
    """Return the timeout in seconds that holds for a kernel; None: never.

    A kernelspec is written by anybody: what is no number of seconds is taken as never.
    """
    if own is None:
        return general
    if isinstance(own, bool) or not isinstance(own, (int, float)) or math.isnan(own):
        return None
    return float(own) if 0 < own <= FOREVER else None
