"""What a person reads: the reason, and everything that was looked at."""

from __future__ import annotations

import pytest

from hub_admin_lab.idle.activity import report_of
from hub_admin_lab.models.decision import ReasonFacts
from hub_admin_lab.models.report import CheckIn

from .idle_cases import (
    DAY,
    HOUR,
    NOW,
    ago,
    ahead,
    book,
    busy_kernel,
    decided,
    exemption,
    hub,
    kept,
    kernel,
    report,
    rule,
)

AGED = book(group_a=rule(max_age=DAY))


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ({"facts": hub(pending="spawn")}, "It is starting."),
        ({"facts": hub(pending="<b>")}, "The Hub has something under way with it."),
        ({"facts": hub(ready=False)}, "The Hub does not say that it is ready."),
        ({"facts": hub(started=-90)}, "It starts in the future: one of the clocks is wrong."),
        ({"facts": hub(-90)}, "It was active in the future: one of the clocks is wrong."),
        ({"facts": hub(None, None)}, "Neither its last activity nor its start is known."),
        (
            {"seen": report(kernel(3000)), "rules": book(group_a=rule(idle_timeout=HOUR))},
            "Nothing used for 50 min; the limit is 1 h, set for group a.",
        ),
        (
            {"seen": report(presence=20)},
            "Nothing used for 20 s; the limit is 1 h, the default.",
        ),
        (
            {"facts": hub(3000), "rules": book(hub=rule(idle_timeout=1800))},
            "It does not report what is in use; the Hub saw no activity for 50 min; "
            "the limit is 30 min, set for the hub.",
        ),
        (
            {"facts": hub(3000), "seen": report(kernel(), age=4000)},
            "It last reported 1 h 6 min ago; nothing was used for 50 min by that or at the Hub; "
            "the limit is 1 h, the default.",
        ),
        (
            {
                "seen": report(kernel(600)),
                "rules": book(
                    hub=rule(ceilings={"server": {"idle_timeout": 2 * HOUR}}),
                    user_alice=rule(idle_timeout="never"),
                ),
            },
            "Nothing used for 10 min; the limit is 2 h, the most that the hub allows user alice.",
        ),
        (
            {"seen": report(busy_kernel(720))},
            "A kernel has run code for 12 min, which keeps it for 1 d at most.",
        ),
        (
            {"seen": report(busy_kernel(720)), "busy_max": None},
            "A kernel has run code for 12 min, which keeps it.",
        ),
        (
            {"seen": report(busy_kernel(HOUR), age=600)},
            "It last reported 10 min ago, while a kernel ran code, which keeps it for 1 d at most.",
        ),
        (
            {"seen": report(busy_kernel(DAY + 600))},
            "Nothing used for 10 min; the limit is 1 h, the default. "
            "A kernel runs code, but for longer than the 1 d that keep it.",
        ),
        (
            {"seen": report(busy_kernel(600), protects_work=False)},
            "Nothing used for 10 min; the limit is 1 h, the default. "
            "A kernel runs code, which does not keep it by its own settings.",
        ),
        (
            {"facts": hub(0, DAY + 60), "rules": AGED},
            "It has run for 1 d; at an age of 1 d it stops even while it is in use, "
            "set for group a.",
        ),
        (
            {"facts": hub(0, HOUR), "seen": report(busy_kernel(60)), "rules": AGED},
            "At an age of 1 d it stops even while it is in use, set for group a. "
            "A kernel that runs code does not change that.",
        ),
        (
            {"rules": book(server_alice=rule(idle_timeout="never"))},
            "Idle servers are never stopped here, set for this server.",
        ),
        (
            {"rules": book(group_b=rule(exempt=exemption(HOUR)))},
            "Exempt for another 1 h, set for group b: long training run.",
        ),
        (
            {"rules": book(hub=rule(exempt=exemption(90, "Exam!")))},
            "Exempt for another 90 s, set for the hub: Exam!",
        ),
        ({"keeps": kept(3 * HOUR, "admin")}, "Kept for another 3 h by admin."),
        (
            {"seen": report(), "settled_at": ahead(1)},
            "Reports were interrupted for many servers: its next one may be on the way.",
        ),
        (
            {"seen": report(kernel(600, state="what?"))},
            "Nothing used for 10 s; the limit is 1 h, the default. A kernel does not say whether it"
            " runs code, which counts as use while it reports.",
        ),
    ],
)
def test_the_reason(case, reason):
    assert decided(**case).reason == reason


@pytest.mark.parametrize(
    ("case", "facts"),
    [
        ({"facts": hub(pending="stop")}, {"which": "stop"}),
        ({"facts": hub(pending="<b>")}, {}),
        ({"facts": hub(started=-90)}, {"which": "start"}),
        ({"facts": hub(-90)}, {"which": "activity"}),
        ({"facts": hub(3000)}, {"seconds": 3000, "limit": HOUR}),
        (
            {"facts": hub(3000), "seen": report(kernel(), age=4000)},
            {"seconds": 3000, "reported": 4000, "limit": HOUR},
        ),
        ({"seen": report(busy_kernel(720))}, {"seconds": 720, "busy_max": DAY}),
        ({"seen": report(busy_kernel(720)), "busy_max": None}, {"seconds": 720}),
        (
            {"seen": report(busy_kernel(HOUR), age=600)},
            {"seconds": HOUR, "reported": 600, "busy_max": DAY},
        ),
        (
            {"seen": report(busy_kernel(DAY + 600), kernel(700, state="what?"))},
            {
                "seconds": 10,
                "limit": HOUR,
                "busy_max": DAY,
                "also": ["busy_too_long", "unclear"],
            },
        ),
        (
            {"seen": report(busy_kernel(600), protects_work=False)},
            {"seconds": 600, "limit": HOUR, "also": ["busy_unprotected"]},
        ),
        (
            {"facts": hub(0, DAY + 60), "rules": AGED},
            {"seconds": DAY + 60, "limit": DAY},
        ),
        (
            {"facts": hub(0, HOUR), "seen": report(busy_kernel(60)), "rules": AGED},
            {"limit": DAY, "also": ["busy_all_the_same"]},
        ),
        (
            {"rules": book(hub=rule(exempt=exemption(90, "Exam")))},
            {"seconds": 90, "words": "Exam."},
        ),
        ({"keeps": kept(3 * HOUR, "admin")}, {"seconds": 3 * HOUR, "words": "admin"}),
        ({"seen": report(), "settled_at": ahead(1)}, {"which": "interrupted"}),
    ],
)
def test_what_the_sentence_is_made_of(case, facts):
    assert decided(**case).facts == ReasonFacts(**facts)


def sources(**case):
    """Kind, name, time and whether it counts, of each source."""
    return [(s.kind, s.name, s.at, s.counts) for s in decided(**case).sources]


def test_everything_that_was_looked_at():
    seen = report(
        kernel(600),
        busy_kernel(60, path=None),
        terminals=[700, None],
        presence=800,
        work=900,
        tabs=2,
    )
    assert sources(facts=hub(50), seen=seen, keeps=kept(HOUR, "admin")) == [
        ("kernel", "train.ipynb", ago(600), True),
        ("busy_kernel", "k1", NOW, True),
        ("terminal", "t0", ago(700), True),
        ("terminal", "t1", None, True),
        ("presence", "", ago(800), True),
        ("work", "", ago(900), True),
        ("tab", "2", ago(10), False),
        ("hub", "", ago(50), False),
        ("report", "", ago(10), False),
        ("extension", "admin", ahead(HOUR), True),
    ]


def test_without_reports_the_hub_counts():
    assert sources(facts=hub(50)) == [("hub", "", ago(50), True), ("report", "", None, False)]
    assert ("hub", "", ago(50), True) in sources(facts=hub(50), seen=report(age=HOUR))


def test_what_was_granted_is_shown_until_it_ends():
    assert sources(keeps=kept(1))[-1] == ("extension", "alice", ahead(1), True)
    assert sources(keeps=kept(0)) == sources()


def test_a_busy_kernel_that_keeps_nothing_counts_by_when_it_began():
    assert sources(seen=report(busy_kernel(600), protects_work=False))[0][2:] == (ago(600), True)
    assert sources(seen=report(busy_kernel(DAY + 5)))[0][2:] == (ago(5), True)


def test_a_report_has_its_ages_as_times_and_its_words_as_plain_text():
    kernel_report = {
        "id": "k1",
        "name": "python3",
        "path": "a\x00\n\u202eb.ipynb",
        "state": "busy",
        "idle_seconds": None,
        "busy_seconds": 30.5,
        "connections": 2,
    }
    check_in = CheckIn.model_validate(
        {
            "user": "alice",
            "server": "",
            "run": "run-of-alice",
            "sequence": 1,
            "version": "1",
            "kernels": [kernel_report],
            "terminals": [{"name": "1", "idle_seconds": 40}],
            "presence_seconds": 50,
            "work_seconds": 60,
            "tabs": 3,
            "protects_work": False,
            "left_out_busy": True,
        }
    )
    found = report_of(check_in, NOW, ahead(60))
    assert (found.at, found.next_expected, found.run) == (NOW, ahead(60), "run-of-alice")
    assert found.kernels[0].path == "a\ufffd\ufffd\ufffdb.ipynb"
    assert (found.kernels[0].last_activity, found.kernels[0].busy_since) == (None, ago(30.5))
    assert (found.kernels[0].connections, found.kernels[0].state) == (2, "busy")
    assert found.terminals[0].last_activity == ago(40)
    assert (found.presence, found.work, found.tabs) == (ago(50), ago(60), 3)
    assert (found.protects_work, found.left_out_busy) == (False, True)
