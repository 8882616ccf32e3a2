"""How the service looks at the Hub for all who watch."""

from __future__ import annotations

import itertools

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.models import HubServer, HubUser, HubUserPage
from hub_admin_lab.models.watching import WatchedPage
from hub_admin_lab.service.watching import LONGEST, MOST_WATCHED, OLD, WATCHES_FOR, Watching
from tests.unit.virtual_clock import VirtualClock

FIRST, SECOND = WatchedPage(), WatchedPage(offset=50)
ME, YOU = b"me", b"you"


class Case:
    """A Hub each of whose answers takes `cost` seconds."""

    def __init__(self):
        self.time = VirtualClock()
        self.cost = 0.004
        self.asked = []
        self.error = None
        self.users = {name: HubUser(name=name) for name in ("alice", "bob")}
        self.made = []
        self.watching = self.make()

    def make(self):
        self.made.append(Watching(self.answer, clock=self.time.clock, sleep=self.time.sleep))
        return self.made[-1]

    async def answer(self, page):
        self.asked.append((page, self.time.seconds))
        await self.time.sleep(self.cost)
        if self.error is not None:
            raise self.error
        return HubUserPage.model_validate(
            {"items": [u.model_dump() for u in self.users.values()], "_pagination": {"total": 2}}
        )

    def look(self, who=ME, pages=(FIRST,)):
        return self.watching.look(who, list(pages))

    async def watch(self, seconds, *pages, who=ME):
        """Ask every two seconds for so long; return the last answer."""
        for _ in range(int(seconds / 2)):
            self.look(who, pages or [FIRST])
            await self.time.pass_by(2)
        return self.look(who, pages or [FIRST])


@pytest.fixture
def case(jp_asyncio_loop):
    async def make():
        return Case()

    case = jp_asyncio_loop.run_until_complete(make())
    yield case
    for each in case.made:
        jp_asyncio_loop.run_until_complete(each.close())


async def test_a_page_is_told_once_it_was_looked_at(case):
    assert case.look() == [None]
    await case.time.pass_by(1)
    (page,) = case.look()
    assert list(page.marks) == ["alice", "bob"]
    assert page.age == 1


async def test_a_mark_is_another_one_once_something_has_changed(case):
    (before,) = await case.watch(2)
    case.users["bob"] = HubUser(name="bob", servers={"": HubServer(pending="spawn")})
    (after,) = await case.watch(4)
    assert after.marks["alice"] == before.marks["alice"]
    assert after.marks["bob"] != before.marks["bob"]


async def test_a_mark_says_nothing_to_who_knows_the_user(case):
    """Each process has marks of its own: nobody finds out what is behind one by trying."""
    (before,) = await case.watch(2)
    case.watching = case.make()
    (after,) = await case.watch(2)
    assert after.marks["alice"] != before.marks["alice"]


async def test_what_one_watches_is_looked_at_once_for_all(case):
    for who in range(10):
        case.look(bytes([who]))
    await case.time.pass_by(1)
    assert [case.look(bytes([who])) for who in range(10)] == [case.look()] * 10
    assert len(case.asked) == 1
    assert case.watching.watchers == 11


@pytest.mark.parametrize(("cost", "period"), [(0.004, 2.0), (0.1, 6.5), (10.0, LONGEST)])
async def test_looks_take_less_than_two_percent_of_the_hub_whoever_asks(case, cost, period):
    case.cost = cost
    pages = [WatchedPage(offset=50 * number) for number in range(5)]
    for moment in range(300):
        case.look(bytes([moment % 7]), pages)
        await case.time.pass_by(2)
    begun = [at for _, at in case.asked]
    between = [after - before for before, after in itertools.pairwise(begun)]
    assert between == pytest.approx([period + cost] * len(between))


async def test_pages_are_looked_at_in_turn(case):
    pages = [WatchedPage(offset=50 * number) for number in range(12)]
    await case.watch(60, *pages)
    assert {page for page, _ in case.asked[:12]} == set(pages)
    assert [page for page, _ in case.asked[12:24]] == [page for page, _ in case.asked[:12]]


async def test_what_was_seen_too_long_ago_is_not_told(case):
    """Whoever watches asks the Hub, rather than to show old rows."""
    pages = [WatchedPage(offset=50 * number) for number in range(12)]
    told = await case.watch(60, *pages)
    assert 0 < sum(page is not None for page in told) <= OLD + 1
    assert all(page.age <= OLD * 2 for page in told if page is not None)


async def test_a_hub_that_does_not_answer_is_nothing_told(case):
    await case.watch(2)
    case.error = errors.HubUnreachable("The hub cannot be reached.")
    assert await case.watch(4) == [None]
    case.error = None
    assert (await case.watch(4))[0].marks


async def test_a_mistake_of_ours_does_not_end_it(case):
    """Nor has the Hub asked more often."""
    await case.watch(2)
    case.error = ValueError("a mistake")
    case.asked.clear()
    for _ in range(100):
        case.look()
        await case.time.pass_by(0.2)
    assert case.look() == [None]
    assert len(case.asked) <= 10
    case.error = None
    assert (await case.watch(4))[0].marks


async def test_nobody_watches_and_nothing_is_asked(case):
    await case.watch(4)
    await case.time.pass_by(WATCHES_FOR + 3)
    case.asked.clear()
    await case.time.pass_by(60)
    assert case.asked == []
    assert case.watching.watchers == 0
    assert case.look() == [None]  # all of it is forgotten
    await case.time.pass_by(1)
    assert len(case.asked) == 1


async def test_who_has_not_asked_for_a_while_does_not_watch(case):
    case.look(ME)
    await case.time.pass_by(WATCHES_FOR / 2)
    case.look(YOU)
    assert case.watching.watchers == 2
    await case.time.pass_by(WATCHES_FOR / 2 + 1)
    assert case.watching.watchers == 1


async def test_more_pages_than_can_be_watched(case):
    pages = [WatchedPage(offset=50 * number) for number in range(MOST_WATCHED)]
    case.look(ME, pages)
    assert case.look(YOU, [FIRST, WatchedPage(name_filter="x")]) == [None, None]
    await case.time.pass_by(1)
    first, more = case.look(YOU, [FIRST, WatchedPage(name_filter="x")])
    assert first is not None
    assert more is None
