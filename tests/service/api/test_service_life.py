"""The service over time: the Hub is not there yet, the database is away, the culler works."""

from __future__ import annotations

import asyncio

import pytest

from hub_admin_lab.errors import HubUnreachable, StoreUnavailable
from hub_admin_lab.models.rules import Rule, ServerRule
from hub_admin_lab.service.periodic import Periodic
from tests.service.databases import SqliteDatabase
from tests.unit.virtual_clock import VirtualClock

from .case import kernel

HUB = ("hub", "")


async def away(*_args, **_more):
    raise StoreUnavailable("The database cannot be reached.")


async def test_before_the_hub_has_shown_its_servers_no_rules_are_guessed(case):
    """A server whose group is not known would get the hub's rules in place of its group's."""
    rule = {"kernels": {"idle_timeout": "never"}}
    assert (await case.put_rule("admin", ("group", "class-a"), rule)).status == 200
    token = (await case.check_in("alices-server")).json["token"]
    case.hub.away = True
    await case.restart()
    answer = await case.check_in(token, kernels=[kernel("k9")])
    assert (answer.status, answer.code) == (503, "hub_unavailable")
    # But what it reported counts.
    assert case.parts.reports.of("alice", "").kernels[0].id == "k9"
    health = await case.api("GET", "health")
    assert (health.status, health.json["hub"], health.json["database"]) == (503, False, True)
    case.hub.away = False
    await case.parts.active.refresh(wanted=True)
    answer = await case.check_in(token)
    assert answer.json["rules"]["kernels"]["idle_timeout"]["value"] is None
    assert (await case.api("GET", "health")).status == 200


async def test_nor_for_one_that_the_hub_did_not_show(case):
    rule = {"kernels": {"idle_timeout": "never"}}
    assert (await case.put_rule("admin", ("group", "class-a"), rule)).status == 200
    token = (await case.check_in("dans-server", "dan")).json["token"]
    await case.restart()
    answer = (await case.check_in(token, "dan")).json
    assert answer["rules"]["kernels"]["idle_timeout"]["value"] is None


async def test_a_report_counts_while_the_database_is_away(case, monkeypatch):
    token = (await case.check_in("alices-server")).json["token"]
    for method in ("record", "record_all", "end", "begin", "notice_seen", "save_reports"):
        monkeypatch.setattr(case.store, method, away)
    assert (await case.check_in(token, kernels=[kernel("k1")])).status == 200
    stop = {"id": "1", "kind": "kernel", "name": "k0", "reason": "idle", "outcome": "done"}
    answer = await case.check_in(token, kernels=[kernel("k2")], stops=[stop])
    assert (answer.status, answer.code) == (503, "store_unavailable")
    assert case.parts.reports.of("alice", "").kernels[0].id == "k2"
    asked = await case.api("POST", "servers/alice/kernels/k2/shutdown", "alice")
    assert asked.status == 503
    assert (await case.check_in(token, kernels=[kernel("k2")])).json["requests"] == []
    monkeypatch.undo()
    assert (await case.check_in(token, stops=[stop])).status == 200
    assert [entry["action"] for entry in await case.log()] == ["stop-kernel"]


async def test_rules_hold_while_the_database_is_away(case, monkeypatch):
    assert (await case.put_rule("admin", HUB, {"server": {"idle_timeout": 77}})).status == 200
    for method in ("rules", "kept", "notices"):
        monkeypatch.setattr(case.store, method, away)
    with pytest.raises(StoreUnavailable):
        await case.service.reload()
    rules = (await case.check_in("alices-server")).json["rules"]
    assert rules["server"]["idle_timeout"]["value"] == 77


async def test_what_is_changed_while_it_is_read_stays_changed(case, monkeypatch):
    read = case.store.rules

    async def slow():
        before = await read()
        assert (await case.put_rule("admin", HUB, {"server": {"idle_timeout": 77}})).status == 200
        return before

    monkeypatch.setattr(case.store, "rules", slow)
    await case.parts.rulebook.load()
    assert case.parts.rulebook.book()[HUB].server.idle_timeout == 77


async def test_an_exemption_ends_though_rules_are_remembered(case):
    until = case.clock.after(hours=1).isoformat()
    rule = {"server": {"idle_timeout": 60}, "exempt": {"reason": "a demo", "until": until}}
    assert (await case.put_rule("admin", HUB, rule)).status == 200

    async def verdicts():
        items = (await case.api("GET", "servers", "admin")).json["items"]
        return {item["decision"]["verdict"] for item in items}

    assert await verdicts() == {"keep"}
    case.clock.forward(hours=1, seconds=1)
    assert await verdicts() == {"cull"}


async def test_a_rule_of_a_newer_version_keeps_whom_it_concerns(case, tmp_path):
    case.clock.forward(days=1)
    await case.put_rule("admin", ("group", "class-a"), {"server": {"idle_timeout": 60}})
    database = SqliteDatabase(tmp_path / "service.sqlite")
    database.execute("""UPDATE hub_admin_lab_rules SET rule = '{"of_a_newer_version": 1}'""")
    await case.service.reload()
    items = (await case.api("GET", "servers", "admin")).json["items"]
    assert {item["user"]: item["decision"]["verdict"] for item in items} == {
        "admin": "cull",
        "alice": "keep",
        "bob": "keep",
        "carol": "cull",
    }
    decision = items[1]["decision"]
    assert decision["reason_code"] == "rules_not_readable"
    # The verdict is no part of the sentence.
    assert decision["reason"].startswith("A newer version of Hub Admin Lab set a rule for it")
    await case.service.culler.one_pass()
    assert sorted(case.hub.stopped) == [("admin", ""), ("carol", "")]


async def test_a_pass_of_the_culler_by_the_rules_that_were_set(case):
    await case.put_rule("admin", ("user", "carol"), {"server": {"idle_timeout": "never"}})
    await case.put_rule("admin", ("group", "class-a"), {"server": {"idle_timeout": 900}})
    keep = {"until": case.clock.after(hours=1).isoformat()}
    assert (await case.api("POST", "servers/bob/gpu/extend", "admin", keep)).status == 200
    await case.service.culler.one_pass()
    assert case.hub.stopped == [("alice", "")]
    entry = (await case.log())[0]
    assert (entry["action"], entry["user"], entry["rule"], entry["outcome"]) == (
        "stop-server",
        "alice",
        "group class-a",
        "done",
    )
    # At the next start its owner is told.
    await case.service.reload()
    (notice,) = (await case.check_in("alices-server", run="its-next-run")).json["notices"]
    assert notice["kind"] == "stopped"


async def test_defaults_that_the_operator_configured(make_case):
    case = await make_case(defaults=Rule(server=ServerRule(idle_timeout=600)))
    items = (await case.api("GET", "servers", "admin")).json["items"]
    assert {item["decision"]["verdict"] for item in items} == {"cull"}
    limit = items[0]["rules"]["server"]["idle_timeout"]
    assert (limit["value"], limit["origin"]["level"]) == (600, "default")
    view = (await case.api("GET", "rules", "admin")).json
    assert view["defaults"]["server"]["idle_timeout"] == 600


async def test_on_a_unix_socket(case, tmp_path):
    path = tmp_path / "s"
    await case.restart(socket=str(path))
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b"GET /services/hub-admin-lab/api/info HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 401")
    writer.close()
    await writer.wait_closed()


# --- what is done again and again ---------------------------------------------------------


@pytest.mark.parametrize("error", [HubUnreachable("away"), RuntimeError("a bug")])
async def test_a_task_that_fails_is_run_again_sooner(error, caplog):
    clock, runs, failures = VirtualClock(), [], []

    async def task():
        runs.append(clock.seconds)
        if len(runs) <= 2:
            raise error

    periodic = Periodic("Looking", task, 30, failed=failures.append, sleep=clock.sleep)
    periodic.start()
    await clock.pass_by(75)
    await periodic.close()
    assert runs == [0, 5, 10, 40, 70]
    assert failures == ["Looking"] * 2
    assert "Looking" in caplog.text


async def test_it_ends_in_the_middle_of_its_task():
    clock, ended = VirtualClock(), []

    async def task():
        try:
            await clock.sleep(1000)
        finally:
            ended.append(True)

    periodic = Periodic("Looking", task, 30, failed=ended.append, sleep=clock.sleep)
    periodic.start()
    await clock.pass_by(1)
    await periodic.close()
    await clock.settle()
    assert ended == [True]
