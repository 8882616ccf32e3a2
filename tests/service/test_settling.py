"""Nobody is stopped because the clock was set, or because the service stood still."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub_admin_lab.agent.agent import AWAY_FIRST, AWAY_MOST
from hub_admin_lab.idle.activity import Report
from hub_admin_lab.service.reports import Reports
from hub_admin_lab.service.settling import Settling

from .culling import Case


class Clocks:
    def __init__(self, clock):
        self.wall = clock
        self.seconds = 1000.0

    def monotonic(self):
        return self.seconds

    def pass_by(self, seconds):
        self.wall.forward(seconds=seconds)
        self.seconds += seconds

    def set(self, seconds):
        self.wall.forward(seconds=seconds)


class World:
    """Reports of servers that come every ten seconds."""

    def __init__(self, clock, servers=10):
        self.clocks = Clocks(clock)
        self.now = clock
        self.after = clock.after
        self.reports = Reports(None)
        self.servers = servers
        self.report(servers)
        self.settling = Settling(reports=self.reports, now=clock, clock=self.clocks.monotonic)
        self.settling.start()
        self.began = self.settling.until

    def report(self, servers):
        for number in range(servers):
            self.reports._reports[f"user-{number}", ""] = report(self.now(), 10)

    async def go_on(self, seconds, reporting):
        for _ in range(seconds // 5):
            self.clocks.pass_by(5)
            self.report(reporting)
            await self.settling.watch()


def report(at, every, **more):
    return Report(
        **{
            "at": at,
            "next_expected": at + timedelta(seconds=every),
            "run": "run-number-1",
            "kernels": (),
            "terminals": (),
            "presence": None,
            "work": None,
            "tabs": 1,
            "protects_work": True,
            "left_out_busy": False,
            **more,
        }
    )


@pytest.fixture
def world(clock):
    return World(clock)


async def test_while_all_goes_well_nothing_is_put_off(world):
    await world.go_on(3600, 10)
    assert world.settling.until == world.began


@pytest.mark.parametrize(("seconds", "wait"), [(7200, 360), (100, 130), (-100, 130)])
async def test_a_clock_that_is_set(world, seconds, wait):
    await world.go_on(100, 10)
    world.clocks.set(seconds)
    world.settling.look()
    assert world.settling.until == world.now() + timedelta(seconds=wait + 10 / 25)
    until = world.settling.until
    world.clocks.pass_by(5)
    world.settling.look()  # once
    assert world.settling.until == until


async def test_a_clock_that_is_corrected_a_little(world):
    for seconds in (50, -50, 50):
        world.clocks.set(seconds)
        world.settling.look()
    assert world.settling.until == world.began


async def test_a_process_that_stood_still(world):
    await world.go_on(100, 10)
    world.clocks.pass_by(100)
    world.settling.look()
    assert world.settling.until == world.now() + timedelta(seconds=230 + 10 / 25)


@pytest.mark.parametrize("failures", range(12))
async def test_a_server_with_the_worst_of_luck_is_waited_for(clock, failures):
    """Short pauses at first, then the longest, which begins right before the service is back."""
    tries = [min(AWAY_MOST, AWAY_FIRST * 2**failed) for failed in range(failures + 1)]
    world = World(clock)
    world.clocks.pass_by(sum(pause / 2 for pause in tries[:-1]))
    world.settling.start()
    assert world.settling.until >= world.after(seconds=tries[-1])


async def test_most_reports_stay_away_at_once(world):
    await world.go_on(100, 10)
    await world.go_on(60, 4)
    until = world.settling.until
    assert until > world.after(minutes=5)
    # They are waited for once, else nobody is ever stopped behind a broken network.
    await world.go_on(3600, 4)
    assert world.settling.until == until
    await world.go_on(60, 10)
    await world.go_on(60, 4)
    assert world.settling.until > world.after(minutes=5)


async def test_half_of_them_or_few_are_no_sign(clock):
    for servers, reporting in ((10, 5), (4, 0)):
        world = World(clock, servers)
        await world.go_on(100, servers)
        await world.go_on(600, reporting)
        assert world.settling.until == world.began


async def test_who_is_at_work_survives_a_step_of_the_clock():
    c = await Case().loaded()
    c.settling.start()
    c.hub.add("alice", idle=20)
    now = c.clock.now()
    c.reports._reports["alice", ""] = report(now, 10, presence=now)
    c.hub.add("bob")
    step = timedelta(hours=2)
    before = c.clock.now
    c.judge._now = c.settling._now = lambda: before() + step
    await c.one_pass()
    assert c.hub.asked == [("bob", "")]  # who never reported is judged by the Hub's word
    assert c.judge.judge(c.active.facts["alice", ""]).decision.reason_code == "settling"


async def test_a_step_of_the_clock_between_pass_and_decision():
    c = await Case().loaded()
    c.settling.start()
    c.hub.add("alice", idle=20)
    now = c.clock.now()
    c.reports._reports["alice", ""] = report(now, 10, presence=now)
    await c.one_pass()
    before, step = c.clock.now, timedelta(hours=2)
    c.judge._now = c.settling._now = lambda: before() + step
    assert c.judge.judge(c.active.facts["alice", ""]).decision.reason_code == "settling"


async def test_a_pass_looks_whether_most_reports_stay_away():
    c = await Case().loaded()
    c.settling.start()
    for number in range(6):
        c.hub.add(f"user-{number}")
        c.reports._reports[f"user-{number}", ""] = report(c.clock.now(), 10)
    await c.settling.watch()
    for user in range(6):
        at = c.clock.now() - timedelta(hours=3)
        c.reports._reports[f"user-{user}", ""] = report(at, 10)
    await c.one_pass()
    assert c.hub.asked == []
