"""One pass of the culler: who is stopped, in which order, how many at a time, and who is not."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.bulk.pace import FIRST, MOST
from hub_admin_lab.service.culler import AT_ONCE

from .culling import HOUR, Case

CLASS_A = (("group", "class-a"), {"server": {"idle_timeout": 600}})


async def case(**options):
    return await Case(**options).loaded()


async def test_who_is_due_is_stopped_and_nobody_else():
    c = await case()
    c.hub.add("idle")
    c.hub.add("idle", "gpu")
    c.hub.add("used", idle=60)
    c.hub.add("starting", ready=False, pending="spawn")
    c.hub.add("stopping", ready=False, pending="stop")
    c.hub.add("unknown", last_activity=None, started=None)
    await c.one_pass()
    assert set(c.hub.asked) == {("idle", ""), ("idle", "gpu")}
    assert c.store.outcomes() == {("idle", ""): "done", ("idle", "gpu"): "done"}
    assert (c.stats.passes, c.stats.culled, c.stats.failed) == (1, 2, 0)
    assert (c.stats.servers, c.stats.due, c.stats.kept) == (6, 2, 4)
    assert c.stats.last_pass_at == c.clock.now()
    assert 0.5 < c.stats.last_pass_seconds < 1.5
    assert set(c.active.facts) == {(n, "") for n in ("used", "starting", "stopping", "unknown")}


async def test_the_record_says_who_what_on_whom_why_and_by_which_rule():
    c = await case(rules=[CLASS_A])
    c.hub.add("alice", "gpu", groups=["class-a"], idle=700)
    await c.one_pass()
    (entry,) = c.store.entries.values()
    assert (entry.actor, entry.action) == ("hub_admin_lab", "stop-server")
    assert (entry.user, entry.server, entry.target) == ("alice", "gpu", "alice/gpu")
    assert entry.rule == "group class-a"
    assert "the limit is 10 min" in entry.reason
    assert (entry.outcome, entry.message) == ("done", "")


async def test_the_owner_is_left_a_note_of_it():
    c = await case()
    c.hub.add("alice", "gpu")
    c.hub.add("alice")
    await c.one_pass()
    default, gpu = sorted(c.store.all_notices, key=lambda notice: notice.to.name)
    assert (gpu.kind, gpu.by) == ("stopped", "hub_admin_lab")
    assert (gpu.to.kind, gpu.to.name, default.to.name) == ("server", "alice/gpu", "alice/")
    reasons = {entry.server: entry.reason for entry in c.store.entries.values()}
    assert gpu.text == f"Your server gpu was stopped. {reasons['gpu']}"
    assert default.text == f"Your server was stopped. {reasons['']}"
    assert timedelta(days=29) < gpu.until - c.clock.now() <= timedelta(days=30)


async def test_the_record_is_there_before_the_hub_is_asked():
    c = await case()
    c.hub.add("alice")
    seen = []
    c.hub.before_stop = lambda key: seen.append([e.outcome for e in c.store.entries.values()])
    await c.one_pass()
    assert seen == [["begun"]]


async def test_no_record_no_stop():
    c = await case()
    for n in range(30):
        c.hub.add(f"user{n:02}")
    c.store.fail_next["begin"] = 1000
    with pytest.raises(errors.StoreUnavailable):
        await c.one_pass()
    assert c.hub.asked == []
    assert c.store.entries == {}
    assert c.stats.passes == 0
    assert c.hub.looks < 10  # nor is the Hub asked for more
    c.store.fail_next.clear()
    await c.one_pass()
    assert len(c.hub.asked) == 30


async def test_with_the_database_away_no_more_is_begun_and_what_was_begun_ends():
    c = await case()
    for n in range(30):
        c.hub.add(f"user{n:02}")
    c.hub.before_stop = lambda key: c.store.fail_next.update(begin=1000)
    with pytest.raises(errors.StoreUnavailable):
        await c.one_pass()
    assert len(c.hub.asked) == 1
    assert c.store.outcomes() == {c.hub.asked[0]: "done"}
    c.store.away = True
    with pytest.raises(errors.StoreUnavailable):
        await c.one_pass()
    assert len(c.hub.asked) == 1


@pytest.mark.parametrize("what", ["activity", "kept", "pending", "gone", "rule"])
async def test_who_is_not_due_any_more_right_before_the_act_is_kept(what):
    c = await case()
    c.hub.add("alice")
    c.hub.add("zoe")

    tasks = []

    def change(number):
        # After the page was read: the pass still believes what it said.
        asyncio.get_running_loop().call_soon(after_the_page)

    def after_the_page():
        if what == "activity":
            c.hub.touch("alice")
        elif what == "kept":
            c.keep("alice")
        elif what == "pending":
            c.hub.users["alice"][""] |= {"pending": "stop", "ready": False}
        elif what == "gone":
            c.hub.gone("alice")
        else:
            never = {"server": {"idle_timeout": "never"}}
            tasks.append(asyncio.ensure_future(c.set_rule("user", "alice", never)))

    c.hub.before_page = change
    await c.one_pass()
    assert c.hub.asked == [("zoe", "")]
    assert set(c.store.outcomes()) == {("zoe", "")}


async def test_who_is_used_while_the_record_is_written_is_not_stopped():
    c = await case()
    c.hub.add("alice")
    c.store.after_begin = lambda user, server: c.keep(user, server)
    await c.one_pass()
    assert c.hub.asked == []
    (entry,) = c.store.entries.values()
    assert entry.outcome == "failed"
    assert "Not done" in entry.message
    assert c.store.all_notices == []


async def test_exempt_servers_stay_and_a_shorter_limit_comes_first():
    exempt = {"reason": "Exam", "until": datetime(2026, 12, 24, tzinfo=timezone.utc)}
    c = await case(rules=[CLASS_A, (("user", "erin"), {"exempt": exempt})])
    c.hub.add("erin", idle=9 * HOUR, age=9 * HOUR)
    c.hub.add("bob", idle=1.2 * HOUR)
    c.hub.add("zoe", idle=1.1 * HOUR, groups=["class-a"])
    await c.one_pass()
    assert c.hub.asked == [("zoe", ""), ("bob", "")]
    assert c.hub.is_there("erin")


async def test_a_pass_goes_on_with_the_next_when_one_fails():
    c = await case()
    refusals = [
        errors.HubForbidden("No permission."),
        errors.HubRefused("Pending stop."),
        errors.HubFailed("The pod does not go."),
    ]
    for n, error in enumerate(refusals):
        c.hub.add(f"user{n}")
        c.hub.on_stop[(f"user{n}", "")] = error
    c.hub.add("zoe")
    await c.one_pass()
    assert c.store.outcomes() == {
        ("user0", ""): "failed",
        ("user1", ""): "failed",
        ("user2", ""): "failed",
        ("zoe", ""): "done",
    }
    assert [e.message for e in c.store.entries.values()][:3] == [str(e) for e in refusals]
    assert (c.stats.culled, c.stats.failed) == (1, 3)
    assert len(c.store.all_notices) == 1


async def test_a_mistake_of_ours_at_one_server_is_logged_and_the_pass_goes_on(caplog):
    c = await case()
    c.hub.add("alice")
    c.hub.add("zoe")
    c.hub.on_stop[("alice", "")] = ZeroDivisionError("a bug")
    await c.one_pass()
    assert not c.hub.is_there("zoe")
    assert "The culler failed at a server." in caplog.text


async def test_ten_at_a_time_and_up_to_25_while_the_hub_answers_promptly():
    c = await case()
    for n in range(400):
        c.hub.add(f"user{n:03}")
    c.hub.stop_seconds = 1
    most = []
    c.hub.before_stop = lambda key: most.append((c.clock.seconds, c.hub.in_flight + 1))
    await c.one_pass()
    assert max(n for at, n in most if at < 1) <= FIRST + 1
    assert c.hub.most_in_flight == MOST
    assert len(c.hub.asked) == len(set(c.hub.asked)) == 400


async def test_a_hub_that_is_busy_gets_fewer():
    c = await case()
    for n in range(100):
        c.hub.add(f"user{n:03}")
    c.hub.answers_after = 0.4
    c.hub.stop_seconds = 2
    most = []
    c.hub.before_stop = lambda key: most.append((c.clock.seconds, c.hub.in_flight + 1))
    await c.one_pass()
    assert c.hub.most_in_flight <= FIRST
    assert max(n for at, n in most if at > 20) == 1


async def test_a_hundred_that_take_half_a_second_are_stopped_in_under_seven():
    c = await case()
    for n in range(100):
        c.hub.add(f"user{n:03}")
    await c.one_pass()
    assert c.stats.culled == 100
    assert c.stats.last_pass_seconds < 7


async def test_thousands_of_servers():
    c = await case()
    for n in range(3000):
        c.hub.add(f"user{n:04}", idle=2 * HOUR if n % 100 == 0 else 60)
    turns = 0

    async def others():
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.ensure_future(others())
    await c.one_pass()
    task.cancel()
    assert c.stats.servers == 3000
    assert c.stats.culled == len(c.hub.asked) == 30
    # While it decided others had their turn, every 25 servers.
    assert turns >= 3000 / AT_ONCE


async def test_two_passes_are_never_under_way_at_once():
    c = await case()
    for n in range(20):
        c.hub.add(f"user{n:02}")
    both = [asyncio.ensure_future(c.culler.one_pass()) for _ in range(2)]
    await c.clock.until(lambda: all(task.done() for task in both))
    assert len(c.hub.asked) == len(set(c.hub.asked)) == 20
    assert c.stats.passes == 2


async def test_a_hub_that_is_away_ends_the_pass_and_nothing_is_stopped():
    c = await case()
    c.hub.add("alice")
    c.hub.away = errors.HubUnreachable("away")
    with pytest.raises(errors.HubUnreachable):
        await c.one_pass()
    assert c.hub.asked == []


async def test_a_page_that_fails_ends_the_pass_and_the_next_one_continues():
    c = await case(page=10)
    for n in range(25):
        c.hub.add(f"user{n:02}")
    c.hub.page_errors = {2: errors.HubTimeout("late")}
    with pytest.raises(errors.HubTimeout):
        await c.one_pass()
    assert c.hub.asked == []
    await c.one_pass()
    assert len(c.hub.asked) == 25


async def test_a_hub_that_goes_away_at_the_second_look_stops_nobody_in_doubt(caplog):
    c = await case()
    for n in range(5):
        c.hub.add(f"user{n}")

    def away(number):
        asyncio.get_running_loop().call_later(0, setattr, c.hub, "away", errors.HubTimeout("late"))

    c.hub.before_page = away
    await c.one_pass()
    assert c.hub.asked == []
    assert c.store.entries == {}
    assert "is kept: late" in caplog.text
