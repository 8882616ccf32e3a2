"""The store's tables: made once, beside others in the same database, and never by an older one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateTable

from hub_admin_lab.errors import StoreUnavailable
from hub_admin_lab.models.rules import Rule, ServerRule
from hub_admin_lab.models.service import NoticeAudience
from hub_admin_lab.service.store.tables import tables

from .databases import PostgresDatabase, opened

HUB = ("hub", "")
RULE = Rule(server=ServerRule(idle_timeout=60))
NAMES = {"alembic_version", "rules", "kept", "reports", "notices", "seen", "audit"}


def prefixed(prefix):
    return {prefix + name for name in NAMES}


async def test_an_empty_database_gets_all_tables_and_keeps_them(open_store, database):
    store = await open_store()
    assert database.table_names() == prefixed("hub_admin_lab_")
    stored = await store.put_rule(HUB, RULE, version=0, by="admin")
    await store.close()
    # There is nothing to do for a second one, which therefore does nothing.
    database.execute("DROP TABLE hub_admin_lab_kept")
    with pytest.raises(StoreUnavailable):
        await open_store()
    # Without a version, what is missing is made, and what is there stays: MySQL may be left so.
    database.execute("DELETE FROM hub_admin_lab_alembic_version")
    store = await open_store()
    assert database.table_names() == prefixed("hub_admin_lab_")
    assert await store.rules() == [stored]
    assert await store.kept() == {}


async def test_the_migrations_make_what_the_code_takes_for_there(open_store, database):
    await open_store()
    engine = sa.create_engine(database.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"version_table": "hub_admin_lab_alembic_version", "compare_type": True},
        )
        assert compare_metadata(context, tables("hub_admin_lab_").metadata) == []
    engine.dispose()


async def test_two_prefixes_are_two_stores(open_store, database):
    one, other = await asyncio.gather(open_store(prefix="one_"), open_store(prefix="other_"))
    await one.put_rule(HUB, RULE, version=0, by="admin")
    assert database.table_names() == prefixed("one_") | prefixed("other_")
    assert await other.rules() == []
    assert await other.put_rule(HUB, RULE, version=0, by="admin")


@pytest.mark.parametrize("prefix", ["", "X_", "1_", "a b", 'a"; DROP', "x" * 31, "é_", "a\n"])
async def test_a_prefix_that_no_table_can_have(open_store, database, prefix):
    with pytest.raises(ValueError, match="small letters"):
        await open_store(prefix=prefix)
    await open_store(prefix="x" * 30)
    assert database.table_names() == prefixed("x" * 30)


OPEN = """
import asyncio, sys
from hub_admin_lab.service.store import Store

async def main():
    stores = [Store(sys.argv[1]) for _ in range(3)]
    await asyncio.gather(*(store.connect() for store in stores))
    for store in stores:
        await store.close()

asyncio.run(main())
"""


def test_many_may_open_it_at_once_in_one_process_or_several(database):
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN, database.url], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in processes:
        assert process.communicate(timeout=60) == (None, b"")
        assert process.returncode == 0
    assert database.table_names() == prefixed("hub_admin_lab_")
    assert len(database.execute("SELECT * FROM hub_admin_lab_alembic_version")) == 1


async def test_the_driver_is_given_what_the_hub_gives_it(postgres):
    database = PostgresDatabase(postgres)
    connect_args = {"application_name": "as the hub says", "connect_timeout": 7}
    store = await opened(database.url, connect_args=connect_args)
    names = database.execute("SELECT application_name FROM pg_stat_activity")
    assert ("as the hub says",) in names
    await store.close()


async def test_what_a_newer_version_made_is_not_touched(open_store, database):
    store = await open_store()
    await store.put_rule(HUB, RULE, version=0, by="admin")
    await store.close()
    database.execute("UPDATE hub_admin_lab_alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="newer version"):
        await open_store()
    assert database.execute("SELECT * FROM hub_admin_lab_alembic_version") == [("9999",)]
    assert len(database.execute("SELECT * FROM hub_admin_lab_rules")) == 1


# --- in the Hub's own database --------------------------------------------------------------


def open_hub_database(url):
    """Do what a JupyterHub does with its database when it starts; return its users."""
    program = """
import sys
from jupyterhub import orm

db = orm.new_session_factory(sys.argv[1])()
print(*[user.name for user in db.query(orm.User)])
db.add(orm.User(name=f"user-{db.query(orm.User).count()}"))
db.commit()
"""
    done = subprocess.run(
        [sys.executable, "-c", program, url], check=True, capture_output=True, text=True
    )
    return done.stdout.split()


@pytest.mark.parametrize("hub_first", [True, False])
async def test_it_lives_in_the_hubs_own_database(open_store, database, hub_first):
    if hub_first:
        open_hub_database(database.url)
        hub_tables = database.table_names()
        revision = database.execute("SELECT * FROM alembic_version")
    store = await open_store()
    stored = await store.put_rule(HUB, RULE, version=0, by="admin")
    if not hub_first:
        open_hub_database(database.url)
        hub_tables = database.table_names() - prefixed("hub_admin_lab_")
        revision = database.execute("SELECT * FROM alembic_version")
    assert {"users", "spawners", "alembic_version"} <= hub_tables
    assert database.table_names() == hub_tables | prefixed("hub_admin_lab_")
    assert database.execute("SELECT * FROM alembic_version") == revision
    # The Hub starts again on it, and so do we.
    assert open_hub_database(database.url) == ["user-0"]
    await store.close()
    store = await open_store()
    assert await store.rules() == [stored]
    assert database.execute("SELECT * FROM alembic_version") == revision


# --- nothing more than it needs -------------------------------------------------------------


def test_the_keys_fit_into_an_index_of_mysql():
    dialect = mysql.dialect()
    for table in tables("x" * 30 + "_").metadata.sorted_tables:
        statement = str(CreateTable(table).compile(dialect=dialect))
        assert "CHARSET=utf8mb4" in statement
        assert "COLLATE utf8mb4_bin" in statement
        assert "DATETIME(6)" in statement or "DATETIME" not in statement
        for index in [table.primary_key, *table.indexes]:
            sizes = [getattr(column.type, "length", None) or 2 for column in index.columns]
            assert sum(sizes) * 4 <= 3072
            assert len(index.name or "") <= 63


def test_it_takes_nothing_but_what_a_hub_has():
    program = """
import sys
import hub_admin_lab.service.store
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    assert {"sqlalchemy", "alembic", "pydantic"} <= loaded
    assert not loaded & {"httpx", "jupyter_server", "jupyterlab", "jupyterhub", "tornado"}


PASSWORD = "s3cr3t-word"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (f"postgresql+psycopg2://u:{PASSWORD}@/x?host=/nowhere", "cannot be reached"),
        (f"postgresql+psycopg2://u:{PASSWORD}@127.0.0.1:1/x", "cannot be reached"),
        (f"postgresql+psycopg2://u:p@{PASSWORD}:{PASSWORD}/x", "cannot be read"),
        (f"{PASSWORD}", "cannot be read"),
        (f"nosql://u:{PASSWORD}@host/x", "cannot be read"),
        (f"mssql+pymssql://u:{PASSWORD}@host/x", "is missing: install pymssql"),
        ("sqlite:////nowhere/at/all.sqlite", "folder of .* does not exist"),
    ],
)
async def test_a_database_that_is_not_there_is_told_without_its_password(url, sentence, caplog):
    with pytest.raises(StoreUnavailable, match=sentence) as refused:
        await opened(url)
    assert (refused.value.status, refused.value.code) == (503, "store_unavailable")
    error, told = refused.value, caplog.text
    while error is not None:
        told += f"{error!r} {error}"
        error = error.__cause__
    assert PASSWORD not in told


async def test_a_file_that_is_no_database_stays_what_it_is(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("buy milk\n" * 1000)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await opened(f"sqlite:///{file}")
    assert file.read_text() == "buy milk\n" * 1000


async def test_sqlite_in_memory_is_one_database():
    store = await opened("sqlite://")
    try:
        stored = await store.put_rule(HUB, RULE, version=0, by="admin")
        assert await store.rules() == [stored]
    finally:
        await store.close()


async def test_a_new_sqlite_file_is_for_its_account_alone(tmp_path, clock):
    path = tmp_path / "new.sqlite"
    before = os.umask(0o022)
    try:
        store = await opened(f"sqlite:///{path}", now=clock)
    finally:
        os.umask(before)
    await store.add_notice(
        NoticeAudience(kind="everybody"), "x", kind="message", by="admin", until=None
    )
    found = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    await store.close()
    assert set(found.values()) == {0o600}, found
    assert "new.sqlite-wal" in found


async def test_one_that_is_there_stays_as_its_operator_has_it(tmp_path, clock):
    path = tmp_path / "there.sqlite"
    path.touch()
    path.chmod(0o640)
    await (await opened(f"sqlite:///{path}", now=clock)).close()
    assert path.stat().st_mode & 0o777 == 0o640
