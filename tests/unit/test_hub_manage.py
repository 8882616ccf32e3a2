"""What the panel does with users and the hub."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx
import pytest

from hub_admin_lab import errors
from hub_admin_lab.models import EditUser, Failure, ShutdownHub

from .failing_hub import NOW, settled
from .managed_hub import ADMIN, ASSISTANT, SCOPES, Case, actor, refusal, running, server


@pytest.fixture
def case():
    return Case()


# --- who may ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda manager, who: manager.edit_user(who, "alice", EditUser(admin=True)),
        lambda manager, who: manager.delete_user(who, "alice"),
        lambda manager, who: manager.shutdown(who, ShutdownHub()),
    ],
)
async def test_without_the_scope_there_is_no_such_thing(case, act):
    with pytest.raises(errors.NotFound, match="manage_users=True"):
        await act(case.manager, ASSISTANT)
    assert case.hub.asked == []
    assert case.recorded == []


async def test_a_scope_for_some_is_enough_to_ask_the_hub(case):
    who = actor("list:users!group=class-a", "admin:users!group=class-a")
    assert (await case.manager.edit_user(who, "alice", EditUser(admin=False))).name == "alice"


# --- users --------------------------------------------------------------------------------


async def test_rename(case):
    case.servers.follower.failures["alice", ""] = Failure(message="no GPU", at=NOW)
    view = await case.manager.edit_user(ADMIN, "alice", EditUser(name="ada"))
    assert (view.name, view.admin) == ("ada", False)
    assert case.hub.asked == [("PATCH", "/users/alice", {"name": "ada"})]
    assert case.recorded == [("rename-user", "alice", "done", "To ada")]
    assert case.told == [("removed", "alice"), ("seen", "ada")]
    assert not case.servers.follower.failures


@pytest.mark.parametrize(("admin", "action"), [(True, "make-admin"), (False, "unmake-admin")])
async def test_make_and_unmake_admin(case, admin, action):
    view = await case.manager.edit_user(ADMIN, "alice", EditUser(admin=admin))
    assert view.admin is admin
    assert case.hub.asked == [("PATCH", "/users/alice", {"admin": admin})]
    assert case.recorded == [(action, "alice", "done", "")]
    assert case.told == [("seen", "alice")]


async def test_the_name_that_they_have_is_never_sent(case):
    """The Hub would store no name at all, and that user would be lost."""
    view = await case.manager.edit_user(ADMIN, "alice", EditUser(name="alice", admin=True))
    assert view.admin is True
    assert case.hub.asked == [("PATCH", "/users/alice", {"admin": True})]
    assert [record[0] for record in case.recorded] == ["make-admin"]
    assert (await case.manager.edit_user(ADMIN, "alice", EditUser(name="alice"))).name == "alice"
    assert len(case.hub.asked) == 1


async def test_nothing_to_change_is_a_mistake(case):
    with pytest.raises(errors.InvalidRequest):
        await case.manager.edit_user(ADMIN, "alice", EditUser())
    assert case.hub.asked == []


@pytest.mark.parametrize(
    "active",
    [
        running(),
        running("gpu"),
        server(pending="spawn", stopped=False),
        server(pending="stop", stopped=False),
    ],
)
async def test_nobody_is_renamed_who_would_lose_a_server(case, active):
    case.hub.users["alice"]["servers"][active["name"]] = active
    with pytest.raises(errors.Conflict, match="stop their servers first"):
        await case.manager.edit_user(ADMIN, "alice", EditUser(name="ada"))
    assert case.hub.asked == []
    assert case.recorded[0][:3] == ("rename-user", "alice", "failed")
    # To be admin or not has nothing to do with it.
    await case.manager.edit_user(ADMIN, "alice", EditUser(admin=True))


async def test_the_hubs_refusal_is_relayed_and_recorded(case):
    case.hub.answers["PATCH", "/users/alice"] = refusal(400, "User bob already exists")
    with pytest.raises(errors.HubRefused, match="bob already exists"):
        await case.manager.edit_user(ADMIN, "alice", EditUser(name="bob", admin=True))
    assert case.recorded == [
        ("make-admin", "alice", "failed", "User bob already exists"),
        ("rename-user", "alice", "failed", "To bob: User bob already exists"),
    ]
    assert case.told == []


async def test_the_answer_has_the_servers_that_are_stopped(case):
    case.hub.users["alice"]["servers"]["gpu"] = server("gpu")
    view = await case.manager.edit_user(ADMIN, "alice", EditUser(admin=True))
    assert [each.name for each in view.servers] == ["", "gpu"]


async def test_whoever_gives_up_their_own_rights_gets_an_answer(case):
    case.hub.answers["GET", "/users/admin"] = refusal(403, "not authorized")
    view = await case.manager.edit_user(ADMIN, "admin", EditUser(admin=False))
    assert (view.name, view.admin) == ("admin", False)


# --- delete -------------------------------------------------------------------------------


async def test_delete(case):
    case.servers.follower.failures["alice", "gpu"] = Failure(message="no GPU", at=NOW)
    case.servers.follower.failures["bob", ""] = Failure(message="no GPU", at=NOW)
    await case.manager.delete_user(ADMIN, "alice")
    assert "alice" not in case.hub.users
    assert case.recorded == [("delete-user", "alice", "done", "")]
    assert case.told == [("removed", "alice")]
    assert set(case.servers.follower.failures) == {("bob", "")}


async def test_all_servers_are_stopped_before(case):
    servers = case.hub.users["alice"]["servers"]
    servers.update({"": running(), "gpu": running("gpu"), "old": server("old")})
    await case.manager.delete_user(ADMIN, "alice")
    acted = case.hub.acted()
    assert set(acted[:2]) == {
        ("DELETE", "/users/alice/server"),
        ("DELETE", "/users/alice/servers/gpu"),
    }
    assert acted[2:] == [("DELETE", "/users/alice")]
    assert case.recorded == [
        ("stop-server", "alice", "done", ""),
        ("stop-server", "alice/gpu", "done", ""),
        ("delete-user", "alice", "done", ""),
    ]


async def test_a_slow_stop_is_waited_for(case):
    stopping = {"name": "alice", "servers": {"": server(pending="stop", stopped=False)}}
    case.hub.answers["GET", "/users/alice"] = [httpx.Response(200, json=stopping)] * 3
    await case.manager.delete_user(ADMIN, "alice")
    assert case.pauses == 2
    assert case.hub.acted() == [("DELETE", "/users/alice")]


async def test_how_a_slow_stop_ends_is_recorded_before_the_user_is_gone(case):
    case.hub.stops_take = 3
    case.hub.users["alice"]["servers"]["gpu"] = running("gpu")
    await case.manager.delete_user(ADMIN, "alice")
    assert [record[:3] for record in case.recorded] == [
        ("stop-server", "alice/gpu", "pending"),
        ("stop-server", "alice/gpu", "done"),
        ("delete-user", "alice", "done"),
    ]


async def test_nobody_is_deleted_whose_server_the_hub_gives_up_to_stop(case):
    case.hub.stops_take, case.hub.gives_up = 3, True
    case.hub.users["alice"]["servers"]["gpu"] = running("gpu")
    with pytest.raises(errors.HubFailed, match="could not stop"):
        await case.manager.delete_user(ADMIN, "alice")
    assert "alice" in case.hub.users
    assert [record[:3] for record in case.recorded] == [
        ("stop-server", "alice/gpu", "pending"),
        ("stop-server", "alice/gpu", "failed"),
        ("delete-user", "alice", "failed"),
    ]


async def test_the_end_of_a_stop_that_is_not_waited_for_is_recorded_too(case):
    case.hub.stops_take = 200
    case.hub.users["alice"]["servers"]["gpu"] = running("gpu")
    with pytest.raises(errors.Conflict, match="still stopping"):
        await case.manager.delete_user(ADMIN, "alice")
    await settled(case.servers)
    assert [record[:3] for record in case.recorded] == [
        ("stop-server", "alice/gpu", "pending"),
        ("delete-user", "alice", "failed"),
        ("stop-server", "alice/gpu", "done"),
    ]


async def test_of_many_servers_ten_are_stopped_at_a_time(case):
    names = [str(number) for number in range(25)]
    case.hub.stops_take = 3
    case.hub.users["alice"]["servers"] = {name: running(name) for name in names}
    await case.manager.delete_user(ADMIN, "alice")
    assert case.hub.most_stopping == 10
    assert [record[2] for record in case.recorded].count("done") == 26


async def test_nobody_is_deleted_whose_server_does_not_stop(case):
    case.hub.users["alice"]["servers"][""] = server(pending="stop", stopped=False)
    with pytest.raises(errors.Conflict, match="still stopping"):
        await case.manager.delete_user(ADMIN, "alice")
    assert case.hub.asked == []
    assert case.recorded[0][:3] == ("delete-user", "alice", "failed")


async def test_nobody_is_deleted_whose_server_the_hub_does_not_stop(case):
    case.hub.users["alice"]["servers"]["gpu"] = running("gpu")
    case.hub.answers["DELETE", "/users/alice/servers/gpu"] = refusal(500, "stuck")
    with pytest.raises(errors.HubFailed, match="stuck"):
        await case.manager.delete_user(ADMIN, "alice")
    assert "alice" in case.hub.users
    assert [record[:3] for record in case.recorded] == [
        ("stop-server", "alice/gpu", "failed"),
        ("delete-user", "alice", "failed"),
    ]


@pytest.mark.parametrize("active", [running("gpu"), server(pending="spawn", stopped=False)])
async def test_nobody_is_deleted_whose_server_the_actor_may_not_stop(case, active):
    """The Hub would begin, and fail half-way."""
    case.hub.users["alice"]["servers"] = {"a": running("a"), active["name"]: active}
    others = [scope for scope in SCOPES if scope != "delete:servers"]
    who = actor(*others, "delete:servers!server=alice/a")
    with pytest.raises(errors.Forbidden, match="may not stop it"):
        await case.manager.delete_user(who, "alice")
    assert case.hub.asked == []


async def test_a_default_server_that_runs_is_the_hubs_to_stop(case):
    case.hub.users["alice"]["servers"][""] = running()
    await case.manager.delete_user(actor("list:users", "delete:users"), "alice")
    assert case.hub.acted() == [("DELETE", "/users/alice")]


async def test_oneself_is_left_to_the_hubs_refusal_with_the_server_running(case):
    case.hub.users["admin"]["servers"][""] = running()
    case.hub.answers["DELETE", "/users/admin"] = refusal(400, "Cannot delete yourself!")
    with pytest.raises(errors.HubRefused, match="Cannot delete yourself!"):
        await case.manager.delete_user(ADMIN, "admin")
    assert case.hub.acted() == [("DELETE", "/users/admin")]
    assert case.recorded == [("delete-user", "admin", "failed", "Cannot delete yourself!")]


# --- shutdown -----------------------------------------------------------------------------


async def test_the_hub_alone_is_shut_down_at_once(case):
    how = "Without the servers, without the proxy"
    seen = []

    def post_shutdown(body):
        seen.extend(case.recorded)
        return httpx.Response(202, json={"message": "Shutting down Hub"})

    case.hub.post_shutdown = post_shutdown
    await case.manager.shutdown(ADMIN, ShutdownHub())
    assert seen == [("shutdown-hub", "hub", "pending", how)]
    assert case.hub.asked == [("POST", "/shutdown", {"servers": False, "proxy": False})]
    assert case.recorded[1:] == [("shutdown-hub", "hub", "done", how)]


@pytest.mark.parametrize(
    ("what", "how"),
    [
        (ShutdownHub(servers=True), "With the servers, without the proxy"),
        (ShutdownHub(proxy=True), "Without the servers, with the proxy"),
        (ShutdownHub(servers=True, proxy=True), "With the servers, with the proxy"),
    ],
)
async def test_where_this_server_or_the_proxy_goes_too_the_answer_comes_first(case, what, how):
    await case.manager.shutdown(ADMIN, what)
    assert case.hub.asked == []
    assert case.recorded == [("shutdown-hub", "hub", "pending", how)]
    await settled(case.servers)
    assert case.pauses == 1
    assert case.hub.asked == [("POST", "/shutdown", what.model_dump())]
    assert case.recorded[1:] == [("shutdown-hub", "hub", "done", how)]


@pytest.mark.parametrize(
    ("what", "end"),
    [
        (ShutdownHub(servers=True), ("done", "This server ended with it.")),
        (ShutdownHub(proxy=True), ("failed", "Hub Admin Lab was interrupted.")),
    ],
)
async def test_a_shutdown_with_the_servers_has_worked_when_this_one_ends(
    case, monkeypatch, what, end
):
    asked = asyncio.Event()

    async def shutdown(*_, **__):
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(case.manager._client.manage, "shutdown", shutdown)
    await case.manager.shutdown(ADMIN, what)
    await asked.wait()
    await case.servers.close()
    outcome, why = case.recorded[-1][2:]
    assert outcome == end[0]
    assert why.endswith(f": {end[1]}")


async def test_a_shutdown_that_is_not_allowed_any_more_is_refused_before_the_answer(case):
    case.hub.scopes = ["list:users", "shutdown-not"]
    with pytest.raises(errors.HubForbidden):
        await case.manager.shutdown(ADMIN, ShutdownHub(servers=True))
    assert not case.servers.follower._tasks
    assert case.hub.asked == []
    assert [record[2] for record in case.recorded] == ["pending", "failed"]


@pytest.mark.parametrize("what", [ShutdownHub(), ShutdownHub(proxy=True)])
async def test_a_shutdown_that_the_hub_refuses_is_recorded(case, what):
    case.hub.answers["POST", "/shutdown"] = refusal(403, "not you")
    with suppress(errors.HubForbidden):
        await case.manager.shutdown(ADMIN, what)
    await settled(case.servers)
    assert case.recorded[-1][2] == "failed"
    assert case.recorded[-1][3].endswith("not you")
