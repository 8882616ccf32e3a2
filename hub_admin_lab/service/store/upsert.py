"""Rows put where there may be one with the same key: each database has its own words for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import mysql, postgresql, sqlite

Row = Mapping[str, Any]


def put(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert ``rows``; one whose key is there already takes its place."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    values = [name for name in rows[0] if name not in keys]
    if connection.dialect.name in ("mysql", "mariadb"):
        into = mysql.insert(table)
        into = into.on_duplicate_key_update({name: into.inserted[name] for name in values})
        connection.execute(into, _sorted(rows, keys))
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in values}
    )
    connection.execute(statement, _sorted(rows, keys))


def add_missing(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert those of ``rows`` whose key is not there yet."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    if connection.dialect.name in ("mysql", "mariadb"):
        into = mysql.insert(table)
        into = into.on_duplicate_key_update({keys[0]: into.inserted[keys[0]]})
        connection.execute(into, _sorted(rows, keys))
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(table).on_conflict_do_nothing(), _sorted(rows, keys))


def _sorted(rows: Iterable[Row], keys: Sequence[str]) -> list[Row]:
    """Return the rows in the order of their keys, so that two who write do not lock each other."""
    return sorted(rows, key=lambda row: [row[key] for key in keys])
