"""What is known of the active servers: how often the Hub is asked, and who counts as gone."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.models import HubUser
from hub_admin_lab.service.active import SHARE, ActiveServers, facts_of
from tests.unit.virtual_clock import VirtualClock

from .culling import FakeHub


class Active:
    def __init__(self, page=200):
        self.clock = VirtualClock()
        self.hub = FakeHub(self.clock, page)
        self.active = ActiveServers(hub=self.hub, now=self.clock.now, clock=self.clock.clock)

    async def do(self, work):
        task = asyncio.ensure_future(work)
        await self.clock.until(task.done)
        return task.result()

    async def refresh(self, **options):
        return await self.do(self.active.refresh(**options))

    @property
    def names(self):
        return {user for user, server in self.active.facts}


async def test_facts_are_what_the_hub_says():
    started = "2026-11-23T10:00:00Z"
    user = HubUser.model_validate(
        {
            "name": "alice",
            "groups": ["class-a"],
            "servers": {
                "": {"name": "", "ready": True, "started": started, "last_activity": None},
                # A time without its zone, as old versions send it, is UTC.
                "gpu": {"name": "gpu", "pending": "spawn", "started": "2026-11-23T10:00:00"},
                "old": {"name": "old", "stopped": True},
            },
        }
    )
    facts = facts_of(user)
    at = datetime(2026, 11, 23, 10, tzinfo=timezone.utc)
    assert set(facts) == {("alice", ""), ("alice", "gpu")}
    default, gpu = facts["alice", ""], facts["alice", "gpu"]
    assert (default.user, default.server, default.groups) == ("alice", "", {"class-a"})
    assert (default.ready, default.pending, default.started) == (True, None, at)
    assert default.last_activity is None
    assert (gpu.ready, gpu.pending, gpu.started) == (False, "spawn", at)


async def test_all_pages_are_read():
    a = Active(page=10)
    for n in range(25):
        a.hub.add(f"user{n:02}")
    begin = a.clock.now()
    assert await a.refresh()
    assert len(a.active.facts) == 25
    assert a.active.as_of == begin


async def test_the_hub_is_asked_for_at_most_two_percent_of_the_time():
    a = Active(page=10)
    for n in range(25):
        a.hub.add(f"user{n:02}")
    assert await a.refresh()
    took = a.clock.seconds
    assert took == pytest.approx(0.06)
    await a.clock.pass_by((SHARE - 1) * took)
    assert not await a.refresh()
    await a.clock.pass_by(1.1 * took)
    assert await a.refresh()
    assert SHARE == 50


async def test_a_pass_does_not_wait():
    a = Active()
    a.hub.add("alice")
    await a.refresh()
    a.hub.add("bob")
    assert not await a.refresh()
    assert await a.refresh(wanted=True)
    assert a.names == {"alice", "bob"}


async def test_one_look_at_a_time_serves_all_who_ask():
    a = Active()
    a.hub.add("alice")
    pages = []
    a.hub.before_page = pages.append
    answers = await a.do(asyncio.gather(*(a.active.refresh() for _ in range(5))))
    assert sorted(answers) == [False] * 4 + [True]
    assert pages == [1]


async def test_a_pass_takes_what_a_look_that_is_under_way_finds():
    a = Active(page=10)
    for n in range(25):
        a.hub.add(f"user{n:02}")
    pages = []
    a.hub.before_page = pages.append
    await a.do(asyncio.gather(a.active.refresh(), a.active.refresh(wanted=True)))
    assert pages == [1, 2, 3]
    assert len(a.active.facts) == 25


async def test_a_pass_looks_itself_where_the_look_under_way_fails():
    a = Active()
    a.hub.add("alice")
    a.hub.page_errors = {1: errors.HubTimeout("late")}
    looks = a.active.refresh(), a.active.refresh(wanted=True)
    failed, looked = await a.do(asyncio.gather(*looks, return_exceptions=True))
    assert isinstance(failed, errors.HubTimeout)
    assert looked is True
    assert a.names == {"alice"}


async def test_of_whom_the_hub_did_not_tell_the_old_facts_stay():
    a = Active(page=10)
    for n in range(25):
        a.hub.add(f"user{n:02}")
    await a.refresh()
    as_of = a.active.as_of
    for n in range(25):
        a.hub.touch(f"user{n:02}")
    a.hub.page_errors = {2: errors.HubTimeout("late")}
    await a.clock.pass_by(10)
    with pytest.raises(errors.HubTimeout):
        await a.refresh(wanted=True)
    assert len(a.active.facts) == 25
    assert a.active.as_of == as_of
    new = {key for key, facts in a.active.facts.items() if facts.last_activity > as_of}
    assert new == {(f"user{n:02}", "") for n in range(10)}
    # A look that failed counts too: a Hub in trouble is not asked all the time.
    assert not await a.refresh()


async def test_on_a_single_page_nobody_can_be_overlooked():
    a = Active()
    a.hub.add("alice")
    a.hub.add("bob")
    await a.refresh()
    a.hub.gone("bob")
    await a.refresh(wanted=True)
    assert a.names == {"alice"}


async def test_who_moved_up_between_two_pages_does_not_count_as_gone():
    a = Active(page=10)
    for n in range(25):
        a.hub.add(f"user{n:02}")
    await a.refresh()
    # While the second page is read, somebody on the first one stops: user20 moves up to it.
    a.hub.before_page = lambda number: a.hub.gone("user03") if number == 3 else None
    await a.refresh(wanted=True)
    assert "user20" in a.names
    a.hub.before_page = lambda number: None
    await a.refresh(wanted=True)
    assert "user20" in a.names
    assert "user03" in a.names  # it was on the first page of the look before
    await a.refresh(wanted=True)
    assert a.names == {f"user{n:02}" for n in range(25)} - {"user03"}


async def test_a_look_at_one_user_is_remembered():
    a = Active()
    a.hub.add("alice")
    a.hub.add("alice", "gpu")
    assert set(await a.do(a.active.look("alice"))) == {("alice", ""), ("alice", "gpu")}
    a.hub.gone("alice", "gpu")
    assert set(await a.do(a.active.look("alice"))) == {("alice", "")}
    assert set(a.active.facts) == set(a.active.of_user("alice")) == {("alice", "")}


async def test_a_user_who_was_deleted_has_no_servers():
    a = Active()
    a.hub.add("alice")
    await a.refresh()
    del a.hub.groups["alice"]
    assert await a.do(a.active.look("alice")) == {}
    assert a.active.facts == {}


async def test_a_look_that_fails_leaves_what_was_known():
    a = Active()
    a.hub.add("alice")
    await a.refresh()
    a.hub.away = errors.HubUnreachable("away")
    with pytest.raises(errors.HubUnreachable):
        await a.do(a.active.look("alice"))
    assert a.names == {"alice"}


async def test_groups_of_somebody_without_a_server_are_remembered_for_a_minute():
    a = Active()
    a.hub.groups["alice"] = ["class-a"]
    assert await a.do(a.active.groups_of("alice")) == {"class-a"}
    a.hub.groups["alice"] = ["class-b"]
    assert await a.do(a.active.groups_of("alice")) == {"class-a"}
    assert a.hub.looks == 1
    await a.clock.pass_by(61)
    assert await a.do(a.active.groups_of("alice")) == {"class-b"}


async def test_that_there_is_no_such_user_is_remembered_too():
    a = Active()
    for _ in range(3):
        with pytest.raises(errors.HubNotFound):
            await a.do(a.active.groups_of("alice"))
    looks = a.hub.looks
    a.hub.groups["alice"] = ["class-a"]
    with pytest.raises(errors.HubNotFound):
        await a.do(a.active.groups_of("alice"))
    assert a.hub.looks == looks
    await a.clock.pass_by(61)
    assert await a.do(a.active.groups_of("alice")) == {"class-a"}


async def test_groups_of_somebody_with_a_server_cost_nothing():
    a = Active()
    a.hub.add("alice", groups=["class-a"])
    await a.refresh()
    assert await a.do(a.active.groups_of("alice")) == {"class-a"}
    assert a.hub.looks == 0


async def test_what_has_stopped_is_taken_out():
    a = Active()
    a.hub.add("alice")
    await a.refresh()
    a.active.forget("alice", "")
    a.active.forget("alice", "")
    a.active.forget("nobody", "")
    assert a.active.facts == {}
    assert timedelta(0) < a.clock.now() - a.active.as_of
