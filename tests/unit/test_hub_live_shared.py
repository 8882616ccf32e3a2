"""Watchers whose hub service looks for all of them."""

from __future__ import annotations

import pytest

from hub_admin_lab.models import LiveWindow

from .live_hub import ALL, RUNNING, STOPPED, alone, names, states
from .shared_looks import last_state


@pytest.fixture
def case(shared_case):
    return shared_case


async def test_only_what_has_changed_is_asked_for(case):
    case.hub.add("alice", "bob", "carol")
    case.look("alice", "bob", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    assert names(await case.heard(case.stream), "changed") == ["alice", "bob"]
    case.hub.take()
    await case.time.pass_by(5)
    assert not alone(case.hub.take())
    case.hub.set("bob", RUNNING)
    await case.time.pass_by(4.1)
    assert alone(case.hub.take()) == ["bob"]
    assert case.hub.by["user"] == case.actor.token  # the visitor's own
    assert states(await case.heard(case.stream)) == [("bob", "", "running")]


@pytest.mark.parametrize("moment", [n / 10 for n in range(1, 30, 2)])
async def test_whenever_it_changes_it_is_told(case, moment):
    """Also between the service's look and what is asked by it."""
    case.hub.add("alice", server=RUNNING)
    case.hub.cost = 0.4
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(moment)
    case.hub.set("alice", STOPPED)
    await case.time.pass_by(60)
    told = await case.heard(case.stream)
    assert last_state(told, "alice") == "stopped"


async def test_many_changes_are_one_page(case):
    everybody = [f"user-{number:02}" for number in range(40)]
    case.hub.add(*everybody)
    case.look(*everybody, windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    case.hub.take()
    for name in everybody:
        case.hub.set(name, RUNNING)
    await case.time.pass_by(4.1)
    assert alone(case.hub.take()) == []
    assert len(states(await case.heard(case.stream))) >= 40


async def test_who_comes_onto_a_page_and_who_leaves_it(case):
    case.hub.add("alice", "bob", server=RUNNING)
    window = LiveWindow(state="running")
    case.look("alice", "bob", windows=[window], actor=case.actor)
    await case.time.pass_by(10)
    await case.heard(case.stream)
    case.hub.set("bob", STOPPED)
    case.hub.add("carol", server=RUNNING)
    await case.time.pass_by(5)
    told = await case.heard(case.stream)
    assert ("bob", "", "stopped") in states(told)
    assert names(told, "added") == ["carol"]


async def test_who_comes_into_view_is_told_in_full(case):
    case.hub.add("alice", "bob")
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    await case.heard(case.stream)
    case.look("alice", "bob", windows=[ALL], actor=case.actor)
    await case.time.pass_by(3)
    assert names(await case.heard(case.stream), "changed") == ["bob"]


async def test_what_the_service_may_not_see_comes_with_the_whole_page(case):
    case.hub.add("alice")
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    case.hub.set("alice", admin=True)
    await case.time.pass_by(30)
    told = [data for name, data in await case.heard(case.stream) if name == "users"]
    assert told[-1]["changed"][0]["admin"]


@pytest.mark.parametrize("cost", [0.004, 0.05, 0.25])
async def test_ten_admins_cost_as_much_as_one(make_shared, cost):
    shares = {}
    for number in (1, 10):
        first = make_shared(cost)
        first.hub.add(*(f"run-{i:03}" for i in range(120)), server=RUNNING)
        cases = [first, *(make_shared(beside=first) for _ in range(number - 1))]
        for case in cases:
            case.look("run-000", "run-001", windows=[ALL], actor=case.actor)
        await first.time.pass_by(120)  # each has asked for the page
        first.hub.take()
        await first.time.pass_by(1200)
        shares[number] = len(first.hub.take()) * cost / 1200
    assert shares[1] <= 0.02
    assert shares[10] <= 1.2 * shares[1]


async def test_ten_admins_all_see_what_has_changed(make_shared):
    """Though all ask the Hub at once, and wait for each other."""
    first = make_shared(cost=0.02)
    first.hub.add("alice", "bob")
    cases = [first, *(make_shared(beside=first) for _ in range(9))]
    for case in cases:
        case.look("alice", "bob", windows=[ALL], actor=case.actor)
    await first.time.pass_by(30)
    for case in cases:
        await case.heard(case.stream)
    for server, state in ((RUNNING, "running"), (STOPPED, "stopped"), (RUNNING, "running")):
        first.hub.set("alice", server)
        await first.time.pass_by(5)
        for case in cases:
            assert states(await case.heard(case.stream)) == [("alice", "", state)]


async def test_rows_that_stay_in_view_after_their_server_has_stopped_cost_little(make_shared):
    """They are on no page of those who run; each admin asks for them alone, now and then."""
    first = make_shared(cost=0.01)
    stopped = [f"stopped-{number}" for number in range(9)]
    first.hub.add(*stopped)
    first.hub.add("alice", "bob", server=RUNNING)
    cases = [first, *(make_shared(beside=first) for _ in range(9))]
    for case in cases:
        case.look("alice", *stopped, windows=[LiveWindow(state="running")], actor=case.actor)
    await first.time.pass_by(120)
    first.hub.take()
    await first.time.pass_by(120)
    assert len(first.hub.take()) * first.hub.cost / 120 <= 0.025
    for case in cases:
        await case.heard(case.stream)
    first.hub.set("alice", STOPPED)
    await first.time.pass_by(5)
    for case in cases:
        assert ("alice", "", "stopped") in states(await case.heard(case.stream))


async def test_who_starts_again_that_has_left_the_page(case):
    case.hub.add("alice", server=STOPPED)
    case.look("alice", windows=[LiveWindow(state="running")], actor=case.actor)
    await case.time.pass_by(10)
    await case.heard(case.stream)
    case.hub.set("alice", RUNNING)
    await case.time.pass_by(5)
    assert ("alice", "", "running") in states(await case.heard(case.stream))
