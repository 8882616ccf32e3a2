"""Which run of a server a report speaks for: a token of a run that has ended is void."""

from __future__ import annotations

from datetime import timedelta

from hub_admin_lab.hub.models import HubServer

from .case import RUN, kernel
from .people import server_of

NEXT = "run-number-2"


def started_again(case, user="alice", **ahead):
    server = HubServer(
        name="",
        ready=True,
        started=case.clock.after(**ahead),
        last_activity=case.clock.after(**ahead),
    )
    case.hub.users[user] = case.hub.users[user].model_copy(update={"servers": {"": server}})


async def test_a_token_from_before_the_start_of_the_server_is_void(case):
    old = (await case.check_in("alices-server")).json["token"]
    case.clock.forward(minutes=10)
    started_again(case)
    case.clock.forward(seconds=5)
    await case.parts.active.look("alice")
    answer = await case.check_in(old, kernels=[kernel(idle_seconds=0)])
    assert (answer.status, answer.code) == (401, "introduce_yourself")
    assert case.parts.reports.of("alice", "").kernels == ()
    # Neither is it over a restart.
    await case.restart()
    assert (await case.check_in(old)).code == "introduce_yourself"


async def test_clocks_that_differ_a_little_void_nothing(case):
    token = (await case.check_in("alices-server")).json["token"]
    for ahead in (timedelta(seconds=50), timedelta(hours=1)):  # an hour: then it says nothing
        started_again(case, seconds=ahead.total_seconds())
        await case.parts.active.look("alice")
        assert (await case.check_in(token)).status == 200


async def test_the_run_that_has_introduced_itself_last_is_the_one(case):
    old = (await case.check_in("alices-server")).json["token"]
    case.clock.forward(seconds=30)
    started_again(case)  # within the tolerance of the two clocks
    await case.parts.active.look("alice")
    new = (await case.check_in("alices-server", run=NEXT)).json["token"]
    assert (await case.check_in(old)).code == "introduce_yourself"
    assert case.parts.reports.of("alice", "").run == NEXT
    assert (await case.check_in(new, run=NEXT)).status == 200
    await case.restart()
    assert (await case.check_in(old)).code == "introduce_yourself"
    assert (await case.check_in(new, run=NEXT)).status == 200


async def test_another_run_is_asked_about_at_the_hub_now(case):
    await case.check_in("alices-server", run=NEXT)
    del case.hub.tokens["alices-server"]  # with its server
    case.hub.tokens["alices-server-again"] = server_of("alice")
    answer = await case.check_in("alices-server", run=RUN)
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert (await case.check_in("alices-server-again", run=RUN)).status == 200


async def test_what_is_due_before_the_end_comes_before_it(case):
    """However chance has it."""
    checkins = case.parts.checkins
    checkins._uniform = lambda low, high: high
    rule = {"server": {"idle_timeout": 1000, "warn_before": 600}}
    await case.put_rule("admin", ("hub", ""), rule)
    for number in range(150 * 60):
        case.parts.reports._reports[f"u{number}", ""] = None
    token = (await case.check_in("alices-server")).json["token"]
    for presence, left in ((360, 40), (1000 - 40, 40), (1000 - 8, 8)):
        case.seconds += 60
        answer = (await case.check_in(token, presence_seconds=presence)).json
        assert answer["next_checkin_seconds"] <= max(5, left - 5)
