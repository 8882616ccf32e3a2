"""How the service looks at the Hub for all who watch."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.models import HubServer, HubUser, HubUserPage
from hub_admin_lab.models.watching import WatchedPage
from hub_admin_lab.service.watching import LONGEST, MOST_WAITING, WATCHES_FOR, Watching
from tests.unit.virtual_clock import VirtualClock

FIRST, SECOND = WatchedPage(), WatchedPage(offset=50)
ME, YOU = b"me", b"you"


class Case:
    """A Hub each of whose answers takes `cost` seconds; nobody waits for less than all of them."""

    def __init__(self):
        self.time = VirtualClock()
        self.cost = 0.004
        self.asked = []
        self.error = None
        self.users = {name: HubUser(name=name) for name in ("alice", "bob")}
        self.watching = self.make()

    def make(self, **options):
        return Watching(
            self.answer,
            **{"patience": None, "clock": self.time.clock, "sleep": self.time.sleep, **options},
        )

    async def answer(self, page):
        self.asked.append((page, self.time.seconds))
        await self.time.sleep(self.cost)
        if self.error is not None:
            raise self.error
        return HubUserPage.model_validate(
            {"items": [u.model_dump() for u in self.users.values()], "_pagination": {"total": 2}}
        )

    def ask(self, who=ME, pages=(FIRST,)):
        return asyncio.ensure_future(self.watching.look(who, list(pages)))

    async def look(self, who=ME, pages=(FIRST,)):
        asking = self.ask(who, pages)
        await self.time.until(asking.done)
        return asking.result()


@pytest.fixture
def case(jp_asyncio_loop):
    async def make():
        return Case()

    case = jp_asyncio_loop.run_until_complete(make())
    yield case
    jp_asyncio_loop.run_until_complete(case.watching.close())


async def test_a_mark_is_another_one_once_something_has_changed(case):
    (before,) = await case.look()
    assert list(before) == ["alice", "bob"]
    case.users["bob"] = HubUser(name="bob", servers={"": HubServer(pending="spawn")})
    (after,) = await case.look()
    assert after["alice"] == before["alice"]
    assert after["bob"] != before["bob"]


async def test_a_mark_says_nothing_to_who_knows_the_user(case):
    """Each process has marks of its own: nobody finds out what is behind one by trying."""
    (marks,) = await case.look()
    other = asyncio.ensure_future(case.make().look(ME, [FIRST]))
    await case.time.until(other.done)
    assert other.result()[0]["alice"] != marks["alice"]


async def test_one_look_is_for_all_who_wait_for_it(case):
    mine, yours = case.ask(ME), case.ask(YOU)
    await case.time.until(lambda: mine.done() and yours.done())
    assert mine.result() == yours.result()
    assert len(case.asked) == 1
    assert case.watching.watchers == 2


async def test_a_look_begins_after_the_question(case):
    """Else what has changed between the two would be told to nobody."""
    early = case.ask(ME)
    await case.time.pass_by(0.002)
    late = case.ask(YOU)
    await case.time.until(lambda: early.done() and late.done())
    assert [at for _, at in case.asked] == [0, pytest.approx(2.004)]


@pytest.mark.parametrize(("cost", "period"), [(0.004, 2.0), (0.1, 6.0), (10.0, LONGEST)])
async def test_looks_take_less_than_two_percent_of_the_hub_whoever_asks(case, cost, period):
    case.cost = cost
    for who in range(5):
        await case.look(bytes([who]), [FIRST, SECOND])
    begun = [at for _, at in case.asked]
    between = [after - before for before, after in itertools.pairwise(begun)]
    assert [page for page, _ in case.asked] == [FIRST, SECOND] * 5
    assert between == pytest.approx([period + cost] * 9)


async def test_a_page_for_which_nobody_waits_any_more_is_not_asked_for(case):
    await case.look()
    given_up, other = case.ask(pages=[SECOND]), case.ask(YOU)
    await case.time.settle()
    given_up.cancel()
    await case.time.until(other.done)
    assert [page for page, _ in case.asked] == [FIRST, FIRST]


async def test_one_who_gives_up_leaves_the_look_to_others(case):
    given_up, other = case.ask(ME), case.ask(YOU)
    await case.time.settle()
    given_up.cancel()
    await case.time.until(other.done)
    assert list(other.result()[0]) == ["alice", "bob"]


async def test_whose_turn_does_not_come_in_time_is_told_so(case):
    case.watching = case.make(patience=0.01)
    assert await case.watching.look(ME, [FIRST, SECOND]) == [None, None]
    await case.time.pass_by(10)
    assert len(case.asked) <= 1  # nobody waits


async def test_the_hubs_reason_reaches_all_who_wait(case):
    case.error = errors.HubUnreachable("The hub cannot be reached.")
    mine, yours = case.ask(ME), case.ask(YOU)
    await case.time.until(lambda: mine.done() and yours.done())
    for each in (mine, yours):
        with pytest.raises(errors.HubUnreachable):
            each.result()
    case.error = None
    assert await case.look()


async def test_who_has_not_asked_for_a_while_does_not_watch(case):
    await case.look(ME)
    await case.time.pass_by(WATCHES_FOR / 2)
    await case.look(YOU)
    assert case.watching.watchers == 2
    await case.time.pass_by(WATCHES_FOR / 2 + 1)
    assert case.watching.watchers == 1


async def test_more_pages_than_can_be_watched(case):
    waiting = [case.ask(pages=[WatchedPage(offset=50 * number)]) for number in range(MOST_WAITING)]
    await case.time.settle()
    with pytest.raises(errors.TooManyRequests):
        await case.watching.look(YOU, [WatchedPage(name_filter="x"), WatchedPage(name_filter="y")])
    for each in waiting:
        each.cancel()


async def test_it_ends(case):
    waiting = case.ask()
    await case.time.settle()
    await case.watching.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
