"""A stop that fails in a way that nobody foresaw, or whose answer says little: no guesses."""

from __future__ import annotations

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.paths import server_path

from .culling import Case


@pytest.fixture
def case(jp_asyncio_loop):
    """A culler, and a server of alice's that is due."""

    async def make():
        c = await Case().loaded()
        c.hub.add("alice")
        return c

    c = jp_asyncio_loop.run_until_complete(make())
    yield c
    jp_asyncio_loop.run_until_complete(c.culler.close())


def only(c):
    (entry,) = c.store.entries.values()
    return entry


# --- errors of ours -----------------------------------------------------------------------


@pytest.mark.parametrize("gone", [True, False])
async def test_an_error_that_nobody_foresaw_leaves_no_stop_open(case, gone, caplog):
    case.hub.on_stop["alice", ""] = ZeroDivisionError("a bug")
    case.hub.before_stop = lambda key: case.hub.gone(*key) if gone else None
    await case.one_pass()
    assert "The culler failed at a server." in caplog.text
    await case.settled()
    assert only(case).outcome == ("done" if gone else "failed")
    case.hub.on_stop.clear()
    if not gone:
        await case.one_pass()
        assert not case.hub.is_there("alice")


async def test_nor_does_one_while_the_record_is_ended(case):
    case.store.fail_with["end"] = ZeroDivisionError("a bug")
    await case.one_pass()
    assert case.culler.under_way == {("alice", "")}
    case.store.fail_with.clear()
    await case.settled()
    assert only(case).outcome == "done"


async def test_one_that_cannot_be_followed_costs_the_others_nothing(case, caplog):
    case.hub.add("bob")
    for user in ("alice", "bob"):
        case.hub.on_stop[user, ""] = "slow"
    await case.one_pass()
    case.hub.gone("alice")
    case.hub.gone("bob")
    look, broken = case.active.look, ["alice"]

    async def looking(user):
        if user in broken:
            raise ZeroDivisionError("a bug")
        return await look(user)

    case.active.look = looking
    await case.clock.pass_by(30)
    assert case.culler.under_way == {("alice", "")}
    assert "A stop could not be followed." in caplog.text
    broken.clear()
    await case.settled()
    assert case.store.outcomes() == {("alice", ""): "done", ("bob", ""): "done"}


# --- nothing by that name -----------------------------------------------------------------


@pytest.mark.parametrize("name", [".", "..", "x" * 256])
async def test_a_name_that_no_path_can_hold_has_not_stopped(name):
    c = await Case().loaded()
    c.hub.add("alice", name)
    stop = c.hub.stop_server

    async def stop_server(user, server):
        server_path(user, server)
        return await stop(user, server)

    c.hub.stop_server = stop_server
    await c.one_pass()
    assert (only(c).outcome, only(c).message) == ("failed", "The hub knows nothing by that name.")
    assert c.store.all_notices == []
    assert c.stats.culled == 0


@pytest.mark.parametrize("name", [".", ".."])
async def test_nor_has_a_user_of_such_a_name_gone(name):
    c = await Case().loaded()
    c.hub.add(name)
    user = c.hub.user

    async def look(asked):
        server_path(asked, "")
        return await user(asked)

    c.hub.user = look
    await c.one_pass()
    assert c.store.entries == {}
    assert (name, "") in c.active.facts


async def test_nothing_by_that_name_and_it_cannot_be_looked_at_yet(case):
    case.hub.on_stop["alice", ""] = errors.HubNotFound("No such server.")
    case.hub.before_stop = lambda key: setattr(case.hub, "away", errors.HubUnreachable("away"))
    await case.one_pass()
    assert only(case).outcome == "begun"
    case.hub.away = None
    case.hub.gone("alice")
    await case.settled()
    assert only(case).outcome == "done"


# --- a record that takes its time ---------------------------------------------------------


@pytest.mark.parametrize("what", ["used", "started again", "gone", "away"])
async def test_while_a_slow_record_is_written_the_server_may_change(case, what):
    def change(user, server):
        case.clock.seconds += 2
        if what == "used":
            case.hub.touch("alice")
        elif what == "away":
            case.hub.away = errors.HubUnreachable("away")
        else:
            case.hub.gone("alice")
            if what == "started again":
                case.hub.add("alice", age=0)  # idle for longer, by a clock that is wrong

    case.store.after_begin = change
    await case.one_pass()
    assert case.hub.asked == []
    assert only(case).outcome == "failed"
    assert "Not done" in only(case).message


async def test_after_a_slow_record_who_is_due_still_is_stopped(case):
    case.store.after_begin = lambda user, server: setattr(
        case.clock, "seconds", case.clock.seconds + 2
    )
    await case.one_pass()
    assert only(case).outcome == "done"


async def test_a_quick_record_costs_the_hub_no_other_look(case):
    await case.one_pass()
    assert case.hub.looks == 1
