"""A stop that does not end at once, or whose end nobody saw: followed until it is known."""

from __future__ import annotations

import asyncio

import pytest

from hub_admin_lab import errors
from hub_admin_lab.service.stops import LIMIT

from .culling import HOUR, Case

CASES = []
IN_DOUBT = [
    errors.HubTimeout("It took too long."),
    errors.HubUnreachable("No connection."),
    errors.HubUnavailable("Restarting."),
    errors.HubBadAnswer("Not a hub."),
]


@pytest.fixture(autouse=True)
def close_all(jp_asyncio_loop):
    """Whoever still follows a stop at the end of a test is told to go home."""
    CASES.clear()
    yield
    for each in CASES:
        jp_asyncio_loop.run_until_complete(each.culler.close())


async def kept_track_of(c):
    CASES.append(c)
    return await c.loaded()


async def case():
    c = await kept_track_of(Case())
    c.hub.add("alice")
    return c


def only(c):
    (entry,) = c.store.entries.values()
    return entry


# --- stops that take their time -----------------------------------------------------------


async def test_a_stopping_server_is_followed_until_it_is_gone():
    c = await case()
    c.hub.on_stop[("alice", "")] = "slow"
    await c.one_pass()
    assert only(c).outcome == "pending"
    assert c.store.all_notices == []
    assert c.stats.culled == 0
    await c.clock.pass_by(40)
    assert only(c).outcome == "pending"
    c.hub.gone("alice")
    await c.settled()
    assert only(c).outcome == "done"
    assert c.stats.culled == 1
    assert len(c.store.all_notices) == 1


async def test_following_costs_the_hub_less_and_less():
    c = await case()
    c.hub.on_stop[("alice", "")] = "slow"
    await c.one_pass()
    looks = c.hub.looks
    await c.clock.pass_by(600)
    assert c.hub.looks - looks < 60


async def test_a_stopping_server_is_not_stopped_again_by_the_next_pass():
    c = await case()
    c.hub.on_stop[("alice", "")] = "slow"
    await c.one_pass()
    c.hub.users["alice"][""]["pending"] = None  # not seen by who follows, yet
    await c.one_pass()
    assert c.hub.asked == [("alice", "")]


async def test_a_server_that_did_not_stop_after_all():
    c = await case()
    c.hub.on_stop[("alice", "")] = "slow"
    await c.one_pass()
    c.hub.users["alice"][""]["pending"] = None
    await c.settled()
    assert (only(c).outcome, only(c).message) == ("failed", "The hub could not stop this server.")
    assert c.stats.failed == 1
    assert c.store.all_notices == []


async def test_a_hub_that_has_just_started_does_not_know_yet_whether_it_has_stopped():
    c = await case()
    c.hub.on_stop[("alice", "")] = "slow"
    await c.one_pass()
    c.hub.users["alice"][""]["pending"] = "check"
    await c.clock.pass_by(10)
    assert only(c).outcome == "pending"
    c.hub.gone("alice")
    await c.settled()
    assert only(c).outcome == "done"


async def test_after_a_quarter_of_an_hour_the_record_says_that_it_has_not_stopped():
    c = await case()
    c.hub.on_stop[("alice", "")] = "slow"
    await c.one_pass()
    await c.settled()
    assert only(c).outcome == "failed"
    assert "a quarter of an hour" in only(c).message
    assert LIMIT.total_seconds() < c.clock.seconds < LIMIT.total_seconds() + 30


async def test_the_owner_starts_it_again_before_anybody_looked():
    c = await case()
    c.hub.on_stop[("alice", "")] = "slow"
    await c.one_pass()
    c.hub.gone("alice")
    c.hub.add("alice", idle=0, age=0)
    await c.settled()
    assert only(c).outcome == "done"
    assert c.hub.is_there("alice")


async def test_a_server_that_the_hub_does_not_know_any_more_has_stopped():
    c = await case()
    c.hub.on_stop[("alice", "")] = errors.HubNotFound("No such server.")
    c.hub.before_stop = lambda key: c.hub.gone(*key)
    await c.one_pass()
    assert (only(c).outcome, only(c).message) == ("done", "It had stopped already.")


# --- answers that do not come -------------------------------------------------------------


@pytest.mark.parametrize("error", IN_DOUBT, ids=lambda e: type(e).__name__)
async def test_no_answer_and_it_is_gone(error):
    c = await case()
    c.hub.on_stop[("alice", "")] = error
    await c.one_pass()
    assert only(c).outcome == "begun"
    c.hub.gone("alice")
    await c.settled()
    assert only(c).outcome == "done"
    assert len(c.store.all_notices) == 1


@pytest.mark.parametrize("error", IN_DOUBT, ids=lambda e: type(e).__name__)
async def test_no_answer_and_it_is_still_there(error):
    c = await case()
    c.hub.on_stop[("alice", "")] = error
    await c.one_pass()
    await c.settled()
    assert (only(c).outcome, only(c).message) == ("failed", error.message)
    c.hub.on_stop.clear()
    await c.one_pass()
    assert not c.hub.is_there("alice")


async def test_a_hub_that_is_away_is_asked_again_when_it_is_back():
    c = await case()
    c.hub.on_stop[("alice", "")] = errors.HubUnreachable("No connection.")
    c.hub.before_stop = lambda key: setattr(c.hub, "away", errors.HubUnreachable("away"))
    await c.one_pass()
    await c.clock.pass_by(HOUR / 2)
    assert only(c).outcome == "begun"
    c.hub.away = None
    c.hub.gone("alice")
    await c.settled()
    assert only(c).outcome == "done"


# --- the database goes away meanwhile -----------------------------------------------------


@pytest.mark.parametrize("method", ["add_notice", "end"])
async def test_how_it_ended_is_written_when_the_database_is_back(method):
    c = await case()
    c.store.fail_next[method] = 5
    await c.one_pass()
    assert only(c).outcome == "begun"
    assert c.stats.culled == 1
    await c.settled()
    assert only(c).outcome == "done"
    assert len(c.store.all_notices) == 1
    assert c.stats.culled == 1


async def test_that_it_is_stopping_is_not_written_and_its_end_is():
    c = await case()
    c.hub.on_stop[("alice", "")] = "slow"
    c.store.fail_next["end"] = 1
    await c.one_pass()
    assert only(c).outcome == "begun"
    c.hub.gone("alice")
    await c.settled()
    assert only(c).outcome == "done"


async def test_a_refusal_is_written_when_the_database_is_back():
    c = await case()
    c.hub.on_stop[("alice", "")] = errors.HubForbidden("No permission.")
    c.store.fail_next["end"] = 3
    await c.one_pass()
    await c.settled()
    assert (only(c).outcome, only(c).message) == ("failed", "No permission.")


# --- the service ends in the middle -------------------------------------------------------


async def killed(c, after=0.2):
    """Kill the service so long after it has begun with a pass."""
    c.culler.start()
    await c.clock.pass_by(after)
    await c.culler.close()
    return await kept_track_of(c.again())


@pytest.mark.parametrize("goes_on", [True, False])
async def test_killed_between_record_and_answer(goes_on):
    c = await case()
    again = await killed(c)
    assert only(c).outcome == "begun"
    if goes_on:  # the Hub had got it
        c.hub.gone("alice")
    else:
        c.hub.touch("alice")
    await again.one_pass()
    await again.settled()
    if goes_on:
        assert only(c).outcome == "done"
        assert len(c.store.all_notices) == 1
    else:
        assert only(c).outcome == "failed"
        assert "interrupted" in only(c).message
        assert c.hub.is_there("alice")
    assert c.hub.asked == [("alice", "")]


async def test_killed_while_the_hub_stops_it():
    c = await case()
    c.hub.on_stop[("alice", "")] = "slow"
    again = await killed(c, after=2)
    assert only(c).outcome == "pending"
    await again.one_pass()
    await again.clock.pass_by(30)
    assert only(c).outcome == "pending"
    c.hub.gone("alice")
    await again.settled()
    assert only(c).outcome == "done"
    assert c.hub.asked == [("alice", "")]


async def test_killed_and_found_running_it_is_stopped_by_the_pass_after():
    c = await case()
    again = await killed(c)
    await again.one_pass()
    await again.settled()
    assert only(c).outcome == "failed"
    await again.one_pass()
    assert [entry.outcome for entry in c.store.entries.values()] == ["failed", "done"]


async def test_killed_at_any_moment_each_stop_is_recorded_once():
    for tenths in range(0, 24, 2):
        c = await kept_track_of(Case())
        for n in range(40):
            c.hub.add(f"user{n:02}")
            if n % 5 == 0:
                c.hub.on_stop[(f"user{n:02}", "")] = "slow"
        c.hub.stop_seconds = 0.3
        again = await killed(c, after=tenths / 10)
        for user in [u for u in c.hub.users if c.hub.users[u][""]["pending"]]:
            c.hub.gone(user)
        c.hub.on_stop.clear()
        await again.one_pass()
        await again.settled()
        await again.one_pass()
        await again.settled()
        done = [e.user for e in c.store.entries.values() if e.outcome == "done"]
        assert sorted(done) == [f"user{n:02}" for n in range(40)], tenths
        assert not [e for e in c.store.entries.values() if e.outcome in ("begun", "pending")]
        assert len(c.store.all_notices) >= 40
        assert set(c.hub.asked) == {(user, "") for user in done}


async def test_what_others_have_begun_is_theirs():
    c = await case()
    entry = await in_time(
        c,
        c.store.begin(
            actor="admin",
            action="shutdown-kernel",
            user="alice",
            server="",
            target="alice",
            reason="",
        ),
    )
    await c.one_pass()
    await c.settled()
    assert c.store.entries[entry].outcome == "begun"


async def test_a_record_that_a_slow_database_wrote_after_all_is_settled_by_a_later_pass():
    c = await case()
    c.hub.touch("alice")
    await c.one_pass()
    # `begin` gave up waiting, and the entry was stored later.
    await in_time(
        c,
        c.store.begin(
            actor="hub_admin_lab",
            action="stop-server",
            user="alice",
            server="",
            target="alice",
            reason="Idle.",
        ),
    )
    await c.one_pass()
    await c.settled()
    assert only(c).outcome == "failed"


async def in_time(c, work):
    task = asyncio.ensure_future(work)
    await c.clock.until(task.done)
    return task.result()
