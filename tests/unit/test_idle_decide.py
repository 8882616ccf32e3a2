"""What becomes of a server: every branch with its reason code, and its deadline."""

from __future__ import annotations

import pytest

from hub_admin_lab.idle.decide import decide

from .idle_cases import (
    DAY,
    HOUR,
    NOW,
    PERIOD,
    ago,
    ahead,
    book,
    busy_kernel,
    decided,
    exemption,
    holding,
    hub,
    kept,
    kernel,
    report,
    rule,
)

OLD = 3 * PERIOD + PERIOD + 1  # the age of a report after which they count as stopped
AGED = book(hub=rule(max_age=DAY))  # the server of `hub()` is two days old
NEVER = book(hub=rule(idle_timeout="never"))


@pytest.mark.parametrize(
    ("case", "verdict", "code"),
    [
        # What is not known, or under way.
        ({"facts": hub(pending="spawn")}, "keep", "pending"),
        ({"facts": hub(pending="stop"), "rules": AGED}, "keep", "pending"),
        ({"facts": hub(pending="check", ready=False)}, "keep", "pending"),
        ({"facts": hub(ready=False), "rules": AGED}, "keep", "not_ready"),
        ({"facts": hub(None, None)}, "keep", "no_activity_known"),
        ({"facts": hub(None, None), "rules": AGED}, "keep", "no_activity_known"),
        ({"facts": hub(started=-61)}, "keep", "clock_skew"),
        ({"facts": hub(started=-61), "seen": report(kernel())}, "keep", "clock_skew"),
        ({"facts": hub(started=-60)}, "cull", "due_never_reported"),
        ({"facts": hub(-61)}, "keep", "clock_skew"),
        ({"facts": hub(-60)}, "keep", "idle_never_reported"),
        ({"facts": hub(-61), "seen": report(kernel())}, "keep", "clock_skew"),
        ({"seen": report(presence=-61, age=-61)}, "keep", "clock_skew"),
        ({"seen": report(presence=-60, age=-60)}, "keep", "idle"),
        # It never reported, or not in this run.
        ({}, "cull", "due_never_reported"),
        ({"facts": hub(HOUR)}, "cull", "due_never_reported"),
        ({"facts": hub(HOUR - 1)}, "keep", "idle_never_reported"),
        ({"facts": hub(None, HOUR)}, "cull", "due_never_reported"),
        ({"facts": hub(None, HOUR - 1)}, "keep", "idle_never_reported"),
        ({"facts": hub(HOUR, None)}, "cull", "due_never_reported"),
        (
            {"facts": hub(60, 60), "seen": report(busy_kernel(5), age=61)},
            "keep",
            "idle_never_reported",
        ),
        # It reports: what it says counts, and not the Hub's word.
        ({"seen": report(kernel(idle=HOUR))}, "cull", "due"),
        ({"seen": report(kernel(idle=HOUR - 1))}, "keep", "idle"),
        ({"facts": hub(0), "seen": report(kernel(idle=HOUR))}, "cull", "due"),
        ({"seen": report(terminals=[DAY, 60])}, "keep", "idle"),
        ({"seen": report(presence=60)}, "keep", "idle"),
        ({"seen": report(work=60)}, "keep", "idle"),
        ({"seen": report(kernel(), terminals=[DAY], presence=DAY, work=DAY)}, "cull", "due"),
        ({"seen": report(tabs=5)}, "cull", "due"),
        ({"facts": hub(HOUR - 1, HOUR - 1), "seen": report()}, "keep", "idle"),
        ({"facts": hub(HOUR, HOUR), "seen": report()}, "cull", "due"),
        ({"facts": hub(None, None), "seen": report()}, "keep", "no_activity_known"),
        ({"facts": hub(None, None), "seen": report(kernel())}, "cull", "due"),
        # What does not say when it was active may have been until the report.
        ({"seen": report(kernel(idle=None))}, "keep", "idle"),
        ({"seen": report(terminals=[None])}, "keep", "idle"),
        # A kernel that does not say whether it runs code may do so.
        ({"seen": report(kernel(state="unknown"))}, "keep", "idle"),
        ({"seen": report(kernel(), kernel(state="restarting"))}, "keep", "idle"),
        ({"seen": report(kernel(state="dead"))}, "cull", "due"),
        ({"seen": report(kernel(state="starting"))}, "cull", "due"),
        ({"seen": report(kernel(state="what?"), age=HOUR)}, "cull", "due_reports_stopped"),
        ({"seen": report(kernel(state="what?"), age=HOUR - 1)}, "keep", "idle_reports_stopped"),
        # Kernels that run code.
        ({"seen": report(kernel(), busy_kernel(2 * HOUR))}, "keep", "busy"),
        ({"seen": report(busy_kernel(DAY))}, "keep", "idle"),
        ({"seen": report(busy_kernel(DAY + HOUR - 1))}, "keep", "idle"),
        ({"seen": report(busy_kernel(DAY + HOUR))}, "cull", "due"),
        ({"seen": report(busy_kernel(9 * DAY)), "busy_max": None}, "keep", "busy"),
        ({"seen": report(busy_kernel(2 * HOUR), protects_work=False)}, "cull", "due"),
        ({"seen": report(busy_kernel(60), protects_work=False)}, "keep", "idle"),
        ({"seen": report(busy_kernel(None))}, "keep", "busy"),
        ({"seen": report(left_out_busy=True)}, "keep", "busy"),
        # The reports stopped.
        ({"seen": report(kernel(), age=OLD)}, "cull", "due_reports_stopped"),
        # One that is late may be on its way, and tell of use.
        ({"seen": report(kernel(), age=PERIOD)}, "cull", "due"),
        ({"seen": report(kernel(), age=PERIOD + 1)}, "keep", "settling"),
        ({"seen": report(kernel(), age=OLD - 1)}, "keep", "settling"),
        ({"seen": report(kernel(idle=60), age=OLD - 1)}, "keep", "idle"),
        ({"seen": report(kernel(), age=OLD - 1), "rules": AGED}, "cull", "max_age"),
        ({"facts": hub(60), "seen": report(kernel(), age=OLD)}, "keep", "idle_reports_stopped"),
        ({"facts": hub(60), "seen": report(kernel(), age=OLD - 1)}, "keep", "settling"),
        ({"seen": report(kernel(600), age=OLD)}, "keep", "idle_reports_stopped"),
        ({"seen": report(busy_kernel(7 * HOUR), age=6 * HOUR)}, "keep", "busy_reports_stopped"),
        ({"seen": report(busy_kernel(25 * HOUR), age=6 * HOUR)}, "cull", "due_reports_stopped"),
        ({"seen": report(busy_kernel(24 * HOUR), age=6 * HOUR)}, "keep", "idle_reports_stopped"),
        ({"seen": report(age=6 * HOUR, left_out_busy=True)}, "keep", "busy_reports_stopped"),
        # What puts the end off.
        ({"rules": book(user_alice=rule(exempt=exemption()))}, "keep", "exempt"),
        ({"rules": book(user_alice=rule(exempt=exemption(-1)))}, "cull", "due_never_reported"),
        ({"rules": AGED | book(user_alice=rule(exempt=exemption()))}, "keep", "exempt"),
        ({"keeps": kept(1)}, "keep", "kept"),
        ({"keeps": kept(0)}, "cull", "due_never_reported"),
        ({"keeps": kept(1), "rules": AGED}, "keep", "kept"),
        ({"seen": report(kernel(), age=OLD), "settled_at": ahead(1)}, "keep", "settling"),
        ({"seen": report(kernel(), age=OLD), "settled_at": NOW}, "cull", "due_reports_stopped"),
        ({"seen": report(kernel(), age=3 * DAY), "settled_at": ahead(1)}, "keep", "settling"),
        ({"settled_at": ahead(1)}, "cull", "due_never_reported"),
        # Idle servers are not stopped here, but old ones are.
        ({"rules": NEVER}, "keep", "never"),
        ({"facts": hub(0), "rules": AGED}, "cull", "max_age"),
        ({"seen": report(busy_kernel(5)), "rules": AGED}, "cull", "max_age"),
        ({"facts": hub(-HOUR), "rules": AGED}, "cull", "max_age"),
        ({"rules": AGED}, "cull", "due_never_reported"),
        ({"facts": hub(0, DAY - 60), "rules": AGED}, "keep", "age"),
        ({"facts": hub(0, HOUR), "rules": AGED}, "keep", "idle_never_reported"),
        ({"facts": hub(0, None), "rules": AGED}, "keep", "idle_never_reported"),
    ],
)
def test_decides(case, verdict, code):
    decision = decided(**case)
    assert (decision.verdict, decision.reason_code) == (verdict, code)
    assert decision.reason[0].isupper()
    assert decision.reason.endswith(".")
    if verdict == "cull":
        assert decision.deadline <= NOW
    elif decision.deadline is not None:
        assert decision.deadline > NOW


@pytest.mark.parametrize(
    ("case", "deadline"),
    [
        ({"facts": hub(600)}, ahead(3000)),
        ({"facts": hub(2 * HOUR)}, ago(HOUR)),
        ({"facts": hub(pending="spawn")}, None),
        ({"facts": hub(ready=False)}, None),
        ({"rules": NEVER}, None),
        ({"facts": hub(None, None)}, None),
        ({"facts": hub(-HOUR)}, None),
        ({"facts": hub(-HOUR, HOUR), "rules": AGED}, ahead(23 * HOUR)),
        ({"facts": hub(600, DAY - 600), "rules": AGED}, ahead(600)),
        ({"facts": hub(600, HOUR), "rules": AGED}, ahead(3000)),
        # A kernel that goes on running code, in a session that nobody touches.
        ({"seen": report(busy_kernel(HOUR))}, ahead(DAY)),
        ({"seen": report(busy_kernel(HOUR), busy_kernel(60))}, ahead(DAY + HOUR - 60)),
        ({"seen": report(busy_kernel(HOUR)), "busy_max": None}, None),
        ({"seen": report(busy_kernel(DAY + 60))}, ahead(3540)),
        # Since when is not known: as late as can be.
        ({"seen": report(busy_kernel(None), age=20)}, ahead(DAY + HOUR - 20)),
        ({"seen": report(left_out_busy=True, age=20)}, ahead(DAY + HOUR - 20)),
        # What it prints is activity too, where it is told.
        ({"seen": report(busy_kernel(9 * DAY, idle=60))}, ahead(3540)),
        ({"seen": report(busy_kernel(2 * HOUR, idle=60), protects_work=False)}, ahead(3540)),
        # What puts the end off, does so from whatever it is otherwise.
        ({"keeps": kept(600)}, ahead(600)),
        ({"facts": hub(600), "keeps": kept(600)}, ahead(3000)),
        ({"keeps": kept(600), "rules": NEVER}, None),
        ({"rules": book(hub=rule(exempt=exemption(600)))}, ahead(600)),
        ({"rules": book(hub=rule(exempt=exemption(600))), "keeps": kept(900)}, ahead(900)),
        ({"rules": AGED, "keeps": kept(600)}, ahead(600)),
    ],
)
def test_tells_when_it_stops_if_nothing_happens(case, deadline):
    assert decided(**case).deadline == deadline


@pytest.mark.parametrize(
    ("rules", "warn_at"),
    [
        ({}, ahead(2400)),
        (book(hub=rule(warn_before=60)), ahead(2940)),
        (book(hub=rule(warn_before="never")), None),
        (NEVER, None),
        # A warning longer than the limit itself would never end: half the limit.
        (book(hub=rule(idle_timeout=1000)), ahead(400 - 600)),
        (book(hub=rule(idle_timeout=600)), ago(300)),
        (book(hub=rule(idle_timeout=900), user_alice=rule(warn_before=1800)), ago(150)),
    ],
)
def test_tells_when_the_owner_is_warned(rules, warn_at):
    assert decided(hub(600), rules=rules).warn_at == warn_at


def test_what_was_last_active_is_the_latest_that_counts():
    assert decided(hub(600, 700)).last_activity == ago(600)
    assert decided(hub(None, 700)).last_activity == ago(700)
    assert decided(seen=report(kernel(500), presence=400)).last_activity == ago(400)
    assert decided(hub(300), report(kernel(500))).last_activity == ago(500)
    assert decided(hub(300), report(kernel(500), age=OLD)).last_activity == ago(300)
    assert decided(seen=report(busy_kernel(500))).last_activity == NOW
    assert decided(seen=report(busy_kernel(DAY + 500))).last_activity == ago(500)


def test_an_exemption_that_ended_since_the_rules_were_resolved_is_no_reason():
    rules = holding(book(hub=rule(exempt=exemption(60))))
    decision = decide(hub(0), None, None, rules, ahead(120), busy_max=DAY)
    assert decision.reason_code == "idle_never_reported"


def test_names_the_level_whose_rule_it_is():
    rules = book(hub=rule(max_age=DAY), user_alice=rule(idle_timeout=60))
    assert decided(rules=rules).origin.level == "user"
    assert decided(hub(0), rules=rules).origin.level == "hub"
    assert decided(hub(0, HOUR), rules=rules).origin.level == "user"
    assert decided().origin.level == "default"
    assert decided(rules=book(group_a=rule(exempt=exemption()))).origin.name == "a"
    assert decided(keeps=kept()).origin is None
