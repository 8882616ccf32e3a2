"""The databases of the tests, and what is in them, past the store."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import datetime, timedelta, timezone

from hub_admin_lab.service.store import Store


class Clock:
    """Stands still until somebody moves it: `clock.forward(hours=1)`."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units) -> datetime:
        self.now += timedelta(**units)
        return self.now

    def after(self, **units) -> datetime:
        return self.now + timedelta(**units)


async def opened(url, **options):
    """Return a store on a database, connected; closed again if it cannot be."""
    store = Store(url, **options)
    try:
        await store.connect()
    except BaseException:
        await store.close()
        raise
    return store


class SqliteDatabase:
    kind = "sqlite"

    def __init__(self, path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"

    def execute(self, statement):
        """Do something with the database, past everything that is tested."""
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            return connection.execute(statement).fetchall()

    def table_names(self):
        rows = self.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows if not name.startswith("sqlite_")}


class PostgresDatabase:
    kind = "postgresql"

    def __init__(self, server) -> None:
        self.server = server
        self.name = server.new_database()
        self.url = server.url(self.name)

    def execute(self, statement):
        """Do something with the database, past everything that is tested."""
        return self.server.execute(self.name, statement)

    def table_names(self):
        rows = self.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}
