"""Watchers whose hub service looks for all of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.live.shared import ALONE, WHOLE_EVERY, SharedLooks
from hub_admin_lab.hub.relay import Relayed
from hub_admin_lab.hub.scopes import Scopes
from hub_admin_lab.models import LiveWindow
from hub_admin_lab.models.watching import Watched, WatchRequest
from hub_admin_lab.service.watching import Watching

from .failing_hub import ADMIN
from .live_hub import ALL, AWAY, RUNNING, STOPPED, alone, kinds, names, pages, states

MANAGER = replace(ADMIN, scopes=Scopes(["list:users", "read:servers", "servers"]))
SERVICE = "the service's own"


class Service:
    """The hub service, with the watchers' own time."""

    def __init__(self, case):
        self.hub = case.hub
        self.error = None
        self.status = 200
        self.said = None
        self.asked = []
        self.watching = Watching(
            self._page, patience=None, clock=case.time.clock, sleep=case.time.sleep
        )

    async def _page(self, page):
        found = await self.hub.list_users(SERVICE, **page.model_dump())
        unseen = {"admin": False}
        items = [user.model_copy(update=unseen) for user in found.items]
        return found.model_copy(update={"items": items})

    async def __call__(self, method, path, token, *, body):
        assert (method, path) == ("POST", "watch")
        self.asked.append(token)
        if self.error is not None:
            raise self.error
        if self.status != 200:
            return Relayed(self.status, b'{"message": "No.", "code": "forbidden"}')
        if self.said is not None:
            return Relayed(200, self.said)
        request = WatchRequest.model_validate_json(body)
        found = await self.watching.look(token.encode(), request.pages)
        answer = Watched(pages=found, watchers=self.watching.watchers)
        return Relayed(200, answer.model_dump_json().encode())


@pytest.fixture
def make_shared(make_live_case, jp_asyncio_loop):
    """Return a function that makes a case with the service; one ``beside`` another has the same."""
    cases = []

    def make(cost=0.004, beside=None):
        if beside is None:
            beside = make_live_case(cost)
            beside.service = Service(beside)
        looks = SharedLooks(beside.service, clock=beside.time.clock)
        case = make_live_case(beside=beside, shared=looks)
        case.service = beside.service
        case.actor = replace(MANAGER, token=f"token-{id(case)}")
        case.watcher.close_stream(case.stream)  # of somebody with other scopes
        case.stream = case.watcher.open(case.actor)
        cases.append(case)
        return case

    yield make
    for case in cases:
        jp_asyncio_loop.run_until_complete(case.watcher.close())
    for case in cases:
        jp_asyncio_loop.run_until_complete(case.service.watching.close())


@pytest.fixture
def case(make_shared):
    return make_shared()


async def test_only_what_has_changed_is_asked_for(case):
    case.hub.add("alice", "bob", "carol")
    case.look("alice", "bob", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    assert names(await case.heard(case.stream), "changed") == ["alice", "bob"]
    case.hub.take()
    await case.time.pass_by(5)
    assert not alone(case.hub.take())
    case.hub.set("bob", RUNNING)
    await case.time.pass_by(2.3)
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
    servers = [data for name, data in told if name == "server"]
    servers += [user["servers"][0] for name, data in told[:1] for user in data["changed"]]
    assert servers[0]["state"] == "stopped"


async def test_many_changes_are_one_page(case):
    everybody = [f"user-{number:02}" for number in range(40)]
    case.hub.add(*everybody)
    case.look(*everybody, windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    case.hub.take()
    for name in everybody:
        case.hub.set(name, RUNNING)
    await case.time.pass_by(2.3)
    asked = case.hub.take()
    assert alone(asked) == []
    assert len(pages(asked)) == 2 + 1  # two looks of the service, and one page more
    assert len(states(await case.heard(case.stream))) >= 40


async def test_who_comes_onto_a_page_and_who_leaves_it(case):
    case.hub.add("alice", "bob", server=RUNNING)
    window = LiveWindow(state="running")
    case.look("alice", "bob", windows=[window], actor=case.actor)
    await case.time.pass_by(10)
    await case.heard(case.stream)
    case.hub.set("bob", STOPPED)
    case.hub.add("carol", server=RUNNING)
    await case.time.pass_by(3)
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


async def test_another_page_in_view_does_not_wait_for_the_last_one(case):
    case.hub.add(*(f"user-{number:03}" for number in range(120)))
    case.look("user-001", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10.5)  # it waits for the service's next look
    case.hub.take()
    case.look("user-070", windows=[LiveWindow(offset=50)], actor=case.actor)
    await case.time.pass_by(2.3)
    assert {question[3] for question in pages(case.hub.take())} == {50}
    assert "user-070" in names(await case.heard(case.stream), "changed")


async def test_what_the_service_may_not_see_comes_with_the_whole_page(case):
    case.hub.add("alice")
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    case.hub.set("alice", admin=True)
    await case.time.pass_by(2.1 * WHOLE_EVERY)
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
        await first.time.pass_by(3)
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
    assert len(first.hub.take()) * first.hub.cost / 120 <= 0.02 + 10 * 0.01 / 2
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
        ["list:users!group=class-a", "read:servers!group=class-a"],
        ["list:users", "read:servers!group=class-a"],
        ["list:users!group=class-a", "read:servers"],
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


async def test_nobody_looks_and_nothing_is_asked(case):
    case.hub.add("alice")
    case.look("alice", windows=[ALL], actor=case.actor)
    await case.time.pass_by(10)
    case.look(actor=case.actor)
    await case.time.pass_by(5)
    case.hub.take()
    case.service.asked.clear()
    await case.time.pass_by(60)
    assert case.hub.take() == []
    assert case.service.asked == []
    assert not [task for task in asyncio.all_tasks() if "_look_on" in repr(task)]
