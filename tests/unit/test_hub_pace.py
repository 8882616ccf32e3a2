"""How many are acted on at a time: ten, more while the Hub answers others promptly, fewer else."""

from __future__ import annotations

import asyncio
import math
from contextlib import AsyncExitStack

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.bulk.pace import FIRST, MOST, PERIOD, WINDOW, Pace, Pacer, Slots

from .virtual_clock import VirtualClock

PROMPT, SLOW, LATE = 0.02, 0.15, 0.3


def paced(*measured):
    pace = Pace()
    for seconds in measured:
        pace.measured(seconds)
    return pace.limit


# --- the pace -----------------------------------------------------------------------------


def test_it_begins_at_ten_and_says_nothing_before_it_knows_enough():
    assert FIRST == 10
    assert paced() == 10
    assert paced(PROMPT, PROMPT, PROMPT) == 10


def test_it_goes_faster_one_by_one_and_never_over_25():
    limits = [paced(*[PROMPT] * n) for n in range(4, 30)]
    assert limits[:15] == list(range(11, 26))
    assert set(limits[15:]) == {25}


FASTEST = [PROMPT] * 20  # measurements after which 25 are in flight


FASTEST = [PROMPT] * 20  # measurements after which 25 are in flight


def test_it_goes_slower_as_soon_as_two_of_twenty_are_slow_but_not_below_ten():
    assert paced(*FASTEST, SLOW) == 25
    assert paced(*FASTEST, SLOW, SLOW) == 18
    # At ten a little delay now and then is as it should be: it goes no faster.
    assert paced(*[PROMPT] * 3, SLOW, SLOW, *[PROMPT] * 14) == 10
    assert paced(*[PROMPT] * 5, SLOW, SLOW) == 10  # from 12
    assert paced(*[SLOW] * 100) == 10


def test_one_slow_answer_of_twenty_is_five_percent_and_no_reason():
    assert paced(*[PROMPT] * 6, SLOW, *[PROMPT] * 12) == 13
    # The twentieth makes it one of twenty.
    assert paced(*[PROMPT] * 6, SLOW, *[PROMPT] * 13) == 14


def test_half_of_them_late_is_too_much_for_ten():
    assert paced(PROMPT, LATE, LATE) == 10  # too few to tell
    assert paced(PROMPT, LATE, PROMPT, SLOW) == 10
    assert paced(PROMPT, LATE, PROMPT, LATE) == 7
    assert paced(*[LATE] * 8) == 5


def test_after_it_went_slower_old_answers_tell_nothing():
    slower = [*FASTEST, SLOW, SLOW]
    assert paced(*slower, PROMPT, PROMPT, PROMPT) == 18
    assert paced(*slower, PROMPT, PROMPT, PROMPT, PROMPT) == 19


def test_a_hub_that_has_too_much_to_do_gets_one_at_a_time_and_never_none():
    assert paced(*[LATE] * 100) == 1
    assert paced(*[math.inf] * 100) == 1


def test_it_recovers():
    assert paced(*[LATE] * 100, *[PROMPT] * 60) == 25
    assert paced(*[LATE] * 100, *[SLOW] * 60) == 10


def test_the_window_is_five_seconds():
    assert WINDOW * PERIOD == 5
    # Two slow ones further apart than the window are not 5 %.
    assert paced(*FASTEST, SLOW, *[PROMPT] * 19, SLOW) == 25 > paced(*FASTEST, SLOW, PROMPT, SLOW)


def test_up_to_a_tenth_of_a_second_is_prompt_and_up_to_a_quarter_not_late():
    assert paced(*[0.1] * 4) == 11
    assert paced(*[0.101] * 4) == 10
    assert paced(*[0.25] * 4) == 10
    assert paced(*[0.251] * 4) == 7


# --- slots --------------------------------------------------------------------------------


async def holder(slots, log, name, release):
    async with slots.slot():
        log.append(name)
        await release.wait()


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


async def test_as_many_are_let_in_as_the_limit_says_in_their_order():
    limit, log, release = 2, [], asyncio.Event()
    slots = Slots(lambda: limit)
    tasks = [asyncio.ensure_future(holder(slots, log, n, release)) for n in range(5)]
    await settle()
    assert log == [0, 1]
    limit = 4
    slots.let_in()
    await settle()
    assert log == [0, 1, 2, 3]
    release.set()
    await asyncio.gather(*tasks)
    assert log == [0, 1, 2, 3, 4]
    assert slots.taken == 0


async def test_with_a_smaller_limit_nobody_is_let_in_until_there_is_room():
    limit = 3
    slots = Slots(lambda: limit)
    for _ in range(3):
        await slots.take()
    limit = 1
    waiting = asyncio.ensure_future(slots.take())
    slots.give_back()
    slots.give_back()
    await settle()
    assert not waiting.done()
    slots.give_back()
    await waiting


@pytest.mark.parametrize("late", [False, True])
async def test_who_gives_up_waiting_takes_no_slot_along(late):
    slots = Slots(lambda: 1)
    await slots.take()
    first = asyncio.ensure_future(slots.take())
    second = asyncio.ensure_future(slots.take())
    await settle()
    if late:
        slots.give_back()  # the slot is first's already
        first.cancel()
    else:
        first.cancel()
        slots.give_back()
    await settle()
    assert first.cancelled()
    assert second.done()
    slots.give_back()
    assert slots.taken == 0


# --- both together ------------------------------------------------------------------------


class Measured:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self):
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_the_hub_is_measured_only_while_somebody_is_at_work():
    clock, measure = VirtualClock(), Measured(PROMPT)
    pacer = Pacer(measure, sleep=clock.sleep)
    await clock.pass_by(5)
    assert measure.asked == 0
    async with pacer.at_work():
        async with pacer.at_work():
            await clock.pass_by(1)
        await clock.pass_by(1)
        assert measure.asked == pytest.approx(2 / PERIOD, abs=1)
        assert pacer.limit > 10
    asked = measure.asked
    await clock.pass_by(5)
    assert measure.asked == asked
    async with pacer.at_work():
        assert pacer.limit == 10  # what was measured before is long ago


async def test_who_waits_is_let_in_when_it_goes_faster():
    clock = VirtualClock()
    pacer = Pacer(Measured(PROMPT), sleep=clock.sleep)
    async with pacer.at_work(), AsyncExitStack() as held:
        for _ in range(10):
            await held.enter_async_context(pacer.slots.slot())
        waiting = asyncio.ensure_future(pacer.slots.take())
        await clock.pass_by(0.9)
        assert not waiting.done()
        await clock.pass_by(0.2)
        assert waiting.done()
        pacer.slots.give_back()


async def test_a_hub_that_does_not_answer_is_a_slow_one():
    clock = VirtualClock()
    pacer = Pacer(Measured(errors.HubUnreachable("away")), sleep=clock.sleep)
    async with pacer.at_work():
        await clock.pass_by(10)
        assert pacer.limit == 1
    assert MOST == 25
