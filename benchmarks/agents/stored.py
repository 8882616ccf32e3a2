"""The database of the service, and messages that wait in it."""

from __future__ import annotations

import contextlib
import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import insert

from hub_admin_lab.service.store.engines import engine_for
from hub_admin_lab.service.store.store import PREFIX
from hub_admin_lab.service.store.tables import tables

DAYS = 90  # how long people have been away who have not seen theirs yet


@contextlib.contextmanager
def database(folder: Path, url: str, *, postgres: bool) -> Iterator[str]:
    """Give the URL of an empty database, that of a PostgreSQL server of its own if asked."""
    if not postgres:
        yield url or f"sqlite:///{folder}/service.sqlite"
        return
    # As the tests start one; nothing else here needs its driver.
    from tests.service.postgres import Postgres, programs

    found = programs()
    if found is None:
        raise SystemExit("No PostgreSQL server here: scripts/postgres.sh gets one.")
    server = Postgres(found)
    try:
        server.start()
        yield server.url(server.new_database())
    finally:
        server.remove()


def add_notices(url: str, number: int, servers: Sequence[str]) -> None:
    """Put messages into a database that the service has made.

    They are of servers that were stopped: one in twenty has started again, and nobody has looked
    yet; the owners of the others have not come back.
    """
    chance = random.Random(11)
    now = datetime.now(timezone.utc)
    rows = []
    for count in range(number):
        user = chance.choice(servers) if count % 20 == 0 else f"gone{count:06d}"
        rows.append(
            {
                "id": uuid.UUID(int=chance.getrandbits(128)).hex,
                "to_kind": "server",
                "to_name": f"{user}/",
                "kind": "stopped",
                "text": "Your server was stopped at 12:00, after an hour without activity, by the"
                " rule of the group class-a. What was saved is still there.",
                "sent_by": "hub-admin-lab",
                "sent_at": now - timedelta(days=chance.uniform(0, DAYS)),
                "until": None,
            }
        )
    engine = engine_for(url)
    with engine.begin() as connection:
        connection.execute(insert(tables(PREFIX).notices), rows)
    engine.dispose()
