"""What becomes of a kernel, and that jupyter_server would decide the same."""

from __future__ import annotations

import itertools
import logging
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import get_args

import pytest
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

from hub_admin_lab.idle.kernels import KernelFacts, KernelLimits, decide_kernel
from hub_admin_lab.models.idle import KernelReasonCode

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
LIMITS = KernelLimits(idle_timeout=600, cull_connected=True, cull_busy=False)


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


def kernel(state="idle", unused=601, **more):
    last_activity = None if unused is None else ago(unused)
    return KernelFacts(id="k", name="python3", state=state, last_activity=last_activity, **more)


def limits(**changes):
    return KernelLimits(
        **{"idle_timeout": 600, "cull_connected": True, "cull_busy": False} | changes
    )


@pytest.mark.parametrize(
    ("facts", "held", "cull", "code"),
    [
        (kernel(), limits(), True, "due"),
        (kernel(unused=600), limits(), False, "idle"),
        (kernel(), limits(idle_timeout=None), False, "off"),
        (kernel("dead"), limits(idle_timeout=None), False, "off"),
        (kernel("dead", unused=0), limits(), True, "dead"),
        (kernel("starting"), limits(), True, "due"),
        (kernel("starting", unused=5), limits(), False, "idle"),
        (kernel("busy"), limits(), False, "busy"),
        (kernel("busy"), limits(cull_busy=True), True, "due"),
        (kernel(connections=1), limits(), True, "due"),
        (kernel(connections=1), limits(cull_connected=False), False, "connected"),
        (kernel(connections=0), limits(cull_connected=False), True, "due"),
        (kernel("busy", connections=1), limits(cull_connected=False), False, "busy"),
        (kernel(None), limits(), False, "unknown_state"),
        (kernel("restarting"), limits(), False, "unknown_state"),
        (kernel(unused=None), limits(), False, "no_activity_known"),
        (kernel(unused=-1), limits(), False, "clock_skew"),
        (kernel("busy", unused=-1), limits(cull_busy=True), False, "clock_skew"),
        (kernel(spec_timeout=60, unused=61), limits(), True, "due"),
        (kernel(spec_timeout=3600), limits(), False, "idle"),
        (kernel(spec_timeout=0), limits(), False, "never"),
        (kernel(spec_timeout=-1), limits(), False, "never"),
        (kernel(spec_timeout=0.5), limits(), True, "due"),
        (kernel(spec_timeout="60"), limits(), False, "never"),
        (kernel(spec_timeout=True), limits(), False, "never"),
        (kernel(spec_timeout=float("nan")), limits(), False, "never"),
        (kernel(spec_timeout=float("inf")), limits(), False, "never"),
        (kernel(spec_timeout=10**30), limits(), False, "never"),
        (kernel(spec_timeout=60), limits(idle_timeout=None), False, "off"),
    ],
)
def test_decides(facts, held, cull, code):
    decision = decide_kernel(facts, held, NOW)
    assert (decision.cull, decision.reason_code) == (cull, code)
    assert code in get_args(KernelReasonCode)
    assert decision.reason.startswith("Stops" if cull or code == "idle" else "Stays: ")
    assert decision.reason.endswith(".")


def test_tells_when_it_stops_an_idle_kernel():
    decision = decide_kernel(kernel(unused=200), LIMITS, NOW)
    assert decision.cull_at == NOW + timedelta(seconds=400)
    assert (decision.idle_seconds, decision.busy_seconds) == (200, None)
    assert decide_kernel(kernel(unused=200, spec_timeout=300), LIMITS, NOW).cull_at == NOW + (
        timedelta(seconds=100)
    )


def test_tells_since_when_a_kernel_is_busy_and_that_it_is_not_stopped():
    decision = decide_kernel(kernel("busy", unused=5, busy_since=ago(720)), LIMITS, NOW)
    assert (decision.idle_seconds, decision.busy_seconds) == (None, 720)
    assert decision.cull_at is None


@pytest.mark.parametrize("state", ["idle", "busy", "starting", "dead"])
def test_what_stays_has_no_deadline(state):
    decision = decide_kernel(kernel(state), limits(idle_timeout=None), NOW)
    assert decision.cull_at is None


@pytest.mark.parametrize(
    ("facts", "held", "cause"),
    [
        (kernel(unused=3720), limits(), "idle for 1 h 2 min; the limit is 10 min"),
        (kernel("busy"), limits(cull_busy=True), "no activity while it ran code; the limit is"),
        (kernel("dead"), limits(), "it died"),
        (kernel(spec_timeout=90, unused=100), limits(), "idle for 100 s; the limit is 90 s"),
    ],
)
def test_says_in_the_record_why_it_stopped_a_kernel(facts, held, cause):
    assert cause in decide_kernel(facts, held, NOW).cause


# --- the same as jupyter_server -----------------------------------------------------------


class Manager:
    """As much of a kernel manager as ``cull_kernel_if_idle`` looks at."""

    log = logging.getLogger("culler")

    def __init__(self, facts, held, last_activity):
        metadata = {} if facts.spec_timeout is None else {"cull_idle_timeout": facts.spec_timeout}
        self.cull_idle_timeout = held.idle_timeout
        self.cull_busy = held.cull_busy
        self.cull_connected = held.cull_connected
        self._kernel_connections = {"k": facts.connections}
        self._kernels = {
            "k": SimpleNamespace(
                execution_state=facts.state,
                last_activity=last_activity,
                kernel_name=facts.name,
                kernel_spec=SimpleNamespace(metadata=metadata),
            )
        }
        self.stopped = []

    async def shutdown_kernel(self, kernel_id):
        self.stopped.append(kernel_id)


async def test_agrees_with_jupyter_server():
    """Every combination of what both look at."""
    now = datetime.now(timezone.utc)
    grid = itertools.product(
        ["idle", "busy", "starting", "dead"],  # state
        [10, 590, 1000, 5000],  # unused for
        [0, 2],  # connections
        [None, 60, 3600],  # the kernelspec's own
        [60, 600, 3600],  # idle_timeout
        [True, False],  # cull_connected
        [True, False],  # cull_busy
    )
    culled = 0
    for state, unused, connections, spec, timeout, connected, busy in grid:
        last_activity = now - timedelta(seconds=unused)
        facts = KernelFacts("k", "python3", state, last_activity, connections, None, spec)
        held = KernelLimits(timeout, cull_connected=connected, cull_busy=busy)
        manager = Manager(facts, held, last_activity)
        await MappingKernelManager.cull_kernel_if_idle(manager, "k")
        assert decide_kernel(facts, held, now).cull == bool(manager.stopped), (facts, held)
        culled += len(manager.stopped)
    assert culled > 100
