"""What becomes of a start, a stop and a restart when the Hub or the server does not play along.

The real Hub is asked in tests/integration; here a client that fails on purpose stands in for it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import datetime, timezone

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.actions import ServerActions
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.models import HubProgress, HubServer, HubUser, HubUserPage
from hub_admin_lab.hub.scopes import Scopes
from hub_admin_lab.hub.servers import HubServers
from hub_admin_lab.hub.views import server_state
from hub_admin_lab.models import ListUsersQuery

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=timezone.utc)
ADMIN = Actor(
    "admin", admin=True, at_home=True, scopes=Scopes(["list:users", "servers"]), token="t"
)
HUB = HubConnection(
    api_url="http://hub.test/hub/api",
    prefix="/hub/",
    host="",
    owner="admin",
    server_name="",
    granted=Scopes(),
    access=Scopes(["access:servers!group=class-a"]),
)


class FailingHub:
    """A client of a Hub with one user, alice, whose every answer can be set."""

    def __init__(self):
        self.server = HubServer(stopped=True)
        self.starts = [True]
        self.stops = [True]
        self.events = []
        self.looks = []
        self.asked = []

    async def get_user(self, token, user):
        if self.looks:
            look = self.looks.pop(0)
            if isinstance(look, Exception):
                raise look
            self.server = look
        return HubUser(name=user, groups=["class-a"], servers={"": self.server})

    async def start_server(self, token, user, server, options=None):
        self.asked.append(("start", user, server, options))
        return _answer(self.starts)

    async def stop_server(self, token, user, server, *, remove=False):
        self.asked.append(("stop", user, server, remove))
        return _answer(self.stops)

    @asynccontextmanager
    async def progress(self, token, user, server):
        events = self.events.pop(0) if self.events else errors.HubRefused("not starting")
        if isinstance(events, Exception):
            raise events

        async def read():
            for event in events:
                if isinstance(event, Exception):
                    raise event
                yield event

        yield read()


def _answer(answers):
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    if isinstance(answer, Exception):
        raise answer
    return answer


class Records(list):
    def record(self, **fields):
        self.append((fields["action"], fields["target"], fields["outcome"], fields["reason"]))


class Both:
    """What the handlers see: how the servers are, and what can be done with them."""

    def __init__(self, hub, records, sleep):
        log = logging.getLogger("test")
        self.look = HubServers(hub, HUB, log=log, now=lambda: NOW, sleep=sleep)
        self.act = ServerActions(hub, HUB, self.look, records, sleep=sleep)

    def __getattr__(self, name):
        return getattr(self.act, name, None) or getattr(self.look, name)


@pytest.fixture
def case():
    hub, records = FailingHub(), Records()

    async def sleep(seconds):
        await asyncio.sleep(0)

    servers = Both(hub, records, sleep)
    return hub, servers, records


async def read(events):
    return [event async for event in events]


async def settled(servers):
    await asyncio.gather(*servers.follower._tasks)


RUNNING = HubServer(ready=True, url="/user/alice/", started=NOW, stopped=False)
STARTING = HubServer(pending="spawn", stopped=False)
STOPPING = HubServer(pending="stop", stopped=False)
STOPPED = HubServer(stopped=True)


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
    ],
)
def test_one_word_for_each_state(server, state):
    assert server_state(server) == state


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


@pytest.mark.parametrize("search", ["r_5", "50%"])
async def test_wildcards_are_ordinary_characters(case, search):
    hub, servers, _records = case

    async def list_users(token, **query):
        names = ["year_5", "yearx5", "R_5", "50%er", "50er"]
        page = {"total": 5, "next": {"offset": 50}}
        return HubUserPage(items=[{"name": name} for name in names], _pagination=page)

    hub.list_users = list_users
    page = await servers.list_users(ADMIN, ListUsersQuery(search=search))
    expected = ["year_5", "R_5"] if search == "r_5" else ["50%er"]
    assert [user.name for user in page.items] == expected
    assert page.total is None
    assert page.next == 50


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


async def test_a_failure_is_forgotten_once_the_server_runs(case):
    hub, servers, _records = case
    servers.follower.failed(("alice", ""), "no GPU")
    hub.server = RUNNING
    await servers.view(ADMIN, "alice", "")
    hub.server = STOPPED
    assert (await servers.view(ADMIN, "alice", "")).failure is None


async def test_the_event_stream_says_why_where_the_answer_does_not(case):
    hub, servers, records = case
    hub.starts = [errors.HubFailed("error")]
    hub.events = [[HubProgress(failed=True, message="Spawn failed: no GPU")]]
    with pytest.raises(errors.HubFailed, match="no GPU"):
        await servers.start(ADMIN, "alice", "")
    assert records == [("start-server", "alice", "failed", "Spawn failed: no GPU")]


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
