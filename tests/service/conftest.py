"""Databases for the service's store: SQLite, and a real PostgreSQL."""

from __future__ import annotations

import os

import pytest

from .databases import Clock, PostgresDatabase, SqliteDatabase, opened
from .postgres import Postgres, programs


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of this session."""
    if os.environ.get("HUB_ADMIN_LAB_NO_POSTGRES") == "1":
        pytest.skip("HUB_ADMIN_LAB_NO_POSTGRES=1")
    folder = programs()
    if folder is None:
        pytest.fail(
            "No PostgreSQL server here. Run scripts/postgres.sh, name the folder of its programs in"
            " HUB_ADMIN_LAB_POSTGRES, or leave these tests out with HUB_ADMIN_LAB_NO_POSTGRES=1."
        )
    server = Postgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """An empty database, of each kind."""
    if request.param == "sqlite":
        return SqliteDatabase(tmp_path / "store.sqlite")
    return PostgresDatabase(request.getfixturevalue("postgres"))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def open_store(jp_asyncio_loop, database, clock):
    """Open a store on `database`: `store = await open_store()`; all are closed in the end."""
    stores = []

    async def open_(**options):
        store = await opened(database.url, **{"now": clock, **options})
        stores.append(store)
        return store

    yield open_
    for store in stores:
        jp_asyncio_loop.run_until_complete(store.close())


@pytest.fixture
def store(jp_asyncio_loop, open_store):
    """A store on `database`."""
    return jp_asyncio_loop.run_until_complete(open_store())
