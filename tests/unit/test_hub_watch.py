"""What readers get of a server on its way."""

from __future__ import annotations

import asyncio

from hub_admin_lab.hub.actions.watch import KEEP, Watch
from hub_admin_lab.models import ProgressEvent

from .failing_hub import read


def tell(watch, *numbers):
    for number in numbers:
        watch.publish(ProgressEvent(message=str(number)))


def words(events):
    return [event.message or "ready" for event in events]


async def test_who_comes_late_gets_the_newest_and_all_that_follow():
    watch = Watch()
    tell(watch, 1, 2)
    reading = asyncio.ensure_future(read(watch.events()))
    await asyncio.sleep(0)
    tell(watch, 3, 4)
    watch.publish(ProgressEvent(ready=True))
    assert words(await reading) == ["2", "3", "4", "ready"]
    assert words(await read(watch.events())) == ["ready"]


async def test_what_a_slow_reader_misses_is_not_kept_for_ever():
    watch = Watch()
    tell(watch, "first")
    events = watch.events()
    assert words([await anext(events)]) == ["first"]
    tell(watch, *range(1000))
    watch.publish(ProgressEvent(ready=True))
    assert words(await read(events)) == [*map(str, range(1001 - KEEP, 1000)), "ready"]
