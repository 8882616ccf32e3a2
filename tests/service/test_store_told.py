"""What the panel told, in the log of the store: each once, and never for the service's own."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from hub_admin_lab.models.service import AuditQuery
from hub_admin_lab.models.told import ToldAction
from hub_admin_lab.service.store import AuditVisible

ALL = AuditVisible(users=None)
ID, OTHER = "0123456789abcdef", "fedcba9876543210"


def told(id_=ID, outcome="done", **more):
    fields = {"action": "stop-server", "user": "alice", "server": "", "target": "alice", **more}
    return ToldAction(id=id_, outcome=outcome, **fields)


async def log_of(store, **query):
    return (await store.audit(AuditQuery(limit=200, **query), visible=ALL)).items


async def test_it_is_in_the_log_once_however_often_it_is_told(store, clock):
    begun_at = clock()
    await store.tell("admin", [told(outcome="pending", reason="Asked for.")])
    (entry,) = await log_of(store)
    assert (entry.outcome, entry.ended_at, entry.told) == ("pending", None, True)
    ended_at = clock.forward(seconds=40)
    await store.tell("admin", [told(outcome="failed", message="It did not."), told(OTHER)])
    clock.forward(seconds=5)
    await store.tell("admin", [told(), told(OTHER, "failed"), told(OTHER, "pending")])
    first, second = (await log_of(store))[::-1]
    assert (first.id, first.at, first.ended_at) == (entry.id, begun_at, ended_at)
    assert (first.outcome, first.message, first.reason) == ("failed", "It did not.", "Asked for.")
    assert (second.outcome, second.at) == ("done", ended_at)


async def test_told_at_the_same_time_it_is_in_the_log_once(store):
    actions = [told(f"{number:016x}") for number in range(50)]
    await asyncio.gather(*(store.tell("admin", actions) for _ in range(4)))
    assert len(await log_of(store)) == 50


async def test_nobody_ends_what_somebody_else_told_or_what_the_service_does(store):
    fields = {"user": "alice", "server": "", "target": "alice", "reason": ""}
    own = await store.begin(actor="admin", action="stop-server", **fields)
    await store.tell("admin", [told(outcome="pending")])
    await store.tell("mallory", [told(outcome="failed"), told(f"{own:016x}")])
    entries = {(e.actor, e.told, e.outcome) for e in await log_of(store)}
    assert entries == {
        ("admin", False, "begun"),
        ("admin", True, "pending"),
        ("mallory", True, "failed"),
        ("mallory", True, "done"),
    }


async def test_the_service_goes_on_with_nothing_that_was_told(store):
    await store.tell("hub_admin_lab", [told(outcome="pending")])
    other = told(OTHER, "pending", target="k1").model_copy(update={"action": "stop-kernel"})
    await store.tell("alice", [other])
    assert await store.unfinished() == []


async def test_it_began_when_it_is_said_to_have(store, clock):
    await store.tell("admin", [told(seconds_ago=90)])
    (entry,) = await log_of(store)
    assert (entry.at, entry.ended_at) == (clock.after(seconds=-90), clock())


async def test_of_what_never_ended_it_is_not_known_after_a_day(store, clock):
    fields = {"user": "alice", "server": "", "target": "alice", "reason": ""}
    own = await store.begin(actor="hub_admin_lab", action="stop-server", **fields)
    await store.tell("admin", [told(outcome="pending")])
    before = clock.forward(days=1)
    await store.tell("admin", [told(OTHER, "pending")])
    await store.end_told(before)
    entries = [(e.outcome, e.message, e.ended_at) for e in await log_of(store)]
    assert entries == [
        ("pending", "", None),
        ("unknown", "Nobody told how this ended.", before),
        ("begun", "", None),
    ]
    assert [entry.id for entry in await store.unfinished()] == [own]
    assert [entry.message for entry in await log_of(store, outcome="unknown")] == [
        "Nobody told how this ended."
    ]


async def test_what_is_told_late_is_where_it_belongs(store, clock):
    fields = {"user": "alice", "server": "", "target": "alice", "reason": ""}
    at = clock()
    for _ in range(10):
        await store.record(actor="hub_admin_lab", action="stop-server", outcome="done", **fields)
        clock.forward(minutes=1)
    ages = [30, 330, 270, 270, 7000]
    await store.tell("admin", [told(f"{n:016x}", seconds_ago=age) for n, age in enumerate(ages)])
    expected = sorted(
        [at + timedelta(minutes=minute) for minute in range(10)]
        + [clock() - timedelta(seconds=age) for age in ages],
        reverse=True,
    )
    for limit in range(1, 17):
        pages, before = [], None
        while True:
            page = await store.audit(AuditQuery(limit=limit, before=before), visible=ALL)
            pages += page.items
            if (before := page.next) is None:
                break
        assert [entry.at for entry in pages] == expected
        assert len({entry.id for entry in pages}) == 15
    # After an entry that is not there, or not any more, come those that were written before it.
    assert len(await log_of(store, before=max(entry.id for entry in pages) + 1000)) == 15


async def test_those_named_do_not_see_what_is_told_of_them_by_a_stranger(store):
    actions = [
        told(f"{number:016x}", user=user, server=server, target="x")
        for number, (user, server) in enumerate([("alice", ""), ("bob", None), ("", None)])
    ]
    await store.tell("mallory", actions, users=["alice", "zoe"])

    async def seen(users, me=None):
        page = await store.audit(AuditQuery(), visible=AuditVisible(users, me))
        return [entry.user for entry in page.items]

    assert await seen(frozenset(["alice", "bob"])) == ["alice"]
    assert await seen(frozenset(["bob"])) == []
    assert await seen(frozenset(["bob"]), "mallory") == ["", "bob", "alice"]
    assert await seen(None) == ["", "bob", "alice"]


async def test_a_log_from_before_goes_on(store, open_store, database):
    fields = {"user": "alice", "server": "", "target": "alice", "reason": ""}
    await store.record(actor="admin", action="stop-server", outcome="done", **fields)
    await store.close()
    database.execute("DROP INDEX hub_admin_lab_audit_told")
    database.execute("ALTER TABLE hub_admin_lab_audit DROP COLUMN told_as")
    database.execute("ALTER TABLE hub_admin_lab_audit DROP COLUMN doubted")
    database.execute("UPDATE hub_admin_lab_alembic_version SET version_num = '0001'")
    store = await open_store()
    await store.tell("admin", [told()])
    assert [entry.told for entry in await log_of(store)] == [True, False]
    # What is from before is seen as before.
    page = await store.audit(AuditQuery(), visible=AuditVisible(frozenset(["alice"])))
    assert len(page.items) == 2
    await store.close()
    # As MySQL leaves it that was killed in between.
    database.execute("UPDATE hub_admin_lab_alembic_version SET version_num = '0001'")
    assert len(await log_of(await open_store())) == 2


@pytest.mark.parametrize("text", ["a\0b", "x" * 1000, "<b>", "'; DROP TABLE x"])
async def test_whatever_is_told_is_text(store, text):
    await store.tell("admin", [told(target=text, reason=text, message=text, user=text[:255])])
    (entry,) = await log_of(store)
    assert entry.reason == text.replace("\0", "\ufffd")
