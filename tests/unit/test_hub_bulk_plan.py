"""Whom an action on many servers is about: filters, plans, permissions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.scopes import Scopes

from .busy_hub import bulk_request, many, outcomes, running, stopped
from .virtual_clock import BEGIN

STOPPED = (True, 200, "")
STARTED = (True, 201, "")


# --- whom it is about ---------------------------------------------------------------------

HOUR = timedelta(hours=1)


def names(plan):
    return [f"{each.user}/{each.server}".rstrip("/") for each in plan.targets]


async def plan(at, action, *targets, **filter_):
    return await at.bulks.plan(at.actor, bulk_request(action, *targets, **filter_))


async def test_all_who_match_beyond_any_page(office):
    at = office([*many(450, groups=["class-a"]), *running("other", when=BEGIN)])
    status = await at.run("stop", query="group:class-a")
    assert (status.total, status.done, status.failed) == (450, 450, 0)
    assert at.hub.server("other").ready


async def test_to_stop_servers_only_those_who_have_some_are_asked_for(office):
    at = office([*many(10), *stopped(*(f"gone{n}" for n in range(500)))])
    assert (
        (await plan(at, "stop")).total == (await plan(at, "restart", state="running")).total == 10
    )
    assert (await plan(at, "stop", state="stopped")).total == 0
    assert [asked["state"] for asked in at.hub.asked] == ["active", "active"]


async def test_idle_longer_than(office):
    at = office(
        [
            *running("idle", when=BEGIN - 3 * HOUR, gpu=BEGIN),
            *running("busy", when=BEGIN),
            *stopped("gone"),
        ]
    )
    assert outcomes(await at.run("stop", query="idle:>2h")) == {"idle": STOPPED}


async def test_what_each_action_is_about(office):
    at = office(
        [
            *running("runs", when=BEGIN, gpu=None),
            *stopped("stands", gpu=None, tpu=BEGIN),
            *running("admin", when=BEGIN),
            *stopped("starts"),
        ]
    )
    at.hub.set("starts", "", pending="spawn", stopped=False)
    assert names(await plan(at, "stop", search="")) == ["runs", "stands/tpu"]
    assert names(await plan(at, "restart")) == ["runs", "stands/tpu"]
    assert names(await plan(at, "start")) == ["stands"]
    assert names(await plan(at, "start", query="server:gpu")) == ["runs/gpu", "stands/gpu"]
    assert names(await plan(at, "stop", query="server:pu")) == ["stands/tpu"]
    assert names(await plan(at, "stop", search="run")) == ["runs"]
    # Whoever runs another server has this one listed beside it, but it is none that runs.
    assert names(await plan(at, "start", state="running")) == []
    assert at.hub.acted == []


async def test_only_where_it_is_allowed(office):
    scopes = ["list:users", "delete:servers!group=class-a", "start:servers!user=bob"]
    ta = Actor("ta", admin=False, at_home=True, scopes=Scopes(scopes), token="t")
    everybody = [
        *running("alice", "bob", when=BEGIN, groups=["class-a"]),
        *running("carol", when=BEGIN),
    ]
    at = office(everybody, actor=ta)
    assert names(await plan(at, "stop")) == ["alice", "bob"]
    assert names(await plan(at, "restart")) == ["bob"]
    assert names(await plan(at, "start")) == []


@pytest.mark.parametrize(
    ("action", "scopes"), [("stop", ["start:servers"]), ("start", []), ("restart", ["servers!x=y"])]
)
async def test_whoever_may_do_it_nowhere_is_refused_at_once(office, action, scopes):
    may_anywhere = action == "restart"
    nobody = Actor("ta", admin=False, at_home=True, scopes=Scopes(scopes), token="t")
    at = office(many(1), actor=nobody)
    if may_anywhere:
        assert (await plan(at, action)).total == 0
        return
    for asking in (plan(at, action), at.start(action, "user00000")):
        with pytest.raises(errors.Forbidden, match="on this hub"):
            await asking
    assert at.hub.asked == at.hub.acted == []


async def test_what_was_used_just_now_is_spared(office):
    at = office(
        [
            *running("now", when=BEGIN),
            *running("ten", when=BEGIN - timedelta(seconds=600)),
            *running("old", when=BEGIN - timedelta(seconds=601)),
            *running("ahead", when=BEGIN + HOUR),
            *running("unknown", when=BEGIN),
            *stopped("new"),
        ]
    )
    at.hub.set("unknown", "", last_activity=None)
    assert names(await plan(at, "stop", spare_used_within=600)) == ["old"]
    # Of a server that nobody ever used it is known that it was not used.
    assert names(await plan(at, "start", spare_used_within=600)) == ["new"]


async def test_a_plan_names_a_thousand_and_counts_the_rest(office):
    users = running(*(f"user{n:05}" for n in range(1200)), when=BEGIN - HOUR)
    at = office([*users, *running("last", when=BEGIN - timedelta(minutes=9))])
    planned = await plan(at, "stop", query="running")
    assert (planned.action, planned.total, len(planned.targets)) == ("stop", 1201, 1000)
    assert (planned.targets[0].user, planned.in_use) == ("last", 1)


async def test_a_plan_of_what_was_named(office):
    at = office([*running("alice", when=BEGIN, gpu=BEGIN - HOUR), *running("admin", when=BEGIN)])
    at.hub.users += stopped("bob")
    planned = await plan(at, "stop", "alice/gpu", "bob", "nobody", "admin", "alice", "alice")
    found = {(each.user, each.server): each.state for each in planned.targets}
    assert found == {
        ("alice", ""): "running",
        ("alice", "gpu"): "running",
        ("bob", ""): "stopped",
    }
    assert planned.in_use == 1
    assert at.hub.acted == []


async def test_a_word_that_is_not_understood_is_said(office):
    at = office(many(1))
    with pytest.raises(errors.InvalidRequest):
        await at.start("stop", query="idle:>2x")
