"""Brings the tables to the newest form, once, however many services open the database at a time.

The version table has the prefix too: the Hub's own ``alembic_version`` in the same database is not
ours.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from hub_admin_lab.errors import StoreUnusable

# alembic's `context` and `op` are one for the whole process.
_ALEMBIC = threading.Lock()


def migrate(engine: Engine, prefix: str) -> None:
    """Create what is missing, change what is old; nothing if all is new.

    Parameters
    ----------
    engine
        Its transactions that are to write take their lock when they begin.
    prefix
        Of the tables' names.

    Raises
    ------
    StoreUnusable
        The tables are of a newer version of this package than this one.
    """
    config = Config()
    config.set_main_option("script_location", "hub_admin_lab.service.store:migrations")
    config.attributes["prefix"] = prefix
    config.attributes["version_table"] = version_table = f"{prefix}alembic_version"
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        options = {"version_table": version_table}
        revision = MigrationContext.configure(connection, opts=options).get_current_revision()
    if revision == scripts.get_current_head():
        return
    if revision is not None and revision not in {
        each.revision for each in scripts.walk_revisions()
    }:
        raise StoreUnusable(
            "The database was made by a newer version of Hub Admin Lab. Install that version in the"
            " hub again."
        )
    with _ALEMBIC, engine.begin() as connection, _alone(connection, prefix):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _alone(connection: Connection, prefix: str) -> Iterator[None]:
    """Keep other services out until the transaction ends; SQLite did so when it began."""
    number = zlib.crc32(prefix.encode())
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
        yield
    elif connection.dialect.name in ("mysql", "mariadb"):
        name = f"{prefix}migrate"
        connection.execute(text("SELECT GET_LOCK(:name, 60)"), {"name": name})
        try:
            yield
        finally:
            connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": name})
    else:
        yield
