"""Servers on their way, a Hub that is away, and what the watcher tells of them."""

from __future__ import annotations

import json

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.live.pending import MOST_STARTS, MOST_STOPS
from hub_admin_lab.hub.models import HubProgress
from hub_admin_lab.models import LiveWindow

from .failing_hub import ADMIN
from .live_hub import (
    ALL,
    AWAY,
    OTHER_TOKEN,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    alone,
    kinds,
    names,
    states,
)


@pytest.fixture
def case(make_live_case):
    case = make_live_case()
    case.hub.add("alice", "bob", "carol")
    return case


# --- on their way -----------------------------------------------------------------------------


async def test_a_start_by_somebody_else_is_followed_and_ready_told_at_once(case):
    case.look("alice", windows=[ALL])
    await case.time.pass_by(2.1)
    case.hub.set("alice", STARTING)
    await case.time.pass_by(2.1)
    assert ("progress", "alice", "") in case.hub.take()
    assert states(await case.heard()) == [("alice", "", "starting")]
    queue = case.hub.progress_events["alice", ""]
    queue.put_nowait(HubProgress(progress=40, message="Pulling"))
    [(name, data)] = await case.heard()
    assert name == "progress"
    assert (data["user"], data["server"], data["progress"], data["message"]) == (
        *("alice", "", 40),
        "Pulling",
    )
    case.hub.set("alice", RUNNING)
    queue.put_nowait(HubProgress(progress=100, ready=True, url="/user/alice/"))
    told = await case.heard()  # without any time to pass
    assert kinds(told) == ["progress", "server"]
    assert told[0][1]["ready"] is True
    assert states(told) == [("alice", "", "running")]
    await case.time.pass_by(10)
    assert states(await case.heard()) == []


async def test_why_a_start_failed_is_told_with_the_server(case):
    case.hub.add("dave", server=STARTING)
    case.look("dave")
    await case.time.pass_by(2)
    await case.heard()
    case.hub.set("dave", STOPPED)
    case.hub.progress_events["dave", ""].put_nowait(HubProgress(failed=True, message="no GPU"))
    told = await case.heard()
    assert told[0][1]["failed"] is True
    assert told[-1][1]["failure"]["message"] == "no GPU"


async def test_a_stop_by_somebody_else_is_looked_at_every_second(case):
    case.hub.cost = 0.2  # the rows themselves come every ten seconds
    case.hub.add("dave", server=STOPPING)
    case.look("dave", windows=[LiveWindow(state="running")])
    await case.time.pass_by(0.5)
    await case.heard()
    case.hub.take()
    await case.time.pass_by(1.3)
    assert case.hub.take() == [("user", "dave")]
    case.hub.set("dave", STOPPED)
    await case.time.pass_by(1.3)
    assert states(await case.heard()) == [("dave", "", "stopped")]


async def test_only_so_many_stops_are_looked_at_at_once(case):
    case.hub.add(*(f"stop-{i:02}" for i in range(20)), server=STOPPING)
    window = LiveWindow(state="running")
    case.look(*case.hub.users, windows=[window])
    await case.time.pass_by(1.9)
    looks = alone(case.hub.take())
    assert len({name for name in looks if name.startswith("stop")}) == MOST_STOPS


async def test_a_stop_that_is_looked_after_already_is_not_looked_at_twice(case):
    case.hub.cost = 0.2  # the rows themselves come every ten seconds
    case.hub.add("dave", server=STOPPING)
    others = [f"user-{i:02}" for i in range(40)]
    case.hub.add(*others)
    follower = case.servers.follower
    follower.in_background(follower.until_stopped(ADMIN, ("dave", "")))
    case.look("dave", *others, windows=[ALL])
    await case.time.pass_by(4.9)
    assert len(alone(case.hub.take())) == 4


async def test_only_so_many_starts_are_followed_at_once(case):
    case.hub.add(*(f"start-{i:02}" for i in range(40)), server=STARTING)
    case.look(*case.hub.users, windows=[LiveWindow(state="running")])
    await case.time.pass_by(10)
    assert len(case.hub.progress_events) == MOST_STARTS


async def test_stops_are_not_looked_at_when_nobody_looks(case):
    case.hub.add("dave", server=STOPPING)
    case.look("dave")
    await case.time.pass_by(0.1)
    case.look()
    await case.time.pass_by(0.1)
    case.hub.take()
    await case.time.pass_by(20)
    assert case.hub.asked == []
    assert case.time.sleeping == 0


async def test_a_server_out_of_view_is_not_followed(case):
    case.hub.add("dave", server=STARTING)
    case.look("alice", windows=[ALL])
    await case.time.pass_by(20)
    assert names(await case.heard(), "added") == ["dave"]
    assert case.hub.progress_events == {}


async def test_what_this_extension_looked_at_is_told_too(case):
    case.hub.set("bob", RUNNING)
    await case.view("bob")
    told = await case.heard()
    assert names(told, "added") == ["bob"]
    assert states(told) == [("bob", "", "running")]
    case.hub.set("bob", STOPPED)
    await case.view("bob")
    assert states(await case.heard()) == [("bob", "", "stopped")]
    await case.view("carol")
    told = await case.heard()
    assert names(told, "changed") == ["carol"]
    assert states(told) == [("carol", "", "stopped")]


async def test_a_server_that_was_deleted_comes_to_no_row_again(case):
    await case.view("carol", "gpu")
    told = await case.heard()
    assert names(told, "changed") == ["carol"]
    assert states(told) == []


async def test_what_was_told_too_early_is_put_right(case):
    case.hub.set("bob", RUNNING)
    case.look("bob")
    await case.time.pass_by(1)
    view = case.servers.view_of(ADMIN, case.hub.users["bob"], "")
    await case.heard()
    case.servers.news.server(view.model_copy(update={"state": "stopping"}))
    await case.time.pass_by(2)
    assert states(await case.heard()) == [("bob", "", "stopping"), ("bob", "", "running")]


async def test_a_start_of_this_extension_is_told_to_all_streams(case):
    other = case.watcher.open(ADMIN)
    watch = case.servers.follower.follow_start(ADMIN, ("alice", ""))
    await case.time.pass_by(0.1)
    case.hub.set("alice", RUNNING)
    case.hub.progress_events["alice", ""].put_nowait(HubProgress(ready=True))
    assert [event.ready async for event in watch.events()] == [True]
    for stream in (case.stream, other):
        told = await case.heard(stream)
        assert kinds(told)[0] == "progress"
        assert states(told) == [("alice", "", "running")]


# --- the Hub away -----------------------------------------------------------------------------


async def test_a_hub_that_is_away_and_comes_back(case):
    case.look("alice", "bob", windows=[ALL])
    await case.time.pass_by(2.1)
    as_of = case.time.now()
    await case.heard()
    case.hub.error = AWAY
    case.hub.take()
    begun = None
    tried = []
    for _ in range(200):
        await case.time.pass_by(0.5)
        if case.hub.take():
            begun = begun if begun is not None else case.time.seconds
            tried.append(round(case.time.seconds - begun))
    assert tried == [0, 5, 13, 28, 58, 88]
    told = await case.heard()
    assert kinds(told) == ["stale"] * 6
    first = told[0][1]
    assert first["message"] == AWAY.message
    assert first["code"] == "hub_unreachable"
    assert first["as_of"][:19] == as_of.isoformat()[:19]
    retries = [data["retry_at"] for _, data in told]
    assert retries == sorted(set(retries))
    hello = json.loads((await anext(case.watcher.open(ADMIN).listener)).data)
    assert hello["stale"] == told[-1][1]
    case.hub.error = None
    await case.time.pass_by(31)
    told = await case.heard()
    assert kinds(told)[:2] == ["fresh", "users"]
    assert kinds(told).count("fresh") == 1
    assert names(told, "changed") == ["alice", "bob"]
    await case.time.pass_by(10)
    assert await case.heard() == []
    hello = json.loads((await anext(case.watcher.open(ADMIN).listener)).data)
    assert hello["stale"] is None


async def test_the_next_outage_is_asked_about_from_the_beginning(case):
    case.look("alice", windows=[ALL])
    for _ in range(2):
        case.hub.error = AWAY
        await case.time.pass_by(20)
        case.hub.error = None
        await case.time.pass_by(31)
    case.hub.error = AWAY
    await case.time.pass_by(2.1)
    case.hub.take()
    await case.time.pass_by(5)
    assert len(case.hub.take()) == 1


@pytest.mark.parametrize(
    "error",
    [
        errors.HubTimeout("slow"),
        errors.HubUnavailable("restarting"),
        errors.HubBadAnswer("nginx"),
        errors.HubFailed("broken"),
    ],
)
async def test_every_way_of_not_answering_is_told(case, error):
    case.hub.error = error
    case.look("alice", windows=[ALL])
    told = await case.heard()
    assert kinds(told) == ["stale"]
    assert told[0][1]["as_of"] is None


async def test_who_looks_again_need_not_wait_for_the_next_try(case):
    case.hub.error = AWAY
    case.look("alice", windows=[ALL])
    await case.time.pass_by(20)
    case.hub.error = None
    await case.heard()
    case.look("alice", windows=[ALL])
    assert kinds(await case.heard())[0] == "fresh"


async def test_looking_again_and_again_asks_a_hub_that_is_away_every_two_seconds_at_most(case):
    case.hub.error = AWAY
    for _ in range(100):
        case.look("alice", windows=[ALL])
        await case.time.pass_by(0.1)
    assert len(case.hub.take()) <= 6


async def test_a_token_that_the_hub_refuses_gives_way_to_another(case):
    other = case.watcher.open(OTHER_TOKEN)
    case.look("alice", windows=[ALL])
    case.look("bob", windows=[ALL], stream=other, actor=OTHER_TOKEN)
    case.hub.refused = {"other"}
    await case.time.pass_by(6)
    told = await case.heard()
    assert names(told, "changed") == ["alice", "bob"]
    assert "stale" not in kinds(told)
    assert other.listener.closed.is_set()


async def test_the_hub_is_asked_as_whoever_looked_last(case):
    other = case.watcher.open(OTHER_TOKEN)
    case.look("bob", stream=other, actor=OTHER_TOKEN)
    await case.time.pass_by(1)
    assert case.hub.token == "other"
    case.look("alice")
    await case.time.pass_by(2)
    assert case.hub.token == "t"


async def test_a_refused_token_asks_no_more_until_somebody_looks_anew(case):
    case.look("alice", windows=[ALL])
    case.hub.refused = {"t"}
    assert kinds(await case.heard()) == ["stale"]
    case.hub.take()
    await case.time.pass_by(3600)
    assert case.hub.take() == []
    assert case.time.sleeping == 0
    case.look("alice", windows=[ALL])
    await case.time.pass_by(1)
    assert len(case.hub.take()) == 1
    case.hub.refused = set()
    case.look("alice", "bob", windows=[ALL])
    await case.time.pass_by(3)
    assert kinds(await case.heard()) == ["stale", "fresh", "users"]


async def test_whoever_opens_another_stream_was_not_refused(case):
    case.look("alice", windows=[ALL])
    case.hub.refused = {"t"}
    await case.heard()
    case.hub.refused = set()
    other = case.watcher.open(OTHER_TOKEN)
    hello = json.loads((await anext(other.listener)).data)
    assert hello["stale"] is None
    case.look("alice", windows=[ALL], stream=other, actor=OTHER_TOKEN)
    await case.time.pass_by(3)
    assert kinds(await case.heard(other)) == ["fresh", "users"]


async def test_looking_anew_again_and_again_asks_every_two_seconds_at_most(case):
    case.hub.refused = {"t"}
    for _ in range(100):
        case.look("alice", windows=[ALL])
        await case.time.pass_by(0.1)
    assert 1 < len(case.hub.take()) <= 6


async def test_where_every_token_is_refused_it_is_said_in_the_hubs_words(case):
    case.look("alice", windows=[ALL])
    case.hub.refused = {"t"}
    told = await case.heard()
    assert kinds(told) == ["stale"]
    assert told[0][1]["message"] == "Not with these scopes."
    assert told[0][1]["code"] == "hub_forbidden"
    case.look("alice", windows=[ALL], actor=OTHER_TOKEN)
    await case.time.pass_by(3)
    assert kinds(await case.heard())[0] == "fresh"
