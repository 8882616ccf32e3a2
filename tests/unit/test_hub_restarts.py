"""A stop while a server is restarted, and a restart while it is stopped."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.models import HubProgress

from .failing_hub import ADMIN, RUNNING, STARTING, STOPPED, STOPPING, make_case, settled


@pytest.fixture
def case():
    return make_case()


# --- a stop while a server is restarted ---------------------------------------------------


class SlowStops:
    """Holds the Hub's answers to stops until they are given."""

    def __init__(self, hub):
        self.hub = hub
        self.questions = asyncio.Queue()
        hub.stop_server = self.stop_server

    async def stop_server(self, token, user, server, *, remove=False):
        self.hub.asked.append(("stop", user, server, remove))
        answer = asyncio.get_running_loop().create_future()
        self.questions.put_nowait(answer)
        return await answer


async def given_time():
    for _ in range(30):
        await asyncio.sleep(0)


def of_restarts(records):
    return [record[2:] for record in records if record[0] == "restart-server"]


async def test_a_stop_counts_while_the_hub_holds_the_stop_of_a_restart(case):
    hub, servers, records = case
    hub.server = RUNNING
    slow = SlowStops(hub)
    restarting = asyncio.ensure_future(servers.restart(ADMIN, "alice", ""))
    first = await slow.questions.get()
    stopping = asyncio.ensure_future(servers.stop(ADMIN, "alice", ""))
    second = await slow.questions.get()
    hub.server = STOPPED
    second.set_result(True)
    await stopping
    first.set_result(True)
    with pytest.raises(errors.Conflict, match="stopped meanwhile"):
        await restarting
    await settled(servers)
    assert "start" not in [asked[0] for asked in hub.asked]
    assert of_restarts(records) == [("pending", ""), ("failed", "It was stopped meanwhile.")]


async def test_a_restart_waits_for_the_answer_to_a_stop_before_it_starts(case):
    hub, servers, records = case
    hub.server = RUNNING
    slow = SlowStops(hub)
    restarting = asyncio.ensure_future(servers.restart(ADMIN, "alice", ""))
    first = await slow.questions.get()
    stopping = asyncio.ensure_future(servers.stop(ADMIN, "alice", ""))
    second = await slow.questions.get()
    hub.server = STOPPED
    first.set_result(True)
    await restarting
    await given_time()
    second.set_result(True)
    await stopping
    await asyncio.gather(*servers.follower._tasks, return_exceptions=True)
    assert "start" not in [asked[0] for asked in hub.asked]
    assert of_restarts(records) == [("pending", ""), ("failed", "It was stopped meanwhile.")]


async def test_of_two_restarts_at_once_one_is_refused(case):
    hub, servers, _records = case
    hub.server = RUNNING
    slow = SlowStops(hub)
    one = asyncio.ensure_future(servers.restart(ADMIN, "alice", ""))
    first = await slow.questions.get()
    with pytest.raises(errors.Conflict, match="being restarted already"):
        await servers.restart(ADMIN, "alice", "")
    first.set_exception(errors.HubForbidden("not yours"))
    with pytest.raises(errors.HubForbidden):
        await one
    again = asyncio.ensure_future(servers.restart(ADMIN, "alice", ""))
    await slow.questions.get()
    again.cancel()


async def test_a_stop_that_the_hub_refuses_does_not_end_a_restart(case):
    hub, servers, records = case
    hub.stops = [False, errors.HubForbidden("not yours")]
    hub.looks = [RUNNING]
    await servers.restart(ADMIN, "alice", "")
    with pytest.raises(errors.HubForbidden):
        await servers.stop(ADMIN, "alice", "")
    with pytest.raises(errors.Conflict, match="being restarted already"):
        await servers.restart(ADMIN, "alice", "")
    hub.looks = [STOPPED, RUNNING]
    await settled(servers)
    assert [asked[0] for asked in hub.asked] == ["stop", "stop", "start"]
    assert of_restarts(records) == [("pending", ""), ("done", "")]


@pytest.mark.parametrize("held", [True, False])
async def test_a_stop_in_the_start_of_a_restart_leaves_one_failure(case, held):
    hub, servers, records = case
    hub.looks = [RUNNING, STOPPED]
    begun = asyncio.Event()

    async def start_server(token, user, server, options=None):
        hub.server = STARTING
        begun.set()
        if held:
            await asyncio.Event().wait()
        return False

    @asynccontextmanager
    async def progress(token, user, server):
        async def read():
            await asyncio.Event().wait()
            yield

        yield read()

    hub.start_server, hub.progress = start_server, progress
    await servers.restart(ADMIN, "alice", "")
    await begun.wait()
    await given_time()
    hub.server = STOPPED
    view = await servers.stop(ADMIN, "alice", "")
    await asyncio.gather(*servers.follower._tasks, return_exceptions=True)
    assert view.failure is None
    assert of_restarts(records) == [("pending", ""), ("failed", "It was stopped meanwhile.")]


async def test_a_restart_that_ends_while_a_stop_is_asked_for_has_not_failed(case):
    hub, servers, records = case
    hub.looks = [RUNNING, STOPPED]
    hub.starts = [False]
    told = asyncio.Event()

    @asynccontextmanager
    async def progress(token, user, server):
        async def read():
            await told.wait()
            yield HubProgress(ready=True)

        yield read()

    hub.progress = progress
    await servers.restart(ADMIN, "alice", "")
    await given_time()
    restart = servers.follower.watch_of(("alice", ""))
    slow = SlowStops(hub)
    hub.server = RUNNING
    told.set()
    await given_time()
    stopping = asyncio.ensure_future(servers.stop(ADMIN, "alice", ""))
    answer = await slow.questions.get()
    assert restart.outcome.ready
    hub.server = STOPPED
    answer.set_result(True)
    await stopping
    await settled(servers)
    assert of_restarts(records) == [("pending", ""), ("done", "")]


async def test_the_end_of_the_extension_is_recorded_for_a_restart(case):
    hub, servers, records = case
    hub.stops = [False]
    hub.looks = [RUNNING]
    hub.server = STOPPING
    await servers.restart(ADMIN, "alice", "")
    await servers.close()
    assert of_restarts(records)[-1] == ("failed", "Hub Admin Lab was interrupted.")
