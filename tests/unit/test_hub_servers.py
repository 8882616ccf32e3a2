"""How users and servers are shown, and followed on their way, when the Hub does not play along."""

from __future__ import annotations

import asyncio

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.views import server_state
from hub_admin_lab.hub.models import HubProgress, HubServer
from hub_admin_lab.hub.scopes import Scopes

from .failing_hub import ADMIN, RUNNING, STARTING, STOPPED, STOPPING, make_case, read


@pytest.fixture
def case():
    return make_case()


@pytest.mark.parametrize(
    ("server", "state"),
    [
        (RUNNING, "running"),
        (STARTING, "starting"),
        (STOPPING, "stopping"),
        (STOPPED, "stopped"),
        (HubServer(), "stopped"),
        (HubServer(pending="check", stopped=False), "running"),
        (HubServer(pending="rename", stopped=True), "stopped"),
        (HubServer(pending="rename", stopped=False), "stopped"),
    ],
)
def test_one_word_for_each_state(server, state):
    assert server_state(server) == state


async def test_a_start_goes_on_where_the_stream_breaks_off(case):
    hub, servers, _records = case
    hub.looks = [STARTING, STARTING, errors.HubUnreachable("away"), RUNNING]
    hub.events = [[HubProgress(progress=10, message="one"), errors.HubUnreachable("cut")]]
    events = await read(await servers.progress(ADMIN, "alice", ""))
    assert [event.message for event in events] == ["one", ""]
    assert events[-1].ready
    assert events[-1].url == "/user/alice/"


async def test_a_user_who_is_deleted_meanwhile_ends_the_watch(case):
    hub, servers, _records = case
    hub.looks = [STARTING, errors.HubNotFound("No such user")]
    events = await read(await servers.progress(ADMIN, "alice", ""))
    assert events[-1].failed
    assert events[-1].message == "No such user"


async def test_two_who_look_share_one_stream_of_the_hub(case):
    hub, servers, _records = case
    hub.looks = [STARTING, STARTING]
    hub.events = [[HubProgress(progress=1), HubProgress(ready=True)]]
    one = await servers.progress(ADMIN, "alice", "")
    two = await servers.progress(ADMIN, "alice", "")
    first, second = await asyncio.gather(read(one), read(two))
    assert first[-1].ready
    assert second[-1].ready
    assert hub.events == []


async def test_progress_of_what_does_not_start_is_a_conflict(case):
    _hub, servers, _records = case
    with pytest.raises(errors.Conflict, match="stopped, not starting"):
        await servers.progress(ADMIN, "alice", "")


async def test_can_follows_permission_and_state(case):
    hub, servers, _records = case
    who = Actor(
        "ta",
        admin=False,
        at_home=True,
        scopes=Scopes(["servers!group=class-a", "list:users"]),
        token="t",
    )
    hub.server = RUNNING
    assert (await servers.view(who, "alice", "")).can.model_dump() == {
        "start": False,
        "stop": True,
        "access": True,
        "delete": False,
    }
    hub.server = STOPPED
    assert (await servers.view(who, "alice", "")).can.model_dump() == {
        "start": True,
        "stop": False,
        "access": False,
        "delete": False,
    }
    nobody = Actor("ta", admin=False, at_home=True, scopes=Scopes(["list:users"]), token="t")
    assert not any((await servers.view(nobody, "alice", "")).can.model_dump().values())


async def test_a_failure_is_forgotten_once_the_server_runs(case):
    hub, servers, _records = case
    servers.follower.failed(("alice", ""), "no GPU")
    hub.server = RUNNING
    await servers.view(ADMIN, "alice", "")
    hub.server = STOPPED
    assert (await servers.view(ADMIN, "alice", "")).failure is None


async def test_who_may_not_look_any_more_does_not_go_on_looking(case):
    hub, servers, _records = case
    hub.looks = [STARTING, errors.HubForbidden("not yours")]
    events = await read(await servers.progress(ADMIN, "alice", ""))
    assert events[-1].message == "not yours"


async def test_a_mistake_of_ours_is_logged_and_lets_nobody_wait(case, caplog):
    hub, servers, _records = case
    hub.looks = [STARTING, RuntimeError("a bug")]
    events = await read(await servers.progress(ADMIN, "alice", ""))
    assert events[-1].failed
    await asyncio.sleep(0)
    assert "a bug" in caplog.text
    assert servers.follower.watch_of(("alice", "")) is None
