"""When a server reports, with which token, and what it does with what comes back."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from hub_admin_lab.agent.agent import AWAY_MOST, FIRST, SOON
from hub_admin_lab.agent.connection import Reply
from hub_admin_lab.errors import NotFound
from hub_admin_lab.idle.here import Stop

from .agent_cases import GIVEN, OWN, Case, answer
from .virtual_clock import BEGIN

AWAY = None
INTRODUCE = {"message": "Who are you?", "code": "introduce_yourself", "detail": None}


@pytest.fixture
def case(jp_asyncio_loop):
    case = Case()
    yield case
    jp_asyncio_loop.run_until_complete(case.agent.stop())


def introduce(seconds):
    return Reply(401, INTRODUCE, seconds)


# --- when ---------------------------------------------------------------------------------


async def test_the_first_report_comes_after_the_start_and_the_next_as_the_service_asks(case):
    case.service.answers(answer(), answer(next_checkin_seconds=60))
    case.agent.start()
    await case.reported(4)
    assert case.service.times == [FIRST, FIRST + 5, FIRST + 65, FIRST + 125]
    assert [report.sequence for report in case.service.reports] == [1, 2, 3, 4]
    assert len({report.run for report in case.service.reports}) == 1


async def test_chance_brings_it_earlier_and_never_later(case):
    case.chance = 1.0
    case.service.answers(answer(next_checkin_seconds=100))
    case.agent.start()
    await case.reported(3)
    assert case.service.times[0] == 2 * FIRST
    assert case.service.pauses == [85, 85]


@pytest.mark.parametrize(("asked", "pause"), [(0, 1), (-5, 1), (10**9, 3600)])
async def test_a_period_that_makes_no_sense_is_bounded(case, asked, pause):
    case.service.answers(answer(next_checkin_seconds=asked))
    case.agent.start()
    await case.reported(2)
    assert case.service.pauses == [pause]


async def test_a_service_that_is_away_is_tried_less_and_less_and_its_rules_hold(case, caplog):
    caplog.set_level(logging.INFO)
    case.chance = 1.0
    case.service.answers(answer(), AWAY)
    case.agent.start()
    await case.reported(12)
    assert case.service.pauses[1:8] == [5, 10, 20, 40, 80, 160, AWAY_MOST]
    assert set(case.service.pauses[8:]) == {AWAY_MOST}
    assert len(case.rules) == 1
    assert case.agent.told().current is False
    assert [record.message for record in caplog.records] == [
        "The hub service does not answer. Its last rules hold."
    ]
    case.service.answers(answer())
    await case.reported(14)
    assert case.service.pauses[-1] == pytest.approx(5 * 0.85)
    assert case.agent.told().current is True
    assert caplog.records[-1].message == "The hub service answers again."


async def test_chance_makes_that_up_to_half_as_long(case):
    case.service.answers(AWAY)
    case.agent.start()
    await case.reported(3)
    assert case.service.pauses == [2.5, 5]


async def test_whatever_goes_wrong_in_a_report_the_next_one_comes(case, caplog):
    case.look_fails = RuntimeError("no such kernel")
    case.agent.start()
    await case.time.pass_by(30)
    assert case.service.reports == []
    [record] = caplog.records
    assert record.exc_info[1] is case.look_fails
    case.look_fails = None
    await case.reported(1)


async def test_it_reports_soon_where_something_happened_but_not_too_often(case):
    case.service.answers(answer(next_checkin_seconds=600))
    case.agent.start()
    await case.reported(1)
    await case.time.pass_by(30)
    case.agent.soon()
    await case.reported(2)
    assert case.service.pauses == [30]
    await case.time.settle()
    case.agent.soon()
    case.agent.soon()
    await case.reported(4)
    assert case.service.pauses == [30, SOON, 600]


async def test_while_the_service_is_away_or_asks_for_patience_nothing_is_hurried(case):
    case.chance = 1.0
    case.service.answers(answer(), AWAY, Reply(429, None, 50), AWAY)
    case.agent.start()
    for count in (1, 2, 3):
        await case.reported(count)
        await case.time.settle()
        if count > 1:
            case.agent.soon()
    await case.reported(4)
    assert case.service.pauses == [pytest.approx(4.25), 5, 51]


async def test_who_comes_back_near_the_end_is_reported_soon(case):
    far = answer(next_checkin_seconds=600)
    near = answer({"server": {"idle_timeout": 310, "warn_before": 20}}, next_checkin_seconds=600)
    case.service.answers(far, near)
    case.agent.start()
    await case.reported(1)
    await case.time.pass_by(10)
    case.agent.somebody_came()
    await case.reported(2)
    await case.time.pass_by(10)
    case.agent.somebody_came()
    await case.reported(3)
    assert case.service.pauses == [600, 10]


# --- with which token -----------------------------------------------------------------------


async def test_it_introduces_itself_once_and_then_uses_what_it_was_given(case):
    case.service.answers(answer(token=GIVEN), answer())
    case.agent.start()
    await case.reported(3)
    assert case.service.tokens == [OWN, GIVEN, GIVEN]


async def test_asked_to_it_introduces_itself_again_when_it_is_told_to(case, caplog):
    case.service.answers(answer(token=GIVEN), introduce(40), answer(token=GIVEN))
    case.chance = 0.5
    case.agent.start()
    await case.reported(4)
    assert case.service.tokens == [OWN, GIVEN, OWN, GIVEN]
    assert case.service.pauses[1] == 40.5
    assert len(case.rules) == 3
    assert caplog.records == []


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_is_refused_is_not_used_again(case, status):
    case.service.answers(answer(token=GIVEN), Reply(status, None, None), answer())
    case.agent.start()
    await case.reported(3)
    assert case.service.tokens == [OWN, GIVEN, OWN]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500, 502, 302])
async def test_a_server_that_the_service_does_not_take_says_so_once(case, caplog, status):
    case.chance = 1.0
    case.service.answers(Reply(status, {"code": "no"}, 7))
    case.agent.start()
    await case.reported(4)
    assert case.service.pauses == [7, 10, 20]
    assert set(case.service.tokens) == {OWN}
    [record] = caplog.records
    assert str(status) in record.message


async def test_too_many_wait_as_long_as_they_are_told_to(case, caplog):
    case.service.answers(Reply(429, {"code": "too_many_requests"}, 3), answer())
    case.chance = 0.25
    case.agent.start()
    await case.reported(2)
    assert case.service.pauses == [3.25]
    assert caplog.records == []


# --- what comes back ------------------------------------------------------------------------


async def test_the_rules_hold_at_once(case):
    case.service.answers(answer({"kernels": {"idle_timeout": 120}}))
    case.agent.start()
    await case.reported(1)
    await case.time.settle()
    [rules] = case.rules
    assert rules.values["kernels.idle_timeout"] == 120


async def test_nonsense_is_logged_once_and_the_last_rules_hold(case, caplog):
    nonsense = answer()
    nonsense["rules"]["kernels"]["idle_timeout"]["value"] = "a secret"
    case.service.answers(answer(), nonsense)
    case.stops.add(Stop("kernel", "a.ipynb", "idle", "done"))
    case.agent.start()
    await case.reported(4)
    assert len(case.rules) == 1
    [record] = caplog.records
    assert "kernels.idle_timeout" in record.message
    assert "a secret" not in caplog.text


async def test_what_it_stopped_is_reported_until_the_service_took_it(case):
    case.service.answers(AWAY, answer())
    case.stops.add(Stop("kernel", "a.ipynb", "idle for 2 h", "done"))
    case.agent.start()
    await case.reported(1)
    case.stops.add(Stop("terminal", "1", "idle for 3 h", "failed"))
    await case.reported(3)
    told = [[(stop.id, stop.name) for stop in r.stops] for r in case.service.reports]
    assert told == [[("1", "a.ipynb")], [("1", "a.ipynb"), ("2", "1")], []]


async def test_a_report_that_is_not_understood_is_not_sent_again_and_again(case):
    case.service.answers(Reply(400, {"code": "invalid_request"}, None), answer())
    case.stops.add(Stop("kernel", "a.ipynb", "idle for 2 h", "done"))
    case.agent.start()
    await case.reported(2)
    assert [len(report.stops) for report in case.service.reports] == [1, 0]


def shutdown(request="r1"):
    return {"id": request, "kind": "shutdown_kernel", "kernel_id": "k1", "by": "assistant"}


async def test_a_kernel_is_stopped_once_and_the_service_hears_of_it(case):
    case.service.answers(
        answer(requests=[shutdown()]), AWAY, answer(requests=[shutdown()]), answer()
    )
    case.agent.start()
    await case.reported(5)
    assert case.stopped == [("k1", "assistant")]
    done = [[(d.id, d.ok) for d in report.done] for report in case.service.reports]
    assert done == [[], [("r1", True)], [("r1", True)], [], []]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NotFound("This server has no such kernel."), "This server has no such kernel."),
        (RuntimeError("with a secret"), "RuntimeError"),
    ],
)
async def test_a_kernel_that_does_not_stop(case, error, message):
    case.stop_fails = error
    case.service.answers(answer(requests=[shutdown()]), answer())
    case.agent.start()
    await case.reported(2)
    [done] = case.service.reports[1].done
    assert (done.ok, done.message) == (False, message)


async def test_what_it_cannot_do_it_says(case):
    newer = answer(requests=[shutdown()])
    newer["requests"][0]["kind"] = "brew_tea"
    case.service.answers(newer, answer())
    case.agent.start()
    await case.reported(2)
    assert case.stopped == []
    assert [done.ok for done in case.service.reports[1].done] == [False]


# --- what people see ------------------------------------------------------------------------


def notice(id_):
    return {
        "id": id_,
        "kind": "message",
        "text": "The hub restarts at noon.",
        "by": "admin",
        "at": "2026-11-23T14:00:00Z",
        "until": None,
    }


async def test_nothing_is_told_before_the_service_told_something(case):
    assert case.agent.told() is None
    assert case.agent.saw("n1") is False


async def test_what_was_told_grows_old(case):
    case.agent.start()
    await case.reported(1)
    await case.time.pass_by(3)
    assert case.agent.told().seconds_ago == 3


async def test_a_notice_that_was_seen_goes_and_the_service_hears_of_it(case):
    case.service.answers(answer(notices=[notice("n1"), notice("n2")]))
    case.agent.start()
    await case.reported(1)
    await case.time.settle()
    assert case.agent.saw("n1") is True
    assert case.agent.saw("n3") is False
    assert [n["id"] for n in case.agent.told().shown["notices"]] == ["n2"]
    case.service.answers(answer(notices=[notice("n2")]))
    await case.reported(3)
    assert [report.seen_notices for report in case.service.reports] == [[], ["n1"], []]


async def test_news_are_only_what_is_new(case):
    last = {"kernels": {}, "server": {"idle_timeout": 310, "warn_before": 20}}
    steps = [
        answer(),
        answer(now=BEGIN + timedelta(seconds=5)),  # the end is put off, far away
        answer(notices=[notice("n1")]),
        answer(last, notices=[notice("n1")]),  # near
        answer(last, notices=[notice("n1")]),
    ]
    case.service.answers(*steps)
    case.agent.start()
    await case.reported(5)
    await case.time.settle()
    assert case.news == ["idle_never_reported"] * 3
