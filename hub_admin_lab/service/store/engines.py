"""How each database is spoken to."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from hub_admin_lab.errors import StoreUnusable

# A transaction that will write: SQLite has it wait for its turn before it reads, so that what it
# decides by what it read still holds when it writes.
WRITES = "hub_admin_lab_writes"

THREADS = 4

# Seconds, but for tcp_user_timeout. Without them a server that vanished keeps a thread for hours.
_POSTGRES = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "hub-admin-lab",
}
_MYSQL = {"connect_timeout": 10, "charset": "utf8mb4"}
# One thread uses a connection at a time, but not the same one closes it.
_SQLITE = {"timeout": 10, "check_same_thread": False}
_PREFIX = re.compile(r"[a-z][a-z0-9_]{0,29}")


def threads_for(engine: Engine) -> int:
    """Return how many may use the database at a time."""
    return 1 if engine.dialect.name == "sqlite" else THREADS


def engine_for(url: str, connect_args: Mapping[str, Any] | None = None) -> Engine:
    """Return an engine, not connected yet.

    Parameters
    ----------
    connect_args
        What the driver is given besides, as it calls it: it goes before the address and ours.

    Raises
    ------
    StoreUnusable
        The URL is none, or its driver or its folder is not there. The sentence does not show the
        URL: a password may be in it.
    """
    try:
        parsed = make_url(url)
        dialect, driver = parsed.get_backend_name(), parsed.get_driver_name()
        options: dict[str, Any] = {}
        wanted: Mapping[str, Any] = {}
        if dialect == "sqlite":
            # One thread: no write has to wait for another one of ours.
            wanted = _SQLITE
        else:
            options = {"pool_size": THREADS, "max_overflow": 0, "pool_pre_ping": True}
            if driver in ("psycopg2", "psycopg"):
                wanted = _POSTGRES
            elif dialect in ("mysql", "mariadb"):
                wanted = _MYSQL
        engine = create_engine(
            parsed,
            connect_args={
                **{k: v for k, v in wanted.items() if k not in parsed.query},
                **(connect_args or {}),
            },
            # What was stored is personal, and errors are logged.
            hide_parameters=True,
            # The models write and read JSON: no other parser comes before them, which would fail
            # for a whole table at the one row that is none.
            json_serializer=_as_it_is,
            json_deserializer=_as_it_is,
            **options,
        )
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise StoreUnusable(
            "The URL of the hub service's database cannot be read. Set it as SQLAlchemy writes it,"
            " such as `sqlite:////srv/hub-admin-lab.sqlite`."
        ) from None
    except ImportError as error:
        raise StoreUnusable(
            f"The driver of the hub service's database is missing: install {error.name}."
        ) from None
    if engine.dialect.name == "sqlite":
        _expect_folder(parsed)
        _set_up_sqlite(engine)
    return engine


def checked_prefix(prefix: str) -> str:
    """Return ``prefix`` if names of tables may begin with it; ValueError else."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(
            "The prefix of the tables is made of small letters, digits and `_`, begins with a"
            " letter, and has at most 30 characters."
        )
    return prefix


def _as_it_is(json: Any) -> Any:
    return json


def _expect_folder(url: URL) -> None:
    """Refuse a file in a folder that is not there: SQLite would not make it, ever."""
    file = url.database or ":memory:"
    if file.startswith((":memory:", "file:")):
        return
    if not os.path.isdir(os.path.dirname(os.path.abspath(file))):
        raise StoreUnusable("The folder of the hub service's database file does not exist.")


def _create_private(file: str) -> None:
    """Make the file, for this account alone: what is stored is personal.

    SQLite would make it readable for others, as the umask says; its other files are then as this
    one. One that is there stays as its operator has it.
    """
    if not file or file.startswith((":memory:", "file:")):
        return
    with suppress(OSError):  # it is there, or SQLite will say what is wrong
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def connecting(_dialect: Any, _record: Any, _arguments: Any, _options: Any) -> None:
        _create_private(engine.url.database or "")

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        # The driver begins no transaction by itself: it would do so too late, and not for DDL.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
