"""The store on bad days: killed, cut off, locked out, without an answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import event, text

from hub_admin_lab.errors import StoreUnavailable
from hub_admin_lab.models.rules import Rule, ServerRule
from hub_admin_lab.models.service import AuditQuery, NoticeAudience
from hub_admin_lab.service.store import AuditVisible
from hub_admin_lab.service.store import rules as stored_rules

from .databases import PostgresDatabase, opened
from .writer import SERVERS

ROOT = Path(__file__).parents[2]
HUB = ("hub", "")
ALL = AuditVisible(users=None)


def idle_after(seconds):
    return Rule(server=ServerRule(idle_timeout=seconds))


async def log_of(store):
    entries, before = [], None
    while True:
        page = await store.audit(AuditQuery(limit=200, before=before), visible=ALL)
        entries += page.items
        if (before := page.next) is None:
            return entries


# --- kill -9 --------------------------------------------------------------------------------


def killed_while_writing(url, round_, lines):
    """Let a writer write, kill it after so many lines; return what it said."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.service.writer", url, str(round_)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        said = [next(writer.stdout).split() for _ in range(lines)]
        writer.kill()
        said += [line.split() for line in writer.stdout if line.endswith("\n")]
    assert writer.returncode == -signal.SIGKILL
    return said


async def test_killed_at_any_moment_it_leaves_all_that_it_said_and_nothing_half(
    open_store, database
):
    said = []
    for round_, lines in enumerate(random.Random(4).sample(range(2, 60), 4), start=1):
        said += killed_while_writing(database.url, round_, lines)
        store = await open_store()
        log = {entry.id: entry for entry in await log_of(store)}
        rules = {rule.name: rule for rule in await store.rules()}
        changes = [e for e in log.values() if e.action == "change-rule"]
        for name, rule in rules.items():
            # Each rule and the entry of its last change came together, or neither came.
            assert rule.version == max(e.id for e in changes if e.user == name)
        for what, *words in said:
            if what == "rule":
                assert int(words[1]) in log
                assert rules[words[0]].version >= int(words[1])
            elif what == "ended":
                assert log[int(words[0])].outcome == "done"
            elif what == "begun":
                assert log[int(words[0])].outcome in ("begun", "done")
        assert len(await store.unfinished()) <= round_
        reports = await store.reports()
        last = max(int(words[0]) for what, *words in said if what == "reports")
        assert len(reports) == SERVERS
        # Of all that came at once, all are there.
        (number,) = {report.tabs for report in reports.values()}
        assert number >= last
        await store.close()
    if database.kind == "sqlite":
        assert database.execute("PRAGMA integrity_check") == [("ok",)]
        assert database.execute("PRAGMA journal_mode") == [("wal",)]


# --- a connection that is lost --------------------------------------------------------------


@pytest.fixture
def on_postgres(postgres, jp_asyncio_loop, clock):
    """A database, and a store on it: `database, store = on_postgres`."""
    database = PostgresDatabase(postgres)
    store = jp_asyncio_loop.run_until_complete(opened(database.url, now=clock))
    yield database, store
    jp_asyncio_loop.run_until_complete(store.close())


async def test_a_connection_lost_at_rest_is_not_even_noticed(on_postgres, caplog):
    database, store = on_postgres
    for number in range(3):
        await asyncio.gather(*(store.ping() for _ in range(8)))
        assert database.server.end_connections(database.name) > 0
        await store.put_rule(HUB, idle_after(60 + number), version=None, by="admin")
    assert len(await log_of(store)) == 3
    assert caplog.text == ""


class Cutting:
    """Work that writes, and whose connection is cut the first so many times."""

    def __init__(self, database, times):
        self.database, self.times, self.tries = database, times, 0

    def __call__(self, tx):
        self.tries += 1
        tx.connection.execute(
            tx.tables.kept.insert().values(
                user_name="u", server_name="", until=tx.at, kept_by="u", kept_at=tx.at
            )
        )
        if self.tries <= self.times:
            self.database.server.end_connections(self.database.name)
        return tx.connection.execute(text("SELECT count(*) FROM hub_admin_lab_kept")).scalar_one()


async def test_a_connection_lost_before_the_end_is_tried_once_more(on_postgres):
    database, store = on_postgres
    work = Cutting(database, times=1)
    assert await store._database.write(work) == 1
    assert work.tries == 2
    assert len(await store.kept()) == 1


async def test_one_that_is_lost_again_is_told_and_nothing_was_stored(on_postgres):
    database, store = on_postgres
    work = Cutting(database, times=2)
    with pytest.raises(StoreUnavailable, match="Nothing was changed"):
        await store._database.write(work)
    assert work.tries == 2
    assert await store.kept() == {}


async def test_what_may_have_been_stored_is_not_stored_twice(on_postgres):
    database, store = on_postgres
    left = 1

    @event.listens_for(store._database._engine, "commit")
    def cut(connection):
        nonlocal left
        if left:
            left -= 1
            database.server.end_connections(database.name)

    with pytest.raises(StoreUnavailable, match="is not known"):
        await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    assert await log_of(store) == []
    # What may be done twice is.
    entry = await store.record(
        actor="a", action="b", user="", server=None, target="", reason="", outcome="begun"
    )
    left = 1
    await store.end(entry, "done")
    assert left == 0
    assert [entry.outcome for entry in await log_of(store)] == ["done"]
    left = 1
    assert await store.rules() == []


async def test_two_that_wait_for_each_other_are_both_done(on_postgres):
    _, store = on_postgres
    keys = [("user", "a"), ("user", "b")]
    for key in keys:
        await store.put_rule(key, idle_after(60), version=0, by="admin")
    both, tries = threading.Barrier(2), []

    def change(order, seconds):
        def work(tx):
            tries.append(seconds)
            for key in order:
                stored_rules.put(tx, key, idle_after(seconds), version=None, by="admin")
                if len(tries) <= 2:
                    with contextlib.suppress(threading.BrokenBarrierError):
                        both.wait(10)
                        both.abort()  # the second rule of each, and all that is tried again

        return work

    await asyncio.gather(
        store._database.write(change(keys, 70)), store._database.write(change(keys[::-1], 80))
    )
    assert len(tries) == 3
    assert {rule.rule for rule in await store.rules()} == {idle_after(tries[-1])}
    assert len(await log_of(store)) == 6


async def test_while_the_server_is_away_each_says_so_and_then_all_is_there(on_postgres, caplog):
    database, store = on_postgres
    caplog.set_level(logging.INFO, "hub_admin_lab")
    stored = await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    entry = await store.begin(actor="a", action="b", user="", server=None, target="", reason="")
    for how in (signal.SIGQUIT, signal.SIGINT):
        caplog.clear()
        database.server.stop(how)
        for call in (
            store.ping(),
            store.rules(),
            store.put_rule(HUB, idle_after(90), version=stored.version, by="admin"),
            store.delete_rule(HUB, version=None, by="admin"),
            store.keep("alice", "", stored.changed_at, by="alice"),
            store.save_reports({}),
            store.end(entry, "done"),
            store.audit(AuditQuery(), visible=ALL),
            store.add_notice(
                NoticeAudience(kind="everybody"), "x", kind="message", by="admin", until=None
            ),
        ):
            with pytest.raises(StoreUnavailable, match="Nothing was changed") as refused:
                await call
            assert str(database.server._folder) not in refused.value.message
        warnings = [r for r in caplog.records if r.levelno == logging.WARNING]
        assert len(warnings) <= 2  # once cut off, then refused
        database.server.start()
        await store.ping()
        assert caplog.messages[-1] == "The database answers again."
    assert await store.rules() == [stored]
    assert [entry.outcome for entry in await log_of(store)] == ["begun", "done"]
    assert await store.put_rule(HUB, idle_after(90), version=stored.version, by="admin")


# --- a database that does not answer --------------------------------------------------------


@contextlib.contextmanager
def locked(database):
    """Keep everybody else from writing rules."""
    if database.kind == "sqlite":
        connection = sqlite3.connect(database.path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
    else:
        connection = psycopg2.connect(database.server._dsn(database.name))
        connection.cursor().execute("LOCK TABLE hub_admin_lab_rules IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        connection.close()


async def test_who_waits_too_long_is_told_so(open_store, database):
    patient = await open_store()  # makes the tables, for which a busy machine may take longer
    store = await open_store(patience=2)
    with locked(database), pytest.raises(StoreUnavailable, match="did not answer in time"):
        await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    # What began may still be done, as the sentence says; then everything goes on as ever.
    await patient.put_rule(HUB, idle_after(90), version=None, by="admin")
    assert [rule.rule for rule in await patient.rules()] == [idle_after(90)]


async def test_a_lock_that_nobody_gives_back_stops_nobody_for_good(
    open_store, database, monkeypatch
):
    monkeypatch.setattr("hub_admin_lab.service.store.database.LOCK_TIMEOUT", "50ms")
    if database.kind == "sqlite":
        database.url += "?timeout=0.05"
    store = await open_store()
    with locked(database), pytest.raises(StoreUnavailable, match="Nothing was changed"):
        await store.put_rule(HUB, idle_after(60), version=0, by="admin")
    assert await log_of(store) == []
    await store.put_rule(HUB, idle_after(60), version=0, by="admin")


async def test_a_long_wait_does_not_stop_the_event_loop(open_store, database):
    store = await open_store()
    release = threading.Event()
    waiting = asyncio.ensure_future(store._database.read(lambda tx: release.wait(30)))
    await asyncio.sleep(0)
    release.set()  # only a loop that still runs comes here
    assert await waiting


async def test_after_its_end_it_does_nothing_more_and_what_began_is_done(open_store):
    store = await open_store()
    writes = [
        asyncio.ensure_future(store.put_rule(("user", f"u{n}"), Rule(), version=0, by="admin"))
        for n in range(20)
    ]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*writes)
    with pytest.raises(StoreUnavailable, match="about to end"):
        await store.rules()
    assert len(await (await open_store()).rules()) == 20


async def test_a_call_that_is_given_up_harms_no_other(open_store):
    store = await open_store()
    calls = [
        asyncio.ensure_future(store.put_rule(("user", f"u{n}"), Rule(), version=0, by="admin"))
        for n in range(20)
    ]
    await asyncio.sleep(0)
    for call in calls[::2]:
        call.cancel()
    done = await asyncio.gather(*calls, return_exceptions=True)
    stored = {rule.name for rule in await store.rules()}
    assert {answer.name for answer in done[1::2]} <= stored
    assert {entry.user for entry in await log_of(store)} == stored
