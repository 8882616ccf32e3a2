"""The same where something is in the way: the service, the Hub, a permission, many rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.live.shared import ALONE
from hub_admin_lab.hub.scopes import WATCH, Scopes
from hub_admin_lab.models import LiveWindow
from hub_admin_lab.service.watching import WATCHES_FOR

from .failing_hub import ADMIN
from .live_hub import ALL, AWAY, RUNNING, STARTING, STOPPED, alone, kinds, names, pages, states
from .shared_looks import last_state


@pytest.fixture
def case(shared_case):
    return shared_case


@pytest.mark.parametrize(
    "trouble", [errors.ServiceUnreachable("Away."), errors.ServiceTimeout("Late."), 403, 404, 503]
)
async def test_without_the_service_it_watches_by_itself(case, trouble):
    case.hub.add("alice")
    if isinstance(trouble, int):
        case.service.status = trouble
    else:
        case.service.error = trouble
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(20)
    assert len(case.service.asked) == 1
    assert len(pages(case.hub.take())) >= 9
    case.hub.set("alice", RUNNING)
    await case.time.pass_by(2.3)
    assert states(await case.heard(case.stream)) == [("alice", "", "running")]
    case.service.error, case.service.status = None, 200
    await case.time.pass_by(ALONE)
    assert len(case.service.asked) > 1


@pytest.mark.parametrize("said", [b'{"pages": "all"}', b'{"pages": [], "watchers": 1}', b"hello"])
async def test_an_answer_that_is_not_understood(case, said):
    case.hub.add("alice")
    case.service.said = said
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(1)
    assert names(await case.heard(case.stream), "changed") == ["alice"]


@pytest.mark.parametrize(
    "scopes",
    [
        [*WATCH[1:], "list:users!group=class-a"],
        [*WATCH[:-1], "read:servers!group=class-a"],
        [f"{scope}!group=class-a" for scope in WATCH],
        ["list:users"],
    ],
)
async def test_who_may_not_see_everybody_watches_by_themselves(case, scopes):
    case.hub.add("alice")
    case.watcher.close_stream(case.stream)
    actor = replace(ADMIN, scopes=Scopes(scopes), token="assistant")
    case.stream = case.watcher.open(actor)
    case.look("alice", windows=[ALL], actor=actor)
    await case.time.pass_by(5)
    assert case.service.asked == []
    assert pages(case.hub.take())


async def test_the_hub_goes_away_and_comes_back(case):
    case.hub.add("alice")
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    await case.heard(case.stream)
    case.hub.error = AWAY
    case.service.error = errors.ServiceUnreachable("Away, as its hub.")
    await case.time.pass_by(5)
    assert kinds(await case.heard(case.stream)) == ["stale"]
    case.hub.set("alice", RUNNING)
    case.hub.error = case.service.error = None
    await case.time.pass_by(15)
    told = await case.heard(case.stream)
    assert "fresh" in kinds(told)
    assert names(told, "changed") == ["alice"]


async def test_the_hub_alone_goes_away_and_comes_back(make_shared):
    """The service goes on, and may see it back before this one tries again."""
    case = make_shared(cost=0.05)
    case.hub.add("alice")
    for each in (*(make_shared(beside=case) for _ in range(9)), case):
        each.look("alice", windows=[ALL], actor=each.actor)
    await case.time.pass_by(60)
    await case.heard(case.stream)
    case.hub.error = AWAY
    await case.time.pass_by(30)
    assert set(kinds(await case.heard(case.stream))) == {"stale"}
    case.hub.error = None
    await case.time.pass_by(40)
    assert "fresh" in kinds(await case.heard(case.stream))


async def test_nobody_looks_and_nothing_is_asked(case):
    case.hub.add("alice")
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    case.look(actor=case.actor)
    await case.time.pass_by(WATCHES_FOR + 3)
    case.hub.take()
    case.service.asked.clear()
    await case.time.pass_by(60)
    assert case.hub.take() == []
    assert case.service.asked == []


async def test_nothing_is_lost_when_the_hub_fails_between_the_look_and_the_question(case):
    case.hub.add("alice", "bob")
    case.look("alice", "bob", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    await case.heard(case.stream)
    get_user = case.hub.get_user

    async def fails(*args):
        case.hub.get_user = get_user
        raise AWAY

    case.hub.get_user = fails
    case.hub.set("alice", RUNNING)
    await case.time.pass_by(15)
    told = await case.heard(case.stream)
    assert kinds(told)[:2] == ["stale", "fresh"]
    assert last_state(told, "alice") == "running"


async def test_a_user_of_very_many_servers_is_told_to_the_end(case):
    many = {
        name: RUNNING.model_copy(update={"name": name})
        for name in (f"server-{number:04}" for number in range(1500))
    }
    case.hub.add("alice")
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    await case.heard(case.stream)
    case.hub.set("alice", servers=many)
    told = set()
    for _ in range(20):
        await case.time.pass_by(5)
        told |= {name for _, name, _ in states(await case.heard(case.stream))}
    assert told == set(many)


async def test_a_revoked_permission_ends_it(case):
    case.hub.add("alice")
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    case.hub.refused.add(case.actor.token)
    case.hub.set("alice", RUNNING)
    await case.time.pass_by(7)
    (stale,) = [data for name, data in await case.heard(case.stream) if name == "stale"]
    assert stale["code"] == "hub_forbidden"


async def test_more_pages_than_the_service_comes_round_to(case):
    """Rows are kept true all the same: the rest is asked of the Hub."""
    case.hub.cost = 0.03
    case.hub.add(*(f"user-{number:03}" for number in range(400)))
    windows = [LiveWindow(offset=50 * number) for number in range(8)]
    seen = [f"user-{number:03}" for number in range(0, 400, 10)]
    case.look(*seen, windows=windows, actor=case.actor)
    await case.time.pass_by(60)
    await case.heard(case.stream)
    for name in seen:
        case.hub.set(name, RUNNING)
    await case.time.pass_by(25)
    told = await case.heard(case.stream)
    assert {name for name, _, _ in states(told)} >= set(seen)


async def test_a_search_that_is_longer_than_any_name(case):
    case.hub.add("alice")
    window = LiveWindow(query="x" * 1000)
    case.look("alice", windows=[window, ALL], actor=case.actor)
    await case.time.pass_by(5)
    assert "alice" in names(await case.heard(case.stream), "changed")


async def test_who_is_not_in_view_is_not_asked_for(case):
    case.hub.add(*(f"user-{number:02}" for number in range(40)))
    case.look("user-00", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    case.hub.take()
    for number in range(1, 40):
        case.hub.set(f"user-{number:02}", RUNNING)
    await case.time.pass_by(5)
    assert alone(case.hub.take()) == []
    case.look("user-00", "user-01", windows=[ALL], actor=case.actor)
    await case.time.pass_by(5)
    told = await case.heard(case.stream)
    assert "user-01" in names(told, "changed") + names(told, "added")


async def test_every_page_in_view_is_asked_for_whole_in_turn(case):
    case.hub.add(*(f"user-{number:03}" for number in range(60)))
    windows = [LiveWindow(), LiveWindow(offset=50)]
    case.look("user-000", "user-059", windows=windows, actor=case.actor)
    await case.time.pass_by(20)
    await case.heard(case.stream)
    case.hub.set("user-000", admin=True)  # which the service does not see
    case.hub.set("user-059", admin=True)
    await case.time.pass_by(40)
    assert {"user-000", "user-059"} <= set(names(await case.heard(case.stream), "changed"))


async def test_rows_on_no_page_are_told_in_full_after_the_hub_was_away(case):
    stopped = [f"stopped-{number}" for number in range(9)]
    case.hub.add(*stopped)
    case.look(*stopped, windows=[LiveWindow(state="running")], actor=case.actor)
    await case.time.pass_by(20)
    case.hub.error = AWAY
    await case.time.pass_by(10)
    case.hub.error = None
    await case.heard(case.stream)
    await case.time.pass_by(20)
    assert set(names(await case.heard(case.stream), "changed")) >= set(stopped)


async def test_a_row_that_comes_back_to_its_page_as_it_was(case):
    """Its mark is the old one; what was told meanwhile is not."""
    case.hub.add("alice")
    case.look("alice", windows=[LiveWindow(state="stopped")], actor=case.actor)
    await case.time.pass_by(10)
    case.hub.set("alice", RUNNING)
    await case.time.pass_by(5)
    assert last_state(await case.heard(case.stream), "alice") == "running"
    case.hub.set("alice", STOPPED)
    await case.time.pass_by(5)
    assert last_state(await case.heard(case.stream), "alice") == "stopped"


async def test_many_rows_that_have_left_their_page_and_start(case):
    users = [f"user-{number:02}" for number in range(40)]
    case.hub.add(*users)
    case.look(*users, windows=[LiveWindow(state="stopped")], actor=case.actor)
    await case.time.pass_by(10)
    for name in users:
        case.hub.set(name, STARTING)
    await case.time.pass_by(20)
    await case.heard(case.stream)
    for name in users:
        case.hub.set(name, RUNNING)
    await case.time.pass_by(20)
    told = await case.heard(case.stream)
    assert {last_state(told, name) for name in users} == {"running"}


async def test_without_pages_in_view_it_watches_by_itself(case):
    users = [f"user-{number:02}" for number in range(20)]
    case.hub.add(*users)
    case.look(*users, windows=[ALL], actor=case.actor)
    await case.time.pass_by(20)
    case.look(*users, actor=case.actor)
    await case.time.pass_by(10)
    case.hub.take()
    await case.time.pass_by(4.3)
    assert len(alone(case.hub.take())) >= 20
