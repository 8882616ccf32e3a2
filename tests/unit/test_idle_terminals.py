"""What becomes of a terminal, and of this server."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from hub_admin_lab.idle.shutdown import ServerFacts, decide_server
from hub_admin_lab.idle.terminals import TerminalFacts, decide_terminal
from hub_admin_lab.idle.work import work_is_protected

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("last_activity", "timeout", "cull", "code"),
    [
        (ago(601), 600, True, "due"),
        (ago(600), 600, False, "idle"),
        (ago(601), None, False, "off"),
        (None, 600, False, "no_activity_known"),
        (ago(-1), 600, False, "clock_skew"),
    ],
)
def test_terminal(last_activity, timeout, cull, code):
    decision = decide_terminal(TerminalFacts("1", last_activity), timeout, NOW)
    assert (decision.cull, decision.reason_code) == (cull, code)


def server(kernels=0, terminals=0, other_work=False, unused=601):
    return ServerFacts(kernels, terminals, other_work, ago(unused))


@pytest.mark.parametrize(
    ("facts", "timeout", "cull", "code"),
    [
        (server(), 600, True, "due"),
        (server(unused=600), 600, False, "idle"),
        (server(), None, False, "off"),
        (server(kernels=1), 600, False, "kernels"),
        (server(terminals=1), 600, False, "terminals"),
        (server(other_work=True), 600, False, "other_work"),
        (server(unused=-1), 600, False, "clock_skew"),
    ],
)
def test_server(facts, timeout, cull, code):
    decision = decide_server(facts, timeout, NOW)
    assert (decision.cull, decision.reason_code) == (cull, code)


@pytest.mark.parametrize(
    ("busy_since", "busy_max", "protected"),
    [
        ([], None, False),
        ([ago(59)], 60, True),
        ([ago(60)], 60, False),
        ([ago(10**8)], None, True),
        ([ago(500), ago(1)], 60, True),
    ],
)
def test_work_is_protected_for_as_long_as_it_may_take(busy_since, busy_max, protected):
    assert work_is_protected(busy_since, busy_max, NOW) is protected
