"""Who hears what is told, and what becomes of a listener who does not read."""

from __future__ import annotations

import asyncio
import json

from hub_admin_lab.hub.live import broadcast as module
from hub_admin_lab.hub.live.broadcast import Broadcast, Message
from hub_admin_lab.models import Nothing, ProgressEvent


def event(text="x"):
    return ProgressEvent(message=text)


async def take(listener, count):
    return [json.loads((await anext(listener)).data)["message"] for _ in range(count)]


async def test_everybody_hears_what_is_told_since_they_listen():
    broadcast = Broadcast()
    broadcast.publish("progress", event("before"))
    first = broadcast.listen()
    broadcast.publish("progress", event("one"))
    second = broadcast.listen()
    broadcast.publish("progress", event("two"))
    assert await take(first, 2) == ["one", "two"]
    assert await take(second, 1) == ["two"]


async def test_an_event_has_its_name_and_is_json():
    broadcast = Broadcast()
    listener = broadcast.listen()
    broadcast.publish("progress", event("a\nb"))
    message = await anext(listener)
    assert message.name == "progress"
    assert "\n" not in message.data
    assert ProgressEvent.model_validate_json(message.data) == event("a\nb")


async def test_a_listener_waits_for_what_is_to_come():
    broadcast = Broadcast()
    listener = broadcast.listen()
    reading = asyncio.ensure_future(anext(listener))
    await asyncio.sleep(0)
    assert not reading.done()
    broadcast.publish("fresh", event("now"))
    assert (await reading).name == "fresh"


async def test_who_does_not_read_is_cut_off_and_the_others_are_not(monkeypatch):
    monkeypatch.setattr(module, "BACKLOG", 2000)
    broadcast = Broadcast()
    idle, reader = broadcast.listen(), broadcast.listen()
    for _ in range(50):
        broadcast.publish("progress", event("x" * 100))
        await anext(reader)
    assert idle.closed.is_set()
    assert idle.waiting == 0
    assert [message async for message in idle] == []
    assert not reader.closed.is_set()


async def test_what_waits_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "BACKLOG", 2000)
    broadcast = Broadcast()
    listener = broadcast.listen()
    while not listener.closed.is_set():
        held = listener.waiting
        assert held * 100 < 2000
        broadcast.publish("progress", event("x"))
    assert held > 2


async def test_an_event_above_the_limit_is_told_where_nothing_else_waits(monkeypatch):
    monkeypatch.setattr(module, "BACKLOG", 10)
    broadcast = Broadcast()
    listener = broadcast.listen()
    for _ in range(3):
        broadcast.publish("progress", event("x" * 100))
        assert await take(listener, 1) == ["x" * 100]
    assert not listener.closed.is_set()


async def test_whoever_closes_hears_nothing_more():
    broadcast = Broadcast()
    listener = broadcast.listen()
    reading = asyncio.ensure_future(anext(listener, None))
    await asyncio.sleep(0)
    listener.close()
    listener.close()
    assert await reading is None
    broadcast.publish("progress", event())
    listener.put(Message("progress", "{}"))
    assert listener.waiting == 0
    assert not broadcast.heard


async def test_closing_the_broadcast_ends_everybody():
    broadcast = Broadcast()
    listeners = [broadcast.listen(), broadcast.listen()]
    broadcast.close()
    for listener in listeners:
        assert [message async for message in listener] == []


def test_nobody_listens_and_nothing_is_written():
    class Never(Nothing):
        def model_dump_json(self, **_):
            raise AssertionError("written for nobody")

    Broadcast().publish("progress", Never())
