"""What the watcher asks of the Hub, in which turn, and how much of it that takes."""

from __future__ import annotations

import pytest

from hub_admin_lab.models import LiveWindow

from .failing_hub import ADMIN
from .live_hub import ALL, OTHER_TOKEN, RUNNING, STOPPED, alone, names, pages, states


@pytest.fixture
def case(make_live_case):
    case = make_live_case()
    case.hub.add("alice", "bob", "carol")
    return case


# --- the Hub's one thread ---------------------------------------------------------------------


@pytest.mark.parametrize(("cost", "period"), [(0.004, 2), (0.026, 2), (0.24, 12)])
async def test_rows_in_view_are_asked_for_every_two_seconds_or_fifty_times_their_page(
    make_live_case, cost, period
):
    case = make_live_case(cost)
    everybody = [f"user-{i:02}" for i in range(45)]
    case.hub.add(*everybody)
    case.look(*everybody, windows=[ALL])
    await case.time.pass_by(cost)
    case.hub.take()
    await case.time.pass_by(period - 0.01)
    assert case.hub.take() == []
    await case.time.pass_by(0.02)
    assert len(pages(case.hub.take())) == 1


@pytest.mark.parametrize(
    ("cost", "one", "minutes"),
    [(0.004, 0.004, 4), (0.03, 0.03, 4), (0.03, 0.004, 4), (0.25, 0.03, 20), (0.4, 0.004, 20)],
)
async def test_never_more_than_two_percent_of_the_hub(make_live_case, cost, one, minutes):
    case = make_live_case(cost)
    case.hub.alone = one
    case.hub.add(*(f"user-{i:03}" for i in range(120)))
    case.hub.add(*(f"run-{i:03}" for i in range(120)), server=RUNNING)
    others = [case.watcher.open(ADMIN) for _ in range(3)]
    begun = case.time.seconds
    for minute in range(minutes):
        for place, stream in enumerate([case.stream, *others]):
            window = LiveWindow(offset=50 * ((minute + place) % 5))
            seen = [f"run-{i:03}" for i in range(50 * place, 50 * place + 30)]
            case.look(*seen, windows=[window], stream=stream)
        await case.time.pass_by(60)
    asked = case.hub.asked
    taken = cost * len(pages(asked)) + one * len(alone(asked))
    share = taken / (case.time.seconds - begun)
    assert 0.001 < share <= 0.021
    assert case.hub.most_under_way == 1


async def test_one_slow_answer_does_not_blind_for_long(make_live_case):
    case = make_live_case(cost=20)
    case.hub.add("alice")
    case.look("alice", windows=[ALL])
    await case.time.pass_by(20)
    case.hub.cost = 0.004
    case.hub.take()
    await case.time.pass_by(61)
    assert alone(case.hub.take())


async def test_the_same_page_of_several_streams_is_asked_for_once(case):
    other = case.watcher.open(OTHER_TOKEN)
    case.look("alice", windows=[ALL])
    case.look("bob", windows=[ALL], stream=other, actor=OTHER_TOKEN)
    await case.time.pass_by(0.1)
    assert pages(case.hub.take()) == [("page", None, "", 0, 50)]
    for stream in (case.stream, other):
        assert names(await case.heard(stream), "changed") == ["alice", "bob"]


async def test_different_pages_are_asked_for_in_turn(case):
    case.hub.cost = 0.05
    everybody = [f"user-{i:03}" for i in range(150)]
    case.hub.users.clear()
    case.hub.add(*everybody)
    windows = [LiveWindow(offset=offset) for offset in (0, 50, 100)]
    case.look(*everybody[::5], windows=windows)
    await case.time.pass_by(18)
    asked = pages(case.hub.asked)
    offsets = [page[3] for page in asked if page[1] is None and page[4] == 50]
    assert len(offsets) >= 6
    assert offsets == ([0, 50, 100] * 3)[: len(offsets)]


async def test_a_small_hub_is_asked_for_several_pages_at_a_time(case):
    windows = [LiveWindow(offset=offset) for offset in (0, 50, 100)]
    case.look("alice", windows=windows)
    await case.time.pass_by(0.1)
    assert len(pages(case.hub.take())) == 3


async def test_a_page_is_asked_for_as_the_list_asks_for_it(case):
    windows = [
        LiveWindow(search="a", state="running", offset=50, limit=20),
        LiveWindow(query="group:class-a", state="all"),
        LiveWindow(query="idle:>x"),  # not understood: the list said so
        LiveWindow(query="idle:>2h", state="stopped"),  # nobody
    ]
    case.look(windows=windows)
    await case.time.pass_by(0.1)
    assert set(pages(case.hub.take())) == {
        ("page", "active", "a", 50, 20),
        ("page", None, "", 0, 200),
    }


# --- a hub so large that a page of it is dear ---------------------------------------------------


@pytest.fixture
def large(make_live_case):
    case = make_live_case(0.4)
    case.hub.alone = 0.004
    case.hub.add(*(f"user-{i:02}" for i in range(50)))
    return case


async def test_few_in_view_on_a_large_hub_are_asked_for_alone(large):
    large.look("user-07", "user-08", windows=[ALL])
    await large.time.pass_by(60)
    await large.heard()
    for server in (RUNNING, STOPPED) * 5:
        large.hub.set("user-07", server)
        await large.time.pass_by(3)
        assert [name for name, _, _ in states(await large.heard())] == ["user-07"]


async def test_thirty_in_view_on_a_large_hub_are_known_within_twelve_seconds(large):
    everybody = sorted(large.hub.users)[:30]
    large.look(*everybody, windows=[ALL])
    await large.time.pass_by(60)
    large.hub.take()
    for _ in range(10):
        await large.time.pass_by(12)
        assert set(alone(large.hub.take())) == set(everybody)


async def test_another_view_of_a_large_hub_is_not_blind_at_first(large):
    large.look("user-07", windows=[ALL])
    await large.time.pass_by(60)
    large.hub.take()
    large.look("user-30", windows=[LiveWindow(query="user-3")])
    await large.time.pass_by(3)
    asked = large.hub.take()
    assert "user-30" in alone(asked)
    assert ("page", None, "user-3", 0, 50) not in asked


async def test_who_waits_at_the_hub_for_others_is_not_blind_for_that(large):
    large.look("user-07", windows=[ALL])
    await large.time.pass_by(60)
    large.hub.alone = 6
    await large.time.pass_by(9)
    large.hub.alone = 0.004
    await large.heard()
    large.hub.set("user-07", RUNNING)
    await large.time.pass_by(6)
    assert states(await large.heard()) == [("user-07", "", "running")]


async def test_a_page_of_another_kind_that_was_quick_makes_no_other_one_cheap(large):
    everybody = sorted(large.hub.users)[:30]
    large.look(*everybody, windows=[ALL])
    await large.time.pass_by(60)
    large.watcher._rows.took(LiveWindow(query="user-3", state="running"), 0.01)
    large.hub.take()
    large.look(*everybody, windows=[LiveWindow(offset=50), LiveWindow(state="stopped")])
    await large.time.pass_by(12)
    asked = large.hub.take()
    assert set(alone(asked)) == set(everybody)
    assert [question for question in pages(asked) if question[1] != "active"] == []


async def test_a_dear_page_is_asked_for_now_and_then_and_may_be_cheap_again(large):
    everybody = sorted(large.hub.users)[:30]
    large.look(*everybody, windows=[ALL])
    await large.time.pass_by(600)
    page = ("page", None, "", 0, 50)
    assert 2 <= large.hub.take().count(page) <= 10
    large.hub.cost = 0.04
    await large.time.pass_by(400)
    large.hub.take()
    await large.time.pass_by(10)
    asked = large.hub.take()
    assert page in asked
    assert alone(asked) == []


async def test_a_page_that_nobody_in_view_is_on_any_more_is_not_asked_for(case):
    case.hub.cost = 0.06
    case.hub.alone = 0.004
    case.hub.add("dave", server=RUNNING)
    window = LiveWindow(state="running", limit=20)
    case.look("dave", windows=[window])
    await case.time.pass_by(1)
    case.hub.set("dave", STOPPED)
    await case.time.pass_by(5)
    case.hub.take()
    await case.time.pass_by(60)
    asked = case.hub.take()
    assert len(alone(asked)) > 20
    assert sum(question[4] == 20 for question in pages(asked)) < 8


async def test_a_small_hub_is_asked_for_pages_however_few_are_in_view(case):
    case.hub.cost = 0.03
    case.look("alice", windows=[ALL])
    await case.time.pass_by(60)
    asked = case.hub.take()
    assert asked.count(("page", None, "", 0, 50)) > 20
    assert alone(asked) == []


# --- who is on no page ------------------------------------------------------------------------


async def test_who_has_moved_to_another_page_is_asked_for_alone(case):
    case.hub.add("dave", server=RUNNING)
    case.look("dave", windows=[LiveWindow(state="running")])
    await case.time.pass_by(2)
    assert alone(case.hub.take()) == []
    await case.heard()
    case.hub.set("dave", STOPPED)
    await case.time.pass_by(2.1)
    assert set(alone(case.hub.take())) == {"dave"}
    assert states(await case.heard()) == [("dave", "", "stopped")]


async def test_at_most_ten_are_asked_for_alone_each_turn_and_all_in_turn(case):
    everybody = [f"user-{i:02}" for i in range(25)]
    case.hub.add(*everybody)
    case.look(*everybody)
    asked = []
    for _ in range(3):
        await case.time.pass_by(2.02)
        now = alone(case.hub.take())
        assert len(now) == 10
        asked += now
    assert set(asked) == set(everybody)
    assert set(names(await case.heard(), "changed")) == set(everybody)


async def test_who_has_missed_the_walk_waits_behind_those_in_view(case):
    """Not asked for at the cost of more than ten in a turn."""
    everybody = [f"user-{i:02}" for i in range(25)]
    case.hub.add(*everybody)
    case.look(*everybody)
    others = [f"other-{i:02}" for i in range(20)]
    case.watcher._rows.also(others)
    await case.time.pass_by(0.1)
    asked = alone(case.hub.take())
    assert len(asked) == 10
    # Nor never: those in view are asked for again and again.
    await case.time.pass_by(60)
    assert set(others) <= {*asked, *alone(case.hub.take())}


async def test_who_is_gone_is_told_once_and_not_asked_for_again(case):
    case.look("alice", "zoe")
    await case.time.pass_by(20)
    assert names(await case.heard(), "removed") == ["zoe"]
    assert alone(case.hub.take()).count("zoe") == 1
    case.hub.add("zoe")
    case.look("alice")
    case.look("alice", "zoe")
    await case.time.pass_by(3)
    assert names(await case.heard(), "changed") == ["zoe"]


async def test_who_is_back_is_told_when_a_page_holds_them(case):
    case.look("zoe", windows=[LiveWindow(state="running")])
    await case.time.pass_by(3)
    assert names(await case.heard(), "removed") == ["zoe"]
    case.hub.add("zoe", server=RUNNING)
    await case.time.pass_by(3)
    assert names(await case.heard(), "changed") == ["zoe"]
    case.hub.set("zoe", STOPPED)
    await case.time.pass_by(3)
    assert states(await case.heard()) == [("zoe", "", "stopped")]


# --- the walk ---------------------------------------------------------------------------------


async def test_who_becomes_active_out_of_view_is_told_once(case):
    case.hub.add(*(f"run-{i:03}" for i in range(60)), server=RUNNING)
    case.look("alice", windows=[LiveWindow(limit=1)])
    await case.time.pass_by(40)
    told = await case.heard()
    assert names(told, "added") == [f"run-{i:03}" for i in range(60)]
    case.hub.set("carol", RUNNING)
    await case.time.pass_by(40)
    assert names(await case.heard(), "added") == ["carol"]


async def test_changes_out_of_view_are_told_by_the_walk(case):
    case.hub.add("dave", "erin", server=RUNNING)
    case.look("alice", windows=[LiveWindow(limit=1)])
    await case.time.pass_by(20)
    await case.heard()
    case.hub.set("dave", STOPPED)
    del case.hub.users["erin"]
    await case.time.pass_by(40)
    told = await case.heard()
    assert states(told) == [("dave", "", "stopped")]
    assert names(told, "removed") == ["erin"]
    case.hub.take()
    await case.time.pass_by(40)
    assert alone(case.hub.take()) == []
    case.hub.set("dave", RUNNING)
    await case.time.pass_by(20)
    assert names(await case.heard(), "added") == ["dave"]


async def test_the_totals_are_told_when_they_change(case):
    case.hub.add("dave", server=RUNNING)
    case.look("alice", windows=[ALL])
    await case.time.pass_by(60)

    assert await case.counts_heard() == [{"users": 4, "active": 1}]
    case.hub.set("alice", RUNNING)
    await case.time.pass_by(20)
    assert await case.counts_heard() == [{"users": 4, "active": 2}]
    case.hub.add("erin")
    await case.time.pass_by(80)
    assert await case.counts_heard() == [{"users": 5, "active": 2}]


async def test_the_walk_is_a_small_part_of_what_is_asked(case):
    case.look("alice", windows=[ALL])
    await case.time.pass_by(100)
    asked = pages(case.hub.take())
    rows = [question for question in asked if question[1] is None and question[4] == 50]
    walk = [question for question in asked if question[1] == "active"]
    assert len(rows) >= 4 * len(walk) > 0
