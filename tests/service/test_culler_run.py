"""The culler at work by itself: pass after pass, woken, and never ended by a mistake."""

from __future__ import annotations

import pytest

from hub_admin_lab import errors
from hub_admin_lab.service.culler import AGAIN, SOONEST

from .culling import Case


@pytest.fixture
def running(jp_asyncio_loop):
    """A culler that runs, with an hour-old server of alice's."""
    cases = []

    async def start(**options):
        c = await Case(**options).loaded()
        cases.append(c)
        c.hub.add("alice", idle=60)
        c.culler.start()
        return c

    yield start
    for c in cases:
        jp_asyncio_loop.run_until_complete(c.culler.close())


async def test_it_begins_at_once_and_again_after_each_pause(running):
    c = await running(cull_every=300)
    await c.clock.pass_by(1)
    assert c.stats.passes == 1
    await c.clock.pass_by(298)
    assert c.stats.passes == 1
    await c.clock.pass_by(302)
    assert c.stats.passes == 3


async def test_a_server_is_stopped_by_the_first_pass_after_its_end(running):
    c = await running(cull_every=300)
    await c.clock.pass_by(3400)
    assert c.hub.is_there("alice")
    await c.clock.pass_by(300)
    assert not c.hub.is_there("alice")


async def test_a_server_is_stopped_when_it_is_due_however_seldom_it_looks(running):
    c = await running(cull_every=3000)
    await c.clock.pass_by(3535)
    assert c.hub.is_there("alice")
    await c.clock.pass_by(10)
    assert not c.hub.is_there("alice")


async def test_it_rests_between_servers_that_are_due_one_after_the_other(running):
    c = await running(cull_every=3000)
    for second in range(60):
        c.hub.add(f"user-{second}", idle=60 + second)
    await c.clock.pass_by(3470)
    passes = c.stats.passes
    await c.clock.pass_by(80)
    assert c.stats.passes - passes <= 80 / SOONEST + 1
    assert not any(c.hub.is_there(f"user-{second}") for second in range(60))


async def test_woken_it_does_not_wait(running):
    c = await running(cull_every=300)
    await c.clock.pass_by(10)
    c.culler.wake()
    await c.clock.pass_by(1.1)
    assert c.stats.passes == 2
    await c.clock.pass_by(290)
    assert c.stats.passes == 2


async def test_woken_all_the_time_it_does_not_ask_the_hub_all_the_time(running):
    c = await running(cull_every=300)
    c.hub.add("bob", groups=["class-a"], idle=60)
    await c.clock.pass_by(1)
    pages = []
    c.hub.before_page = pages.append
    for _ in range(100):
        c.culler.wake()
        await c.clock.pass_by(0.1)
    assert 5 <= c.stats.passes <= 11
    # 50 x as long as a look takes: a second, of which these ten have at most ten.
    assert len(pages) <= 10
    # A rule that is stricter now is applied to what is known.
    await c.set_rule("group", "class-a", {"server": {"idle_timeout": 30}})
    c.hub.before_page = lambda number: pytest.fail("not so soon")
    c.active._next = c.clock.clock() + 1000
    c.culler.wake()
    await c.clock.pass_by(3)
    assert c.hub.asked == [("bob", "")]


async def test_woken_during_a_pass_it_makes_another_one(running):
    c = await running(cull_every=300)
    c.hub.before_page = lambda number: c.culler.wake() if c.stats.passes == 0 else None
    await c.clock.pass_by(3)
    assert c.stats.passes == 2


async def test_after_a_pass_that_did_not_come_to_its_end_it_waits_less(running):
    c = await running(cull_every=300)
    await c.clock.pass_by(1)
    c.hub.away = errors.HubUnavailable("Restarting.")
    await c.clock.pass_by(301)
    assert (c.stats.passes, c.stats.interrupted) == (1, 1)
    c.hub.away = None
    await c.clock.pass_by(AGAIN + 1)
    assert c.stats.passes == 2


async def test_a_mistake_of_ours_ends_a_pass_and_not_the_culler(running, caplog):
    c = await running(cull_every=300)
    await c.clock.pass_by(1)
    c.hub.away = ZeroDivisionError("a bug")
    await c.clock.pass_by(301)
    assert c.stats.interrupted == 1
    assert "A pass of the culler failed." in caplog.text
    c.hub.away = None
    await c.clock.pass_by(AGAIN + 1)
    assert c.stats.passes == 2


async def test_closed_it_begins_nothing_more(running):
    c = await running(cull_every=300)
    await c.clock.pass_by(1)
    await c.culler.close()
    await c.clock.pass_by(1000)
    assert c.stats.passes == 1


async def test_closed_without_having_been_started():
    await Case().culler.close()
