"""How fast many servers are acted on, and how the Hub is spared meanwhile."""

from __future__ import annotations

import pytest

from .busy_hub import many, outcomes, running, stopped
from .virtual_clock import BEGIN

STOPPED = (True, 200, "")
STARTED = (True, 201, "")


# --- how fast -----------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "within"), [(100, 7), (200, 14)])
async def test_many_stops_are_quick(office, count, within):
    at = office(many(count))
    # As measured on a real Hub: see the design's figures on 10, 25 and 50 stops in flight.
    at.hub.answers_others = lambda in_flight: 0.005 * in_flight
    status = await at.run("stop", query="running")
    assert status.done == count
    assert at.clock.seconds < within
    assert 10 < at.hub.most_in_flight <= 25


async def test_never_more_than_ten_where_the_hub_bears_no_more(office):
    at = office(many(100))
    at.hub.answers_others = lambda in_flight: 0.02 if in_flight <= 10 else 0.2
    await at.run("stop", query="running")
    assert at.hub.most_in_flight <= 12


async def test_a_hub_that_is_slow_already_is_asked_less_and_less(office):
    at = office(many(150))
    at.hub.answers_others = lambda in_flight: 0.3
    bulk = await at.start("stop", query="running")
    await at.clock.pass_by(14)
    at.hub.most_in_flight = 0
    await at.ended(bulk)
    assert at.hub.most_in_flight == 1


async def test_they_do_not_begin_all_at_the_same_moment_and_so_do_not_end(office):
    at = office(many(50))
    await at.start("stop", query="running")
    await at.clock.settle()
    assert len(at.hub.acted) == 1
    await at.clock.pass_by(0.1)
    assert 3 < len(at.hub.acted) < 8
    await at.clock.pass_by(0.3)
    assert len(at.hub.acted) == 10


@pytest.mark.parametrize("listening", [True, False])
async def test_rows_are_looked_at_while_somebody_wants_to_see_them(office, listening):
    at = office(many(5))
    if not listening:
        at.listener.close()
    await at.run("stop", query="running")
    assert at.hub.looks == (5 if listening else 0)


async def test_two_bulks_share_the_slots(office):
    at = office(many(120))
    names = [user.name for user in at.hub.users]
    one = await at.start("stop", *names[:60])
    two = await at.start("stop", *names[60:])
    await at.ended(one)
    await at.ended(two)
    assert at.hub.most_in_flight <= 25


async def test_at_most_ten_are_on_their_way_up(office):
    at = office(stopped(*(f"user{n}" for n in range(40))))
    at.hub.start_takes = 30
    status = await at.run("start", state="stopped")
    assert (status.done, status.failed) == (40, 0)
    assert at.hub.most_on_their_way == 10


async def test_slow_starts_do_not_hold_stops_up(office):
    at = office([*stopped(*(f"user{n}" for n in range(40))), *running("a", when=BEGIN)])
    at.hub.start_takes = 600
    await at.start("start", state="stopped")
    await at.clock.pass_by(20)
    begin = at.clock.seconds
    assert outcomes(await at.run("stop", "a")) == {"a": STOPPED}
    assert at.clock.seconds - begin < 1
