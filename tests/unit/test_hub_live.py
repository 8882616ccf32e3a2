"""What the watcher tells of what is in view, and of nobody else."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.live import broadcast as broadcast_module
from hub_admin_lab.hub.live.streams import MOST_STREAMS
from hub_admin_lab.hub.models import HubServer, HubUser
from hub_admin_lab.hub.scopes import Scopes
from hub_admin_lab.models import LiveWindow, ProgressEvent

from .failing_hub import ADMIN
from .live_hub import ALL, OTHER_TOKEN, RUNNING, STOPPING, alone, kinds, names, pages, states

NARROW = Actor("admin", admin=True, at_home=True, scopes=Scopes(["list:users"]), token="narrow")


@pytest.fixture
def case(make_live_case):
    case = make_live_case()
    case.hub.add("alice", "bob", "carol")
    return case


# --- somebody looks, or nobody ----------------------------------------------------------------


async def test_nobody_looks_and_nothing_is_asked(case):
    await case.time.pass_by(3600)
    case.look()
    await case.time.pass_by(3600)
    assert case.hub.asked == []
    assert case.time.sleeping == 0


async def test_the_first_event_says_hello(case):
    message = await anext(case.stream.listener)
    assert message.name == "hello"
    assert json.loads(message.data) == {"stream": case.stream.name, "stale": None}


async def test_who_comes_into_view_is_told_in_full(case):
    case.look("alice", "bob", windows=[ALL])
    await case.time.pass_by(0.1)
    assert case.hub.take() == [("page", None, "", 0, 50)]
    told = await case.heard()
    assert kinds(told) == ["users"]
    assert names(told, "changed") == ["alice", "bob"]
    assert told[0][1]["changed"][0]["servers"][0]["can"]["start"] is True


async def test_only_what_is_new_is_told(case):
    case.look("alice", "bob", windows=[ALL])
    await case.time.pass_by(2)
    await case.heard()
    case.hub.take()
    await case.time.pass_by(4)
    assert len(pages(case.hub.take())) >= 2
    assert await case.heard() == []
    case.hub.set("bob", RUNNING)
    await case.time.pass_by(2)
    told = await case.heard()
    assert kinds(told) == ["server"]
    assert states(told) == [("bob", "", "running")]


async def test_what_is_new_of_the_user_is_told_with_all_servers(case):
    case.look("alice", windows=[ALL])
    await case.time.pass_by(2)
    await case.heard()
    case.hub.set("alice", groups=["class-a"])
    await case.time.pass_by(2)
    assert names(await case.heard(), "changed") == ["alice"]
    case.hub.set("alice", HubServer(name="gpu", ready=True, stopped=False, url="/x/"))
    await case.time.pass_by(2)
    told = await case.heard()
    assert [s["name"] for s in told[0][1]["changed"][0]["servers"]] == ["", "gpu"]
    assert states(told) == [("alice", "gpu", "running")]


async def test_who_comes_into_view_anew_is_told_in_full_again(case):
    case.look("alice", "bob", windows=[ALL])
    await case.time.pass_by(2)
    await case.heard()
    case.look("bob", "carol", windows=[ALL])
    await case.time.pass_by(2)
    assert names(await case.heard(), "changed") == ["carol"]
    case.look("alice", windows=[ALL])
    await case.time.pass_by(2)
    assert names(await case.heard(), "changed") == ["alice"]


async def test_who_is_known_to_be_active_is_told_in_full_too(case):
    case.hub.add("dave", server=RUNNING)
    case.look("alice", windows=[LiveWindow(limit=1)])
    await case.time.pass_by(20)
    assert names(await case.heard(), "added") == ["dave"]
    case.look("dave", windows=[ALL])
    await case.time.pass_by(2)
    assert names(await case.heard(), "changed") == ["dave"]


async def test_who_goes_out_of_view_and_becomes_active_is_told_as_such(case):
    case.look("alice", windows=[ALL])
    await case.time.pass_by(2)
    await case.heard()
    case.look("bob", windows=[ALL])
    case.hub.set("alice", RUNNING)
    await case.time.pass_by(2)
    assert names(await case.heard(), "added") == ["alice"]


async def test_whoever_looks_again_is_told_everything_anew(case):
    case.hub.add(*(f"run-{i:03}" for i in range(60)), server=RUNNING)
    case.look("alice", windows=[LiveWindow(limit=1)])
    await case.time.pass_by(8.2)  # the first page of the walk
    assert len(names(await case.heard(), "added")) == 50
    case.look()
    await case.time.pass_by(60)
    case.look("alice", windows=[LiveWindow(limit=1)])
    await case.time.pass_by(40)
    added = names(await case.heard(), "added")
    assert added == [f"run-{i:03}" for i in range(60)]


async def test_somebody_looks_at_the_moment_when_the_watcher_ends(case, monkeypatch):
    case.look("alice")
    await case.time.pass_by(1)
    monkeypatch.setattr(case.servers.news, "clear", lambda: case.look("bob"))
    case.look()
    await case.time.pass_by(3)
    monkeypatch.undo()
    assert "bob" in alone(case.hub.take())


@pytest.mark.parametrize("hide", ["view", "stream"])
async def test_nothing_is_asked_when_nobody_looks_any_more(case, hide):
    case.look("alice", windows=[ALL])
    await case.time.pass_by(10)
    assert case.time.sleeping == 1
    if hide == "view":
        case.look()
    else:
        case.watcher.close_stream(case.stream)
    await case.time.pass_by(0.1)
    assert case.time.sleeping == 0
    case.hub.take()
    await case.time.pass_by(3600)
    assert case.hub.asked == []


async def test_looking_away_and_back_again_takes_no_more_of_the_hub(case):
    for _ in range(20):
        case.look("alice", windows=[ALL])
        await case.time.pass_by(0.1)
        case.look()
        await case.time.pass_by(0.1)
    assert len(case.hub.asked) <= 3


async def test_a_stream_that_is_not_known_or_somebody_elses_is_not_found(case):
    with pytest.raises(errors.NotFound):
        case.watcher.look(ADMIN, "nonsense", case.stream.view)
    other = Actor("ta", admin=False, at_home=True, scopes=Scopes(["list:users"]), token="x")
    with pytest.raises(errors.NotFound):
        case.look("alice", actor=other)
    case.watcher.close_stream(case.stream)
    with pytest.raises(errors.NotFound):
        case.look("alice")


async def test_streams_that_nobody_reads_do_not_pile_up(case):
    streams = [case.watcher.open(ADMIN) for _ in range(MOST_STREAMS)]
    assert case.stream.listener.closed.is_set()
    assert not any(stream.listener.closed.is_set() for stream in streams)


# --- hostile, and mistaken --------------------------------------------------------------------


async def test_no_event_is_larger_than_a_browser_takes(case):
    case.hub.add("big")
    for i in range(600):
        case.hub.set("big", HubServer(name=f"server-{i:03}", stopped=True))
    case.hub.add("odd")
    case.hub.set("odd", HubServer(name="", stopped=True, user_options={"x": "y" * 1_000_000}))
    many = [f"user-{i:03}" for i in range(190)]
    case.hub.add(*many, groups=[f"group-{i:03}-{'x' * 100}" for i in range(40)])
    case.look("big", "odd", *many, windows=[LiveWindow(limit=200)])
    await case.time.pass_by(20)
    sizes = []
    listener = case.stream.listener
    told = []
    while listener.waiting:
        message = await anext(listener)
        sizes.append(len(message.data))
        told.append((message.name, json.loads(message.data)))
    assert max(sizes) < 200_000
    assert set(names(told, "changed")) == {"odd", *many}
    assert len({name for user, name, _ in states(told) if user == "big"}) == 601


async def test_what_one_user_has_cuts_nobody_off(case, monkeypatch):
    monkeypatch.setattr(broadcast_module, "BACKLOG", 512 * 1024)
    many = {f"s-{i}": HubServer(name=f"s-{i}", ready=True, stopped=False) for i in range(2_500)}
    case.hub.users["aaron"] = HubUser(name="aaron", servers=many)
    case.look("aaron", "alice", windows=[ALL])
    told = []
    for _ in range(10):
        await case.time.pass_by(2)
        assert not case.stream.listener.closed.is_set()
        told += await case.heard()
    assert names(told, "changed") == ["alice"]
    seen = [name for user, name, _ in states(told) if user == "aaron"]
    assert len(seen) == len(set(seen))
    assert set(seen) == {"", *many}


async def test_the_options_of_one_user_are_not_told_without_end(case):
    options = {f"o{i}": "y" * 990 for i in range(14)}
    case.hub.add("aaron")
    for i in range(300):
        case.hub.set("aaron", HubServer(name=f"s-{i:03}", stopped=True, user_options=options))
    view = case.servers.user_view_of(ADMIN, case.hub.users["aaron"])
    assert len(view.servers) == 301
    assert view.servers[1].user_options == options
    assert len(view.model_dump_json()) < 64 * 1024 + 301 * 500


# --- other scopes -----------------------------------------------------------------------------


async def test_a_narrower_token_hears_and_sees_nothing_of_a_wider_one(case):
    case.look("alice", windows=[ALL])
    with pytest.raises(errors.Conflict):
        case.watcher.open(NARROW)
    with pytest.raises(errors.NotFound):
        case.look("alice", windows=[ALL], actor=NARROW)
    await case.time.pass_by(3)
    assert case.hub.token == "t"


async def test_what_a_narrower_token_learns_is_not_told(case):
    case.hub.add("bob", server=RUNNING)
    looking = asyncio.ensure_future(case.servers.view(NARROW, "bob", ""))
    await case.time.until(looking.done)
    assert await case.heard() == []
    await case.view("bob")
    assert states(await case.heard()) == [("bob", "", "running")]


async def test_the_progress_of_a_start_with_other_scopes_is_not_told(case):
    for actor, told in ((NARROW, []), (ADMIN, ["progress"])):
        watch = case.servers.follower.open_watch(actor, ("alice", ""))
        watch.publish(ProgressEvent(message="Pulling"))
        assert kinds(await case.heard()) == told


async def test_a_token_whose_scopes_have_changed_goes_on_with_what_is_left(case):
    same_scopes = case.watcher.open(OTHER_TOKEN)
    case.look("alice", windows=[ALL])
    await case.time.pass_by(3)
    await case.heard()
    case.look("alice", windows=[ALL], actor=replace(NARROW, token=ADMIN.token))
    await case.time.pass_by(3)
    told = await case.heard()
    assert told[0][1]["changed"][0]["servers"][0]["can"]["start"] is False
    assert same_scopes.listener.closed.is_set()
    assert not case.stream.listener.closed.is_set()
    with pytest.raises(errors.Conflict):
        case.watcher.open(OTHER_TOKEN)
    case.watcher.open(NARROW)


async def test_whoever_may_do_less_now_is_told_so_with_the_next_question(case):
    case.look("alice", windows=[ALL])
    await case.time.pass_by(3)
    case.watcher.see(ADMIN)  # as before: nothing is told again
    await case.time.pass_by(3)
    told = await case.heard()
    assert [row["can"]["start"] for row in _rows(told)] == [True]
    case.watcher.see(replace(NARROW, token=ADMIN.token))
    await case.time.pass_by(3)
    told = await case.heard()
    assert [row["can"]["start"] for row in _rows(told)] == [False]
    case.hub.add("alice", server=STOPPING)
    case.hub.add("alice")
    await case.time.pass_by(3)
    assert all(row["can"]["start"] is False for row in _rows(await case.heard()))


async def test_a_question_of_another_token_changes_nothing(case):
    case.look("alice", windows=[ALL])
    await case.time.pass_by(3)
    await case.heard()
    case.watcher.see(NARROW)
    await case.time.pass_by(3)
    assert await case.heard() == []
    assert not case.stream.listener.closed.is_set()


def _rows(told):
    """Return the servers of whoever was told of in full."""
    return [
        row
        for name, data in told
        if name == "users"
        for user in data["changed"]
        for row in user["servers"]
    ]


async def test_a_mistake_of_ours_is_logged_and_whoever_looks_again_is_served(case, caplog):
    case.hub.error = RuntimeError("a bug")
    case.look("alice", windows=[ALL])
    await case.time.pass_by(0.1)
    assert "a bug" in caplog.text
    case.hub.error = None
    case.look("alice", windows=[ALL])
    await case.time.pass_by(3)
    assert names(await case.heard(), "changed") == ["alice"]


async def test_closing_ends_streams_and_asks_nothing_more(case):
    case.hub.add("dave", server=STOPPING)
    case.look("dave")
    await case.time.pass_by(0.5)
    await case.close()
    assert case.stream.listener.closed.is_set()
    assert case.time.sleeping == 0
    case.hub.take()
    await case.time.pass_by(60)
    assert case.hub.asked == []


async def test_closing_in_the_middle_of_a_question(case):
    never = asyncio.Event()

    async def list_users(token, **_):
        await never.wait()

    case.hub.list_users = list_users
    case.look("alice", windows=[ALL])
    await case.time.pass_by(0.1)
    await case.close()
    assert case.watcher._task is None
