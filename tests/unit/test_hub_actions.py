"""What becomes of a start, a stop and a restart when the Hub or the server does not play along."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.models import HubProgress
from hub_admin_lab.hub.scopes import Scopes

from .failing_hub import ADMIN, NOW, RUNNING, STARTING, STOPPED, STOPPING, make_case, read, settled


@pytest.fixture
def case():
    return make_case()


async def test_a_start_that_is_ready_at_once(case):
    hub, servers, records = case
    hub.looks = [RUNNING]
    view = await servers.start(ADMIN, "alice", "")
    assert view.state == "running"
    assert records == [("start-server", "alice", "done", "")]


async def test_a_start_that_takes_its_time_is_followed_and_recorded(case):
    hub, servers, records = case
    hub.starts = [False]
    hub.looks = [STARTING]
    hub.events = [[HubProgress(progress=40.7, message="Pulling"), HubProgress(ready=True)]]
    view = await servers.start(ADMIN, "alice", "gpu")
    assert view.state == "stopped"  # alice has no server `gpu` in this Hub's answer
    await settled(servers)
    assert records == [
        ("start-server", "alice/gpu", "pending", ""),
        ("start-server", "alice/gpu", "done", ""),
    ]


async def test_a_start_that_the_hub_calls_done_too_early_is_followed(case):
    hub, servers, records = case
    hub.starts = [True]  # as after a start that failed
    hub.looks = [STARTING, STARTING]
    hub.events = [[HubProgress(failed=True, message="Spawn failed: no GPU")]]
    assert (await servers.start(ADMIN, "alice", "")).state == "starting"
    await settled(servers)
    assert records == [
        ("start-server", "alice", "pending", ""),
        ("start-server", "alice", "failed", "Spawn failed: no GPU"),
    ]


async def test_why_a_start_failed_is_kept_until_the_next_action(case):
    hub, servers, records = case
    hub.starts = [False]
    hub.looks = [STARTING]
    hub.events = [[HubProgress(failed=True, message="Spawn failed: no GPU")]]
    await servers.start(ADMIN, "alice", "")
    await settled(servers)
    hub.server = STOPPED
    view = await servers.view(ADMIN, "alice", "")
    assert view.failure is not None
    assert view.failure.message == "Spawn failed: no GPU"
    assert view.failure.at == NOW
    assert records[-1] == ("start-server", "alice", "failed", "Spawn failed: no GPU")
    assert (await read(await servers.progress(ADMIN, "alice", "")))[-1].failed
    await servers.stop(ADMIN, "alice", "")
    assert (await servers.view(ADMIN, "alice", "")).failure is None


async def test_a_failure_at_once_keeps_the_hubs_words(case):
    hub, servers, records = case
    hub.starts = [errors.HubFailed("no node with a free GPU")]
    with pytest.raises(errors.HubFailed):
        await servers.start(ADMIN, "alice", "")
    assert (await servers.view(ADMIN, "alice", "")).failure.message == "no node with a free GPU"
    assert records == [("start-server", "alice", "failed", "no node with a free GPU")]


async def test_a_refusal_is_recorded_and_is_no_failure_of_the_server(case):
    hub, servers, records = case
    hub.stops = [errors.HubForbidden("not yours")]
    with pytest.raises(errors.HubForbidden):
        await servers.stop(ADMIN, "alice", "")
    assert (await servers.view(ADMIN, "alice", "")).failure is None
    assert records == [("stop-server", "alice", "failed", "not yours")]


@pytest.mark.parametrize(
    "event", [HubProgress(failed=True, message="Spawn cancelled"), HubProgress(ready=True)]
)
async def test_a_cancelled_start_is_not_a_failure_and_not_ready(case, event):
    hub, servers, _records = case
    release = asyncio.Event()

    async def stop_server(token, user, server, *, remove=False):
        await release.wait()
        return True

    hub.stop_server = stop_server
    hub.looks = [STARTING]
    hub.events = [[event]]
    stopping = asyncio.ensure_future(servers.stop(ADMIN, "alice", ""))
    await asyncio.sleep(0)
    events = await read(await servers.progress(ADMIN, "alice", ""))
    assert events[-1].message == "The start was cancelled."
    release.set()
    hub.server = STOPPED
    assert (await stopping).failure is None


async def test_a_slow_stop_is_followed_to_its_end(case):
    hub, servers, records = case
    hub.stops = [False]
    hub.looks = [STOPPING, STOPPING, STOPPED]
    view = await servers.stop(ADMIN, "alice", "")
    assert view.state == "stopping"
    await settled(servers)
    assert [record[2] for record in records] == ["pending", "done"]


async def test_a_stop_that_the_hub_gives_up_is_recorded_as_failed(case):
    hub, servers, records = case
    hub.stops = [False]
    hub.looks = [STOPPING, RUNNING]
    await servers.stop(ADMIN, "alice", "")
    await settled(servers)
    assert records[-1] == ("stop-server", "alice", "failed", "The hub could not stop this server.")


async def test_a_restart_stops_waits_and_starts_with_the_same_options(case):
    hub, servers, records = case
    options = {"profile": "gpu"}
    running = RUNNING.model_copy(update={"user_options": options})
    hub.stops = [False]
    hub.looks = [running, running, STOPPING, STOPPED, RUNNING]
    hub.events = [[HubProgress(ready=True, url="/user/alice/")]]
    view = await servers.restart(ADMIN, "alice", "")
    assert view.state == "stopping"
    events = await read(await servers.progress(ADMIN, "alice", ""))
    assert events[0].message == "Stopping"
    assert events[-1].ready
    await settled(servers)
    assert hub.asked == [("stop", "alice", "", False), ("start", "alice", "", options)]
    assert [record[:3] for record in records] == [
        ("restart-server", "alice", "pending"),
        ("restart-server", "alice", "done"),
    ]
    assert not servers.follower.failures


async def test_a_restart_whose_start_fails_says_so(case):
    hub, servers, _records = case
    hub.looks = [RUNNING]
    hub.starts = [errors.HubFailed("no GPU")]
    await servers.restart(ADMIN, "alice", "")
    hub.server = STOPPED
    await settled(servers)
    assert (await servers.view(ADMIN, "alice", "")).failure.message == "no GPU"


async def test_nothing_is_stopped_that_may_not_be_started_again(case):
    hub, servers, _records = case
    who = Actor(
        "ta", admin=False, at_home=True, scopes=Scopes(["list:users", "delete:servers"]), token="t"
    )
    with pytest.raises(errors.Forbidden):
        await servers.restart(who, "alice", "")
    assert hub.asked == []


async def test_this_server_does_not_restart_itself(case):
    hub, servers, _records = case
    with pytest.raises(errors.OwnServer):
        await servers.restart(ADMIN, "admin", "")
    assert hub.asked == []


async def test_a_start_that_was_cancelled_before_its_stream_tells_is_not_a_failure(case):
    hub, servers, records = case
    hub.starts = [False]
    hub.looks = [STARTING]
    told = asyncio.Event()

    @asynccontextmanager
    async def progress(token, user, server):
        async def read():
            await told.wait()
            yield HubProgress(failed=True, message="Spawn failed: cancelled")

        yield read()

    hub.progress = progress
    await servers.start(ADMIN, "alice", "")
    await asyncio.sleep(0)
    events = await servers.progress(ADMIN, "alice", "")
    hub.server = STOPPED
    await servers.stop(ADMIN, "alice", "")
    told.set()
    assert [event.message async for event in events] == ["The start was cancelled."]
    await settled(servers)
    assert (await servers.view(ADMIN, "alice", "")).failure is None
    assert ("start-server", "alice", "failed", "The start was cancelled.") in records


async def test_a_restart_goes_on_through_a_restart_of_the_hub(case):
    hub, servers, records = case
    hub.stops = [False]
    away = errors.HubUnavailable("away")
    hub.starts = [away, errors.HubUnreachable("away"), True]
    hub.looks = [RUNNING, away, errors.HubTimeout("slow"), STOPPED, RUNNING]
    hub.events = [[HubProgress(ready=True)]]
    await servers.restart(ADMIN, "alice", "")
    await settled(servers)
    assert [asked[0] for asked in hub.asked] == ["stop", "start", "start", "start"]
    assert [record[:3] for record in records] == [
        ("restart-server", "alice", "pending"),
        ("restart-server", "alice", "done"),
    ]


async def test_a_restart_whose_stop_fails_is_recorded(case):
    hub, servers, records = case
    hub.stops = [False]
    hub.looks = [RUNNING, STOPPING, RUNNING]
    await servers.restart(ADMIN, "alice", "")
    events = await read(await servers.progress(ADMIN, "alice", ""))
    await settled(servers)
    assert events[-1].failed
    assert records[-1][:3] == ("restart-server", "alice", "failed")


async def test_a_server_is_restarted_once_at_a_time(case):
    hub, servers, _records = case
    hub.stops = [False]
    hub.looks = [RUNNING, STOPPING]
    await servers.restart(ADMIN, "alice", "")
    with pytest.raises(errors.Conflict, match="already"):
        await servers.restart(ADMIN, "alice", "")
    hub.looks = [STOPPED, RUNNING]
    await settled(servers)
    hub.looks = [RUNNING, RUNNING]
    await servers.restart(ADMIN, "alice", "")
    await servers.close()


async def test_a_stop_ends_a_restart(case):
    hub, servers, records = case
    hub.stops = [False, True]
    hub.looks = [RUNNING]
    await servers.restart(ADMIN, "alice", "")
    hub.server = STOPPED
    await servers.stop(ADMIN, "alice", "")
    await asyncio.gather(*servers.follower._tasks, return_exceptions=True)
    assert [asked[0] for asked in hub.asked] == ["stop", "stop"]
    assert records[-1][:3] == ("restart-server", "alice", "failed")


async def test_the_stop_of_ones_own_server_is_recorded_before_it_is_asked_for(case):
    hub, servers, records = case
    asked = asyncio.Event()

    async def stop_server(token, user, server, *, remove=False):
        assert records == [("stop-server", "admin", "pending", "")]
        asked.set()
        await asyncio.Event().wait()  # this process ends here

    hub.stop_server = stop_server
    hub.server = RUNNING
    view = await servers.stop(ADMIN, "admin", "")
    assert view.state == "stopping"
    await asked.wait()
    with pytest.raises(errors.OwnServer):
        await servers.stop(ADMIN, "admin", "", remove=True)
    await servers.close()
    # That this process ended is how it went well.
    assert records[1:] == [("stop-server", "admin", "done", "This server ended with it.")]


async def test_ones_own_server_that_stops_slowly_has_stopped_when_this_ends(case):
    hub, servers, records = case
    hub.stops = [False]
    hub.server = RUNNING
    await servers.stop(ADMIN, "admin", "")
    hub.server = STOPPING
    for _ in range(20):
        await asyncio.sleep(0)
    await servers.close()
    assert records[1:] == [("stop-server", "admin", "done", "This server ended with it.")]


@pytest.mark.parametrize("looks", [[], [RUNNING, STOPPING, RUNNING]])
async def test_ones_own_server_that_the_hub_does_not_stop_has_failed(case, looks):
    hub, servers, records = case
    hub.stops = [False if looks else errors.HubFailed("stuck")]
    hub.looks = looks
    hub.server = RUNNING
    await servers.stop(ADMIN, "admin", "")
    await settled(servers)
    assert [record[2] for record in records] == ["pending", "failed"]
    assert servers.follower.failures["admin", ""].message == records[-1][3]


async def test_the_end_of_this_server_is_not_the_end_of_another_ones_stop(case):
    hub, servers, records = case

    async def stop_server(token, user, server, *, remove=False):
        await asyncio.Event().wait()

    hub.stop_server = stop_server
    stopping = servers.follower.in_background(servers.stop(ADMIN, "alice", ""))
    await asyncio.sleep(0)
    await servers.close()
    assert stopping.cancelled()
    assert [record[2] for record in records] == ["failed"]


async def test_the_event_stream_says_why_where_the_answer_does_not(case):
    hub, servers, records = case
    hub.starts = [errors.HubFailed("error")]
    hub.events = [[HubProgress(failed=True, message="Spawn failed: no GPU")]]
    with pytest.raises(errors.HubFailed, match="no GPU"):
        await servers.start(ADMIN, "alice", "")
    assert records == [("start-server", "alice", "failed", "Spawn failed: no GPU")]


async def test_only_the_newest_failures_are_kept(case):
    _hub, servers, _records = case
    for number in range(1100):
        servers.follower.failed(("alice", str(number)), "no GPU")
        servers.follower.failed(("alice", "first"), "no GPU")
    assert len(servers.follower.failures) == 1000
    assert ("alice", "first") in servers.follower.failures
    assert ("alice", "1099") in servers.follower.failures
