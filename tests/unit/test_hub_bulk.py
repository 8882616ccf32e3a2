"""Many servers at once: what becomes of each, how fast, and what while the Hub is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.bulk.bulks import KEEP, TRIES
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.scopes import Scopes

from .busy_hub import ADMIN_SCOPES, many, outcomes, running, stopped
from .virtual_clock import BEGIN

STOPPED = (True, 200, "")
STARTED = (True, 201, "")


# --- each its own outcome -----------------------------------------------------------------


async def test_of_five_one_is_forbidden_and_one_fails(office):
    at = office(running("a", "b", "c", "d", "e", when=BEGIN))
    at.hub.refuses = {
        ("stop", "b"): errors.HubForbidden("Action is not authorized"),
        ("stop", "d"): errors.HubFailed("the volume is still mounted"),
    }
    status = await at.run("stop", "a", "b", "c", "d", "e")
    assert outcomes(status) == {
        "a": STOPPED,
        "b": (False, 403, "Action is not authorized"),
        "c": STOPPED,
        "d": (False, 500, "the volume is still mounted"),
        "e": STOPPED,
    }
    assert (status.state, status.total, status.done, status.failed) == ("done", 5, 5, 2)
    assert [at.hub.server(name).ready for name in "abcde"] == [False, True, False, True, False]


async def test_each_leaves_its_record_and_so_does_the_whole(office):
    at = office(running("a", "b", when=BEGIN))
    at.hub.refuses = {("stop", "b"): errors.HubForbidden("no")}
    await at.run("stop", "a", "b", "a")
    assert sorted(at.records) == [
        ("bulk-stop", "2 servers", "failed", "1 of 2 failed."),
        ("bulk-stop", "2 servers", "pending", ""),
        ("stop-server", "a", "done", ""),
        ("stop-server", "b", "failed", "no"),
    ]


async def test_stopping_what_is_stopped_is_a_success(office):
    at = office(stopped("a"))
    assert outcomes(await at.run("stop", "a")) == {"a": STOPPED}


async def test_starting_what_runs_is_a_success_that_says_so_and_shows_the_row(office):
    at = office([*stopped("a"), *running("b", when=BEGIN)])
    status = await at.run("start", "a", "b")
    assert outcomes(status) == {"a": STARTED, "b": (True, 200, "It was running already.")}
    assert ("start-server", "b", "done", "It was running already.") in at.records
    told = await at.told("server")
    assert {(server["user"], server["state"]) for server in told} >= {
        ("a", "running"),
        ("b", "running"),
    }


async def test_another_refusal_of_a_start_is_no_success(office):
    at = office(stopped("a", "b"))
    at.hub.set("a", "", pending="stop", stopped=False)
    at.hub.refuses = {("start", "a"): errors.HubRefused("a is pending stop")}
    assert outcomes(await at.run("start", "a", "b")) == {
        "a": (False, 400, "a is pending stop"),
        "b": STARTED,
    }


async def test_a_slow_start_and_a_slow_stop_are_followed_to_their_end(office):
    at = office([*stopped("a"), *running("b", when=BEGIN)])
    at.hub.start_takes = 60
    starting = await at.start("start", "a")
    await at.clock.pass_by(50)
    assert (at.status(starting).done, at.status(starting).state) == (0, "running")
    assert outcomes(await at.ended(starting)) == {"a": STARTED}
    at.hub.stop_takes = 25

    stopping = await at.start("stop", "b")
    await at.clock.pass_by(12)
    assert at.hub.server("b").pending == "stop"
    at.hub.set("b", "", pending=None, stopped=True)
    assert outcomes(await at.ended(stopping)) == {"b": STOPPED}
    assert at.records[-2:] == [
        ("stop-server", "b", "done", ""),
        ("bulk-stop", "1 server", "done", ""),
    ]


async def test_a_start_that_fails_later_gives_its_reason(office):
    at = office(stopped("a", "b"))
    at.hub.start_takes = 60
    at.hub.breaks = {"a": "no GPU"}
    assert outcomes(await at.run("start", "a", "b")) == {"a": (False, 500, "no GPU"), "b": STARTED}
    assert at.clock.seconds == pytest.approx(60, abs=2)


async def test_restarts_start_again_only_what_ran(office):
    at = office([*running("a", when=BEGIN), *stopped("b")])
    status = await at.run("restart", "a", "b")
    assert outcomes(status) == {
        "a": (True, 202, ""),
        "b": (False, 409, "It was not running, so it was not restarted."),
    }
    assert at.hub.acted == [("stop", "a", ""), ("start", "a", "")]
    assert at.hub.server("a").ready


async def test_a_restart_that_somebody_ends_says_so(office):
    at = office(running("a", when=BEGIN))
    at.hub.start_takes = 60
    bulk = await at.start("restart", "a")
    await at.clock.pass_by(5)
    at.hub.set("a", "", pending=None, ready=False, stopped=True)
    await at.actions.stop(at.actor, "a", "")
    assert outcomes(await at.ended(bulk)) == {"a": (False, 409, "It was stopped meanwhile.")}


async def test_a_restart_whose_start_is_refused_keeps_the_reason(office):
    at = office(running("a", when=BEGIN))
    at.hub.refuses = {("start", "a"): errors.HubRefused("too many", 429)}
    assert outcomes(await at.run("restart", "a")) == {"a": (False, 429, "too many")}


async def test_ones_own_server_is_left_alone_and_named(office):
    at = office(running("admin", "a", when=BEGIN))
    own = (False, 409, "This is the server that you are in.")
    assert outcomes(await at.run("stop", "admin", "a")) == {"admin": own, "a": STOPPED}
    assert outcomes(await at.run("restart", "admin")) == {"admin": own}
    # A start does it no harm, and it does run.
    started = await at.run("start", "admin")
    assert outcomes(started) == {"admin": (True, 200, "It was running already.")}
    assert ("stop", "admin", "") not in at.hub.acted


async def test_each_target_is_acted_on_once(office):
    at = office(running("a", when=BEGIN, gpu=BEGIN))
    status = await at.run("stop", "a", "a/gpu", "a", "a/")
    assert status.total == 2
    assert at.hub.acted == [("stop", "a", ""), ("stop", "a", "gpu")]


async def test_a_bug_of_ours_is_an_outcome_too(office, caplog):
    at = office(running("a", "b", when=BEGIN))
    at.hub.refuses = {("stop", "a"): ZeroDivisionError()}
    status = await at.run("stop", "a", "b")
    ok, code, message = outcomes(status)["a"]
    assert (ok, code) == (False, 500)
    assert message == "Hub Admin Lab failed. The log of this server says more."
    assert outcomes(status)["b"] == STOPPED
    assert "ZeroDivisionError" in caplog.text


async def test_an_empty_bulk_is_done(office):
    at = office(stopped("a"))
    status = await at.run("stop", query="running")
    assert (status.state, status.total, status.done) == ("done", 0, 0)


# --- while it runs ------------------------------------------------------------------------


async def test_a_cancelled_one_leaves_the_rest_alone(office):
    at = office(many(50))
    at.hub.stop_takes = 2
    bulk = await at.start("stop", query="running")
    await at.clock.pass_by(1)
    progress = at.bulks.cancel(at.actor, bulk)
    assert (progress.state, progress.total, progress.done) == ("cancelled", 50, 0)
    assert progress.ended is None
    begun = len(at.hub.acted)
    status = await at.ended(bulk)
    assert (status.state, status.total, status.done) == ("cancelled", 50, begun)
    assert len(at.hub.acted) == begun == len(status.results)
    assert begun < 25
    assert sum(user.servers[""].ready for user in at.hub.users) == 50 - begun
    assert at.records[-1] == (
        "bulk-stop",
        "50 servers",
        "done",
        f"{50 - begun} of 50 were left out.",
    )
    # The slots are free again.
    assert (await at.run("stop", query="running")).done == 50 - begun


async def test_cancelled_before_it_began_at_all(office):
    at = office(many(5))
    bulk = await at.start("stop", query="running")
    assert at.bulks.cancel(at.actor, bulk).state == "cancelled"
    assert (await at.ended(bulk)).results == []
    assert at.hub.acted == []


async def test_where_all_have_begun_nothing_is_cancelled(office):
    at = office(many(3))
    bulk = await at.start("stop", query="running")
    await at.clock.pass_by(0.1)
    assert at.bulks.cancel(at.actor, bulk).state == "running"
    assert (await at.ended(bulk)).state == "done"
    assert at.bulks.cancel(at.actor, bulk).state == "done"


async def test_it_is_told_how_far_it_is_but_not_all_the_time(office):
    at = office(many(200))
    begin = at.clock.seconds
    bulk = await at.start("stop", query="running")
    status = await at.ended(bulk)
    seconds = at.clock.seconds - begin
    await at.clock.pass_by(1)
    told = await at.told("bulk")
    assert seconds < len(told) <= seconds * 5 + 2
    assert [event["done"] for event in told] == sorted(event["done"] for event in told)
    last = told[-1]
    assert (last["id"], last["state"], last["done"], last["failed"]) == (bulk, "done", 200, 0)
    assert last["ended"] is not None
    assert "results" not in last
    assert status.ended - status.started == timedelta(seconds=seconds)


async def test_it_is_nobody_elses(office):
    at = office(many(1))
    bulk = await at.start("stop", query="running")
    other = Actor("other", admin=True, at_home=True, scopes=ADMIN_SCOPES, token="t")
    with pytest.raises(errors.NotFound):
        at.bulks.status(other, bulk)
    with pytest.raises(errors.NotFound):
        at.bulks.cancel(other, bulk)
    with pytest.raises(errors.NotFound):
        at.bulks.status(at.actor, "another")


async def test_it_is_not_for_a_token_with_other_scopes(office):
    at = office(stopped("alice"))
    bulk = await at.start("start", "alice")
    narrow = replace(at.actor, scopes=Scopes(["list:users"]), token="narrow")
    for ask in (at.bulks.status, at.bulks.cancel):
        with pytest.raises(errors.NotFound):
            ask(narrow, bulk)
    assert at.bulks.status(replace(at.actor, token="newer"), bulk).total == 1
    await at.ended(bulk)


async def test_those_with_other_scopes_are_not_told_how_it_goes(office):
    at = office(stopped("alice"))
    at.broadcast.audience = Scopes(["list:users"])
    await at.run("start", "alice")
    assert at.listener.waiting == 0


async def test_the_last_ones_are_kept_for_an_hour(office):
    at = office(many(1))
    bulks = []
    for _ in range(KEEP + 1):
        bulks.append(await at.start("stop", "user00000"))
        await at.ended(bulks[-1])
        await at.clock.pass_by(1)
    with pytest.raises(errors.NotFound):
        at.status(bulks[0])
    assert at.status(bulks[1]).done == 1
    await at.clock.pass_by(3600)
    with pytest.raises(errors.NotFound):
        at.status(bulks[1])


async def test_one_that_runs_is_kept_as_long_as_it_runs(office):
    at = office([*stopped("slow"), *many(1)])
    at.hub.start_takes = 800
    slow = await at.start("start", "slow")
    for _ in range(KEEP + 1):
        await at.ended(await at.start("stop", "user00000"))
    assert at.status(slow).state == "running"


async def test_the_end_of_the_extension_is_recorded(office):
    at = office(many(30))
    await at.start("stop", query="running")
    await at.clock.pass_by(0.1)
    await at.servers.close()
    interrupted = "Hub Admin Lab was interrupted."
    assert ("bulk-stop", "30 servers", "failed", interrupted) in at.records
    assert at.records.count(("stop-server", "user00000", "failed", interrupted)) == 1
    assert len(at.hub.acted) < 30


async def test_two_of_as_many_servers_are_told_apart(office, monkeypatch):
    at = office(many(6))
    told = []

    class Teller:
        def tell(self, actor, record):
            told.append(record)

    monkeypatch.setattr(at.bulks._records, "_teller", Teller())
    bulks = [
        await at.start("stop", *(f"user{n:05}" for n in some)) for some in (range(3), range(3, 6))
    ]
    for bulk in bulks:
        await at.ended(bulk)
    ends = [(r.which, r.outcome) for r in told if r.action == "bulk-stop"]
    assert sorted(ends) == sorted((b, outcome) for b in bulks for outcome in ("pending", "done"))


# --- a Hub that is away -------------------------------------------------------------------


async def test_a_hub_that_restarts_meanwhile_is_waited_for(office):
    at = office(many(40))
    bulk = await at.start("stop", query="running")
    await at.clock.pass_by(0.7)
    at.hub.away = True
    await at.clock.pass_by(20)
    at.hub.away = False
    status = await at.ended(bulk)
    assert (status.done, status.failed) == (40, 0)
    assert [record[2] for record in at.records if record[0] == "stop-server"] == ["done"] * 40


async def test_a_hub_that_stays_away_ends_it_with_every_server_accounted_for(office):
    at = office(many(200))
    bulk = await at.start("stop", query="running")
    await at.clock.pass_by(0.7)
    at.hub.away = True
    status = await at.ended(bulk)
    assert (status.done, status.total) == (200, 200)
    lost = [each for each in status.results if not each.ok]
    assert {(each.status, each.message) for each in lost} == {(502, "The hub cannot be reached.")}
    # All of them wait together, not one after the other.
    assert at.clock.seconds < TRIES * 2


async def test_when_it_is_back_the_others_are_waited_for_again(office):
    at = office(many(3))
    at.hub.away = True
    one = await at.start("stop", "user00000", "user00001", "user00002")
    assert (await at.ended(one)).failed == 3
    at.hub.away = False
    assert (await at.run("stop", "user00000")).failed == 0


async def test_a_cancelled_one_does_not_wait_for_the_hub(office):
    at = office(many(40))
    at.hub.away = False
    bulk = await at.start("stop", query="running")
    at.hub.away = True
    await at.clock.pass_by(3)
    at.bulks.cancel(at.actor, bulk)
    begin = at.clock.seconds
    status = await at.ended(bulk)
    assert at.clock.seconds - begin <= 1
    assert status.done == status.failed == 10


async def test_nor_does_one_of_which_all_have_begun(office):
    at = office(many(3))
    at.hub.away = True
    bulk = await at.start("stop", "user00000", "user00001", "user00002")
    await at.clock.pass_by(3)
    assert at.bulks.cancel(at.actor, bulk).state == "running"
    status = await at.ended(bulk)
    assert (status.state, status.failed) == ("done", 3)
    assert at.clock.seconds <= 4
