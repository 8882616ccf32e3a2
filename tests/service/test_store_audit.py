"""The log in the store: an entry ends once, filters, pages, and who may see what."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from hub_admin_lab.models.service import AuditEntry, AuditQuery
from hub_admin_lab.service.store import AuditVisible

ALL = AuditVisible(users=None)


def act(**fields):
    return {
        "actor": "hub_admin_lab",
        "action": "stop-server",
        "user": "alice",
        "server": "",
        "target": "alice",
        "reason": "idle for 1 h",
        **fields,
    }


async def log_of(store, visible=ALL, **query):
    return (await store.audit(AuditQuery(limit=200, **query), visible=visible)).items


async def test_an_act_is_in_the_log_before_it_is_done_and_ends_once(store, open_store, clock):
    at = clock.now
    entry = await store.begin(**act(rule="group class-a"))
    begun = AuditEntry(
        id=entry,
        at=at,
        **act(rule="group class-a"),
        outcome="begun",
        message="",
        ended_at=None,
    )
    assert await (await open_store()).unfinished() == [begun]
    clock.forward(seconds=5)
    await store.end(entry, "pending", "the Hub is at it")
    pending = begun.model_copy(update={"outcome": "pending", "message": "the Hub is at it"})
    assert await store.unfinished() == [pending]
    ended_at = clock.forward(seconds=5)
    await store.end(entry, "failed", "it did not stop")
    ended = {"outcome": "failed", "message": "it did not stop", "ended_at": ended_at}
    clock.forward(seconds=5)
    for outcome in ("done", "pending", "begun"):
        await store.end(entry, outcome, "again")
    await store.end(entry + 1000, "done")
    assert await log_of(store) == [begun.model_copy(update=ended)]
    assert await store.unfinished() == []


async def test_what_is_recorded_at_once_has_ended_unless_it_goes_on(store, clock):
    for outcome in ("done", "failed", "pending", "begun"):
        await store.record(**act(server=None), outcome=outcome, message=f"it is {outcome}")
    log = await log_of(store)
    assert [(e.outcome, e.ended_at, e.message) for e in log[::-1]] == [
        ("done", clock.now, "it is done"),
        ("failed", clock.now, "it is failed"),
        ("pending", None, "it is pending"),
        ("begun", None, "it is begun"),
    ]
    assert {entry.server for entry in log} == {None}
    # What was begun first comes first.
    assert [entry.outcome for entry in await store.unfinished()] == ["pending", "begun"]


@pytest.fixture
def filled(store, clock):
    async def fill():
        for number in range(24):
            clock.forward(minutes=1)
            await store.record(
                **act(
                    actor=("admin", "bob", "hub_admin_lab")[number % 3],
                    action=("stop-server", "keep-server")[number % 2],
                    user=("alice", "bob", "", "dave")[number % 4],
                    reason=str(number),
                ),
                outcome=("done", "failed", "begun", "pending")[number // 6],
            )

    return fill


async def numbers(store, visible=ALL, **query):
    return [int(entry.reason) for entry in await log_of(store, visible, **query)]


async def test_every_filter_and_all_of_them_together(store, filled, clock):
    start = clock.now
    await filled()
    every = range(23, -1, -1)
    assert await numbers(store) == list(every)
    assert await numbers(store, actor="bob") == [n for n in every if n % 3 == 1]
    assert await numbers(store, action="keep-server") == [n for n in every if n % 2]
    assert await numbers(store, user="dave") == [n for n in every if n % 4 == 3]
    assert await numbers(store, outcome="begun") == list(range(17, 11, -1))
    since = start + timedelta(minutes=21)
    assert await numbers(store, since=since) == [23, 22, 21, 20]
    elsewhere = since.astimezone(timezone(timedelta(hours=-5)))
    assert await numbers(store, since=elsewhere) == [23, 22, 21, 20]
    ids = {int(entry.reason): entry.id for entry in await log_of(store)}
    assert await numbers(store, before=ids[3]) == [2, 1, 0]
    assert await numbers(store, before=0) == []
    assert await numbers(store, before=10**30) == list(every)
    assert (
        await numbers(
            store,
            actor="bob",
            action="keep-server",
            user="dave",
            outcome="done",
            since=start,
            before=ids[20],
        )
        == []
    )
    assert await numbers(
        store,
        actor="bob",
        action="keep-server",
        user="dave",
        outcome="failed",
        since=start,
        before=ids[20],
    ) == [7]
    # A filter is the whole name, as it is written.
    assert await numbers(store, actor="Bob") == []
    assert await numbers(store, user="%") == []


async def test_pages_lose_nothing_while_new_entries_come_in(store, filled):
    await filled()
    pages, before = [], None
    while True:
        page = await store.audit(AuditQuery(limit=5, before=before), visible=ALL)
        pages.append([int(entry.reason) for entry in page.items])
        before = page.next
        if before is None:
            break
        for _ in range(3):
            await store.record(**act(reason="-1"), outcome="done")
    assert pages == [
        [23, 22, 21, 20, 19],
        [18, 17, 16, 15, 14],
        [13, 12, 11, 10, 9],
        [8, 7, 6, 5, 4],
        [3, 2, 1, 0],
    ]


async def test_a_last_page_that_is_full_says_that_it_is_the_last(store, filled):
    await filled()
    page = await store.audit(AuditQuery(limit=24), visible=ALL)
    assert (len(page.items), page.next) == (24, None)
    page = await store.audit(AuditQuery(limit=23), visible=ALL)
    assert (len(page.items), page.next) == (23, page.items[-1].id)


async def test_people_see_what_concerns_their_users_and_what_they_did(store, filled):
    await filled()
    every = range(23, -1, -1)

    async def seen(users, me=None, **query):
        return await numbers(store, AuditVisible(frozenset(users), me), **query)

    assert await seen(["alice"]) == [n for n in every if n % 4 == 0]
    assert await seen(["alice", "dave"]) == [n for n in every if n % 4 in (0, 3)]
    assert await seen(["alice"], "bob") == [n for n in every if n % 4 == 0 or n % 3 == 1]
    assert await seen([], "bob") == [n for n in every if n % 3 == 1]
    assert await seen([]) == []
    # What concerns nobody's server is for those who may see all.
    assert await seen(["", "nobody"]) == []
    assert await seen(["alice"], "bob", user="dave") == [7, 19][::-1]
    assert await seen(["alice"], "bob", actor="admin") == [12, 0]


async def test_more_users_than_a_statement_takes_are_asked_for_in_parts(store, filled):
    await filled()
    users = frozenset([*(f"a{number}" for number in range(5000)), "alice", "dave", "zoe"])
    visible = AuditVisible(users, "bob")
    expected = [n for n in range(23, -1, -1) if n % 4 in (0, 3) or n % 3 == 1]
    assert await numbers(store, visible) == expected
    got, before = [], None
    while True:
        page = await store.audit(AuditQuery(limit=4, before=before), visible=visible)
        got += [int(entry.reason) for entry in page.items]
        if (before := page.next) is None:
            break
    assert got == expected


HOSTILE = [
    "a\0b",
    "\ud800 half a pair",
    "'; DROP TABLE hub_admin_lab_audit; --",
    "<img src=x onerror=alert(1)>",
    "%s %(x)s {0} $1 :name ?",
    "😀\u202e\r\nadmin: done",
    "x" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_whatever_others_send_is_bounded_text(store, text):
    entry = await store.begin(**act(**dict.fromkeys(act(), text)), rule=text)
    await store.end(entry, "failed", text)
    (got,) = await log_of(store)
    clean = text.replace("\0", "\ufffd").replace("\ud800", "?")
    for value in (got.target, got.reason, got.rule, got.message):
        assert len(value) <= 4000
        assert value == clean or (value.endswith("…") and clean.startswith(value[:-1]))
    for value in (got.actor, got.user, got.server):
        assert len(value) <= 255
        assert value == clean or (value.endswith("…") and clean.startswith(value[:-1]))
    assert len(got.action) <= 50
    visible = AuditVisible(frozenset([text]))
    assert await log_of(store, visible) == [got]
    assert await log_of(store, user=got.user) == [got]


async def test_old_entries_are_pruned_those_that_have_not_ended_stay(store, clock):
    old = await store.begin(**act(reason="0"))
    await store.record(**act(reason="1"), outcome="pending")
    await store.record(**act(reason="2"), outcome="done")
    before = clock.forward(days=1)
    await store.record(**act(reason="3"), outcome="done")
    assert await store.prune_audit(before) == 1
    assert await numbers(store) == [3, 1, 0]
    await store.end(old, "done")
    assert await store.prune_audit(before) == 1
    assert await numbers(store) == [3, 1]


async def test_an_id_never_comes_again(store, clock):
    first = await store.record(**act(), outcome="done")
    assert await store.prune_audit(clock.after(days=1)) == 1
    assert await store.record(**act(), outcome="done") > first


async def test_an_entry_of_a_newer_version_is_left_out_and_told(store, database, caplog):
    for number in range(3):
        await store.record(**act(reason=str(number)), outcome="done")
    database.execute("UPDATE hub_admin_lab_audit SET outcome = 'undone' WHERE reason = '1'")
    assert await numbers(store) == [2, 0]
    assert "(outcome)" in caplog.text
    # The page that it would end goes on behind it.
    page = await store.audit(AuditQuery(limit=2), visible=ALL)
    assert [entry.reason for entry in page.items] == ["2"]
    assert await numbers(store, before=page.next) == [0]
