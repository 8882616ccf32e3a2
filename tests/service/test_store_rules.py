"""The rules in the store: versions, who changed what, and two who change at once."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise

import pytest

from hub_admin_lab.errors import InvalidRequest, RuleChanged
from hub_admin_lab.models.rules import (
    Ceilings,
    Exemption,
    KernelRule,
    OwnerBounds,
    Rule,
    ServerRule,
    TerminalRule,
)
from hub_admin_lab.models.service import AuditQuery
from hub_admin_lab.service.store import AuditVisible

HUB = ("hub", "")
ALL = AuditVisible(users=None)


def idle_after(seconds):
    return Rule(server=ServerRule(idle_timeout=seconds))


async def log_of(store):
    return (await store.audit(AuditQuery(limit=200), visible=ALL)).items


async def test_a_rule_comes_back_as_it_was_set(store, open_store, clock):
    rule = Rule(
        server=ServerRule(idle_timeout=1800, max_age="never", warn_before=60),
        kernels=KernelRule(interval=30, cull_connected=False, cull_busy=True),
        terminals=TerminalRule(idle_timeout="never"),
        bounds=OwnerBounds(min=60, max="never"),
        exempt=Exemption(reason="the course's GPU", until=clock.after(days=3)),
        ceilings=Ceilings(server=ServerRule(idle_timeout=7200), exempt=86400),
    )
    stored = await store.put_rule(HUB, rule, version=0, by="admin")
    assert (stored.level, stored.name, stored.rule) == ("hub", "", rule)
    assert (stored.changed_by, stored.changed_at) == ("admin", clock.now)
    assert await store.rules() == [stored]
    assert await (await open_store()).rules() == [stored]


async def test_a_reason_may_hold_what_no_database_takes_as_text(store, clock):
    rule = Rule(exempt=Exemption(reason="a\0b\u202e<b>", until=clock.after(days=3)))
    await store.put_rule(HUB, rule, version=0, by="admin")
    assert [stored.rule for stored in await store.rules()] == [rule]
    (entry,) = await log_of(store)
    assert "(a\ufffdb\u202e<b>)" in entry.reason


async def test_the_hub_comes_first_then_groups_users_servers(store):
    keys = [("user", "b"), ("server", "a/"), HUB, ("group", "z"), ("user", "a"), ("group", "a")]
    for key in keys:
        await store.put_rule(key, idle_after(60), version=None, by="admin")
    assert [(rule.level, rule.name) for rule in await store.rules()] == [
        HUB,
        ("group", "a"),
        ("group", "z"),
        ("user", "a"),
        ("user", "b"),
        ("server", "a/"),
    ]


async def test_who_changes_an_older_version_is_told_who_came_first(store, clock):
    first = await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    clock.forward(minutes=1)
    second = await store.put_rule(HUB, idle_after(120), version=first.version, by="bob")
    for version in (0, first.version, second.version + 1000):
        with pytest.raises(RuleChanged, match=r"^bob changed the rule of hub") as refused:
            await store.put_rule(HUB, idle_after(180), version=version, by="admin")
        assert (refused.value.status, refused.value.code) == (409, "rule_changed")
        assert refused.value.detail == {
            "version": second.version,
            "changed_by": "bob",
            "changed_at": "2026-03-01T12:01:00.123456Z",
        }
        json.dumps(refused.value.detail)
        with pytest.raises(RuleChanged):
            await store.delete_rule(HUB, version=version, by="admin")
    assert await store.rules() == [second]
    assert len(await log_of(store)) == 2


async def test_whatever_is_there_can_be_replaced_too(store):
    await store.put_rule(HUB, idle_after(60), version=None, by="admin")
    last = await store.put_rule(HUB, idle_after(120), version=None, by="admin")
    assert await store.rules() == [last]


async def test_a_rule_that_was_set_again_is_another_one(store):
    first = await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    await store.delete_rule(HUB, version=first.version, by="bob")
    with pytest.raises(RuleChanged, match="was taken away") as refused:
        await store.put_rule(HUB, idle_after(120), version=first.version, by="admin")
    assert refused.value.detail == {"version": 0, "changed_by": None, "changed_at": None}
    await store.put_rule(HUB, idle_after(60), version=0, by="bob")
    with pytest.raises(RuleChanged, match="bob"):
        await store.put_rule(HUB, idle_after(120), version=first.version, by="admin")


async def test_that_holds_when_the_log_was_emptied_between(store, clock):
    first = await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    await store.delete_rule(HUB, version=None, by="bob")
    assert await store.prune_audit(clock.after(days=1)) == 2
    again = await store.put_rule(HUB, idle_after(120), version=0, by="bob")
    assert again.version != first.version


async def test_what_is_the_same_changes_nothing(store, clock):
    first = await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    clock.forward(hours=1)
    assert await store.put_rule(HUB, idle_after(60), version=first.version, by="bob") == first
    await store.delete_rule(("user", "bob"), version=None, by="bob")
    await store.delete_rule(("user", "bob"), version=0, by="bob")
    assert len(await log_of(store)) == 1


async def test_each_change_says_what_was_changed_from_what_to_what(store, clock):
    until = clock.after(days=1)
    steps = [
        (HUB, idle_after(3600)),
        (HUB, Rule(server=ServerRule(idle_timeout="never", max_age=90))),
        (("group", "class-a"), Rule(exempt=Exemption(reason="exam; room 7", until=until))),
        (("user", "alice"), Rule(kernels=KernelRule(cull_busy=True, cull_connected=False))),
        (("server", "alice/gpu"), Rule(ceilings=Ceilings(bounds_max=86400))),
        (("server", "alice/"), Rule()),
    ]
    for key, rule in steps:
        await store.put_rule(key, rule, version=None, by="admin")
    await store.delete_rule(HUB, version=None, by="bob")
    log = [(e.actor, e.action, e.target, e.user, e.server, e.reason) for e in await log_of(store)]
    assert log[::-1] == [
        ("admin", "change-rule", "hub", "", None, "server.idle_timeout: not set -> 1 h"),
        (
            "admin",
            "change-rule",
            "hub",
            "",
            None,
            "server.idle_timeout: 1 h -> never; server.max_age: not set -> 90 s",
        ),
        (
            "admin",
            "change-rule",
            "group class-a",
            "",
            None,
            "exempt: not set -> until 2026-03-02 12:00:00 UTC (exam; room 7)",
        ),
        (
            "admin",
            "change-rule",
            "user alice",
            "alice",
            None,
            "kernels.cull_connected: not set -> off; kernels.cull_busy: not set -> on",
        ),
        (
            "admin",
            "change-rule",
            "server alice/gpu",
            "alice",
            "gpu",
            "ceilings.bounds_max: not set -> 1 d",
        ),
        ("admin", "change-rule", "server alice", "alice", "", "no field is set"),
        (
            "bob",
            "delete-rule",
            "hub",
            "",
            None,
            "server.idle_timeout: never -> not set; server.max_age: 90 s -> not set",
        ),
    ]
    assert {entry.outcome for entry in await log_of(store)} == {"done"}


async def test_of_those_who_change_at_once_one_is_first_and_all_others_are_told(open_store):
    stores = [await open_store() for _ in range(4)]
    for round_ in range(5):
        # First all set it where there is none, then all change that.
        version = 0
        for seconds in (100, 200):
            answers = await asyncio.gather(
                *(
                    store.put_rule(
                        ("user", f"u{round_}"),
                        idle_after(seconds + number),
                        version=version,
                        by=f"admin-{number}",
                    )
                    for number, store in enumerate(stores)
                ),
                return_exceptions=True,
            )
            refused = [answer for answer in answers if isinstance(answer, RuleChanged)]
            (stored,) = [answer for answer in answers if not isinstance(answer, Exception)]
            assert len(refused) == 3
            assert {error.detail["version"] for error in refused} == {stored.version}
            version = stored.version
    rules = await stores[0].rules()
    log = await log_of(stores[0])
    assert len(rules) == 5
    assert len(log) == 10
    assert {rule.version for rule in rules} <= {entry.id for entry in log}


async def test_of_those_who_do_not_care_all_are_written_down(open_store):
    stores = [await open_store() for _ in range(4)]
    await asyncio.gather(
        *(
            store.put_rule(HUB, idle_after(60 + number), version=None, by="admin")
            for number, store in enumerate(stores * 3)
        )
    )
    log = await log_of(stores[0])
    assert len(log) == 12
    (rule,) = await stores[0].rules()
    assert rule.version == log[0].id
    # Each entry goes on where the one before it ended.
    for newer, older in pairwise(log):
        assert newer.reason.split(": ")[1].split(" -> ")[0] == older.reason.split(" -> ")[1]


@pytest.mark.parametrize("name", ["x" * 512, "a\0b", "\ud800"], ids=["long", "nul", "half"])
async def test_a_name_that_no_database_takes_is_refused(store, name):
    for change in (
        store.put_rule(("group", name), Rule(), version=None, by="admin"),
        store.delete_rule(("group", name), version=None, by="admin"),
    ):
        with pytest.raises(InvalidRequest, match="at most 511 characters"):
            await change
    assert await store.rules() == []


@pytest.mark.parametrize(
    "name",
    ["é" * 255 + "/" + "😀" * 255, "'; DROP TABLE x; --", "%s {0} $1 :name", "a\nb", "\u202e", " "],
)
async def test_every_other_name_is_itself(store, name):
    await store.put_rule(("server", name), idle_after(60), version=0, by=name[:255])
    await store.put_rule(("user", name.upper()), idle_after(60), version=0, by="admin")
    names = {(rule.level, rule.name, rule.changed_by) for rule in await store.rules()}
    assert names == {("server", name, name[:255]), ("user", name.upper(), "admin")}


async def test_alice_is_not_alice(store):
    for name in ("alice", "Alice", "alicé"):
        await store.put_rule(("user", name), idle_after(60), version=0, by="admin")
    assert len(await store.rules()) == 3


@pytest.mark.parametrize(
    "stored",
    [
        '{"server": {"idle_timeout": 60, "of_a_newer_version": true}}',
        '{"server": {"idle_timeout": 0}}',
        '{"server": {"idle_timeout": "60"}}',
        "[]",
        "null",
    ],
)
async def test_a_rule_of_a_newer_version_is_left_alone_and_told(store, database, caplog, stored):
    await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    theirs = await store.put_rule(("user", "eve"), idle_after(60), version=0, by="admin")
    database.execute(f"UPDATE hub_admin_lab_rules SET rule = '{stored}' WHERE level = 'user'")
    database.execute(
        "INSERT INTO hub_admin_lab_rules SELECT 'planet', name, rule, version, changed_by,"
        " changed_at FROM hub_admin_lab_rules WHERE level = 'hub'"
    )
    assert [rule.level for rule in await store.rules()] == ["hub"]
    assert store.unreadable_rules == {("user", "eve"), ("planet", "")}
    assert "rule user eve" in caplog.text
    assert "rule planet" in caplog.text
    # Who does not know that it is there does not overwrite it.
    with pytest.raises(RuleChanged):
        await store.put_rule(("user", "eve"), idle_after(90), version=0, by="admin")
    assert len(database.execute("SELECT * FROM hub_admin_lab_rules")) == 3
    await store.put_rule(("user", "eve"), idle_after(90), version=theirs.version, by="admin")
    assert (await log_of(store))[0].reason == (
        "server.idle_timeout: not set -> 90 s; what was set before cannot be read by this version"
    )
    assert len(await store.rules()) == 2
    assert store.unreadable_rules == {("planet", "")}


async def test_text_that_is_no_json_costs_no_other_rule(store, database, caplog):
    if database.kind == "postgresql":
        return  # it takes JSON only
    await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    await store.put_rule(("user", "eve"), idle_after(60), version=0, by="admin")
    database.execute("UPDATE hub_admin_lab_rules SET rule = '{' WHERE level = 'user'")
    assert [rule.level for rule in await store.rules()] == ["hub"]
    assert "rule user eve" in caplog.text
