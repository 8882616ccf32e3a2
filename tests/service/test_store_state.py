"""What is kept, reports and notices in the store."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.idle.activity import Kept, KernelSeen, Report, TerminalSeen
from hub_admin_lab.models.service import AuditQuery, NoticeAudience
from hub_admin_lab.service.store import AuditVisible

EVERYBODY = NoticeAudience(kind="everybody")


async def log_of(store):
    page = await store.audit(AuditQuery(limit=200), visible=AuditVisible(users=None))
    return [(e.actor, e.action, e.target, e.user, e.server, e.reason) for e in page.items][::-1]


# --- kept -----------------------------------------------------------------------------------


async def test_what_is_kept_is_kept_and_written_down(store, open_store, clock):
    until = clock.after(hours=6)
    await store.keep("alice", "", until, by="alice")
    at = clock.now
    clock.forward(hours=1)
    await store.keep("alice", "gpu", until, by="admin", reason="long training")
    kept = {
        ("alice", ""): Kept(until, "alice", at),
        ("alice", "gpu"): Kept(until, "admin", clock.now),
    }
    assert await store.kept() == await (await open_store()).kept() == kept
    await store.keep("alice", "", clock.after(hours=8), by="bob")
    assert (await store.kept())["alice", ""] == Kept(clock.after(hours=8), "bob", clock.now)
    await store.end_keep("alice", "", by="admin")
    await store.end_keep("alice", "", by="admin")
    await store.end_keep("nobody", "", by="admin")
    assert set(await store.kept()) == {("alice", "gpu")}
    six, nine = "until 2026-03-01 18:00:00 UTC", "until 2026-03-01 21:00:00 UTC"
    assert await log_of(store) == [
        ("alice", "keep-server", "alice", "alice", "", f"not set -> {six}"),
        ("admin", "keep-server", "alice/gpu", "alice", "gpu", f"not set -> {six} (long training)"),
        ("bob", "keep-server", "alice", "alice", "", f"{six} -> {nine}"),
        ("admin", "end-keep", "alice", "alice", "", f"{nine} -> not set"),
    ]


async def test_an_end_that_has_passed_is_forgotten_only_when_it_no_longer_counts(
    open_store, store, clock
):
    await store.keep("alice", "", clock.after(hours=1), by="alice")
    clock.forward(days=366)
    assert set(await (await open_store()).kept()) == {("alice", "")}
    clock.forward(days=1)
    assert set(await (await open_store()).kept()) == set()


@pytest.mark.parametrize(
    ("until", "stored"),
    [
        (
            datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
            datetime(2026, 3, 1, 13, tzinfo=timezone.utc),
        ),
        (
            datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
            datetime(9000, 1, 1, tzinfo=timezone.utc),
        ),
        (
            datetime.min.replace(tzinfo=timezone(timedelta(hours=12))),
            datetime(1900, 1, 1, tzinfo=timezone.utc),
        ),
    ],
    ids=["elsewhere", "end of time", "begin of time"],
)
async def test_times_come_back_in_utc(store, until, stored):
    await store.keep("alice", "", until, by="alice")
    got = (await store.kept())["alice", ""].until
    assert (got, got.utcoffset()) == (stored, timedelta(0))


async def test_a_time_without_its_zone_is_no_time(store):
    with pytest.raises(ValueError, match="without its zone"):
        await store.keep("alice", "", datetime(2026, 3, 1), by="alice")  # noqa: DTZ001
    assert await log_of(store) == []


async def test_names_that_are_too_long_keep_nothing(store, clock):
    for user, server in (("u" * 256, ""), ("u", "s" * 256), ("u\0", "")):
        with pytest.raises(InvalidRequest):
            await store.keep(user, server, clock.after(hours=1), by="alice")
    await store.keep("é" * 255, "😀" * 255, clock.after(hours=1), by="alice")
    assert set(await store.kept()) == {("é" * 255, "😀" * 255)}


# --- reports --------------------------------------------------------------------------------


@pytest.fixture
def report(clock):
    return Report(
        at=clock.now,
        next_expected=clock.after(seconds=5),
        run="0123456789abcdef",
        kernels=(
            KernelSeen("k1", "python3", "a'b\\u0000\"/\u2028.ipynb", "busy", None, clock.now, 3),
            KernelSeen("k2", "ir", None, "\0\ud800"[:1], clock.now, None, 0),
        ),
        terminals=(TerminalSeen("1", None), TerminalSeen("2", clock.now)),
        presence=clock.now,
        work=None,
        tabs=2,
        protects_work=True,
        left_out_busy=False,
    )


async def test_reports_come_back_as_they_were(store, open_store, report):
    reports = {("alice", ""): report, ("alice", "gpu"): replace(report, kernels=(), presence=None)}
    await store.save_reports(reports)
    assert await store.reports() == await (await open_store()).reports() == reports
    newer = replace(report, tabs=7)
    await store.save_reports({("alice", ""): newer, ("bob", ""): newer})
    assert await store.reports() == {**reports, ("alice", ""): newer, ("bob", ""): newer}
    await store.forget_reports([("alice", ""), ("nobody", "")])
    assert set(await store.reports()) == {("alice", "gpu"), ("bob", "")}
    await store.forget_reports([])
    await store.save_reports({})


async def test_thousands_of_reports_at_once(store, report):
    reports = {(f"user-{number}", "x"): report for number in range(3000)}
    await store.save_reports(reports)
    await store.save_reports(reports)
    assert await store.reports() == reports
    await store.forget_reports(list(reports)[1:])
    assert list(await store.reports()) == [("user-0", "x")]


async def test_a_server_with_a_bad_name_costs_no_other_one_its_report(store, report, caplog):
    await store.save_reports({("a\0", ""): report, ("u" * 300, ""): report, ("bob", ""): report})
    assert set(await store.reports()) == {("bob", "")}
    assert "report of a\ufffd/" in caplog.text


async def test_a_report_that_the_database_refuses_costs_no_other_one_its_place(
    store, database, report, caplog
):
    if database.kind == "sqlite":
        database.execute(
            "CREATE TRIGGER no BEFORE INSERT ON hub_admin_lab_reports WHEN NEW.user_name = 'bad'"
            " BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    else:
        database.execute("ALTER TABLE hub_admin_lab_reports ADD CHECK (user_name <> 'bad')")
    users = ["a", "b", "bad", "c", "d"]
    await store.save_reports({(user, ""): report for user in users})
    assert {user for user, _ in await store.reports()} == {"a", "b", "c", "d"}
    assert caplog.text.count("cannot be stored") == 1
    assert "report of bad/ cannot" in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        ('"tabs":2', '"tabs":"many"'),
        ('"run":"0123456789abcdef",', ""),
        ("2026-03-01T12:00:05.123456Z", "2026-03-01T12:00:05"),
        ("2026-03-01T12:00:05.123456Z", "soon"),
    ],
    ids=["type", "missing", "no zone", "no time"],
)
async def test_a_report_of_a_newer_version_is_left_alone_and_told(
    store, database, report, caplog, change
):
    await store.save_reports({("alice", ""): report, ("bob", "gpu"): report})
    before, after = change
    database.execute(
        "UPDATE hub_admin_lab_reports SET report ="
        + ("" if database.kind == "sqlite" else " CAST(")
        + f"replace(CAST(report AS TEXT), '{before}', '{after}')"
        + ("" if database.kind == "sqlite" else " AS JSON)")
        + " WHERE user_name = 'bob'"
    )
    assert set(await store.reports()) == {("alice", "")}
    assert "report of bob/gpu" in caplog.text
    assert len(database.execute("SELECT * FROM hub_admin_lab_reports")) == 2


# --- notices --------------------------------------------------------------------------------


async def test_a_notice_has_its_audience_its_end_and_those_who_saw_it(store, open_store, clock):
    audiences = [
        EVERYBODY,
        NoticeAudience(kind="group", name="class-a"),
        NoticeAudience(kind="user", name="alice"),
        NoticeAudience(kind="server", name="alice/" + "s" * 255),
    ]
    ids = []
    for number, to in enumerate(audiences):
        at = clock.forward(seconds=1)
        until = None if number == 0 else at + timedelta(hours=number)
        kind = "stopped" if to.kind == "server" else "message"
        ids.append(await store.add_notice(to, f"{number}", kind=kind, by="admin", until=until))
    assert len(set(ids)) == 4
    found = await (await open_store()).notices()
    assert [(n.id, n.to, n.text) for n in found] == [
        (notice, to, f"{number}")
        for number, (notice, to) in enumerate(zip(ids, audiences))  # noqa: B905
    ]
    assert [n.kind for n in found] == ["message", "message", "message", "stopped"]
    assert {n.by for n in found} == {"admin"}
    assert found[-1].at == clock.now
    assert found[-1].until == clock.after(hours=3)
    assert found[0].until is None
    assert {n.seen for n in found} == {frozenset()}

    await store.notice_seen(ids[:2], "alice", "")
    await store.notice_seen([ids[0], uuid.uuid4().hex, "'; --", "x\0" * 64], "alice", "gpu")
    await store.notice_seen(ids[:2], "alice", "")
    await store.notice_seen([], "bob", "")
    found = await store.notices()
    assert found[0].seen == {("alice", ""), ("alice", "gpu")}
    assert found[1].seen == {("alice", "")}
    assert found[2].seen == found[3].seen == frozenset()


async def test_what_has_ended_is_gone_and_so_is_who_saw_it(store, open_store, database, clock):
    async def add(hours):
        until = clock.after(hours=hours)
        return await store.add_notice(EVERYBODY, "x", kind="message", by="admin", until=until)

    first, second = await add(1), await add(2)
    await store.notice_seen([first, second], "alice", "")
    clock.forward(hours=1)
    assert [notice.id for notice in await store.notices()] == [second]
    await store.notice_seen([first], "bob", "")
    assert len(database.execute("SELECT * FROM hub_admin_lab_notices")) == 2
    third = await add(1)
    assert [n.id for n in await store.notices()] == [second, third]
    assert len(database.execute("SELECT * FROM hub_admin_lab_seen")) == 1
    clock.forward(hours=1)
    await open_store()
    for table in ("notices", "seen"):
        assert database.execute(f"SELECT * FROM hub_admin_lab_{table}") == []


async def test_that_a_server_was_stopped_is_deleted_once_it_has_shown_it(store, database, clock):
    alices, bobs = (NoticeAudience(kind="server", name=f"{user}/") for user in ("alice", "bob"))
    stopped = [
        await store.add_notice(to, "x", kind="stopped", by="hub_admin_lab", until=None)
        for to in (alices, bobs)
    ]
    message = await store.add_notice(alices, "x", kind="message", by="admin", until=None)
    await store.notice_seen([*stopped, message], "alice", "")
    assert {notice.id for notice in await store.notices()} == {stopped[1], message}
    await store.notice_seen([stopped[1]], "bob", "")
    assert len(database.execute("SELECT * FROM hub_admin_lab_seen")) == 1


async def test_what_was_sent_since(store, clock):
    first = await store.add_notice(EVERYBODY, "1", kind="message", by="admin", until=None)
    await store.notice_seen([first], "alice", "")
    at = clock.forward(minutes=1)
    second = await store.add_notice(EVERYBODY, "2", kind="message", by="admin", until=None)
    await store.notice_seen([second], "bob", "")
    assert [(n.id, n.seen) for n in await store.notices(at)] == [(second, {("bob", "")})]
    assert [n.id for n in await store.notices(at - timedelta(minutes=1))] == [first, second]


async def test_a_notice_is_bounded_text(store):
    text = "<b>\0\ud800</b>" + "x" * 10_000
    to = NoticeAudience(kind="server", name="a/\0" + "x" * 508)
    await store.add_notice(to, text, kind="message", by="x" * 300, until=None)
    (notice,) = await store.notices()
    assert notice.to.name == "a/\ufffd" + "x" * 508
    assert notice.text.startswith("<b>\ufffd?</b>xx")
    assert (len(notice.text), len(notice.by)) == (4000, 255)


async def test_a_server_that_tells_of_more_than_there_are_writes_no_more(store, database):
    notice = await store.add_notice(EVERYBODY, "x", kind="message", by="admin", until=None)
    await store.notice_seen([notice, *(str(n) for n in range(99_999))], "alice", "")
    assert len(database.execute("SELECT * FROM hub_admin_lab_seen")) <= 1


async def test_a_notice_of_a_newer_version_is_left_alone_and_told(store, database, caplog):
    for number in range(3):
        to = NoticeAudience(kind="user", name=str(number))
        await store.add_notice(to, "x", kind="message", by="admin", until=None)
    for column, name in (("kind", "0"), ("to_kind", "1")):
        database.execute(
            f"UPDATE hub_admin_lab_notices SET {column} = 'planet' WHERE to_name = '{name}'"
        )
    assert [notice.to.name for notice in await store.notices()] == ["2"]
    assert caplog.text.count("Skipped a row") == 2
    assert len(database.execute("SELECT * FROM hub_admin_lab_notices")) == 3
