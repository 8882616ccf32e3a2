"""Fill a Hub's database directly: through its API 100,000 users would take an hour."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from jupyterhub import orm, roles
from sqlalchemy import insert
from sqlalchemy.orm import Session

_SYLLABLES = "an be cor da el fi gra hu in jo ka lu mi no or pa qui ro sa te ul vi wen xa yo zi"
GROUPS = 20


@dataclass(frozen=True)
class Size:
    """How big a hub is.

    Attributes
    ----------
    users
        All of them, the admin not counted.
    active
        Those with a server that runs.
    idle
        Of these, those unused for more than a day; the others were used within nine minutes.
    """

    users: int
    active: int
    idle: int = 0


def user_name(index: int, chance: random.Random) -> str:
    """Return a name that can be said, and searched for by a part of it."""
    syllables = _SYLLABLES.split()
    return "".join(chance.choice(syllables) for _ in range(3)) + f"{index:06d}"


def seed(database: Path, size: Size, stub_port: int) -> list[str]:
    """Make a database with such a hub; return the names of the users.

    Of the users without an active server 80 % have had one, and 5 % have a named one that is
    stopped. Everybody is in one of 20 groups. The same size gives the same hub.
    """
    session = orm.new_session_factory(f"sqlite:///{database}")()
    for role in roles.get_default_roles():
        roles.create_role(session, role)
    session.commit()
    for number in range(1, GROUPS + 1):
        session.add(orm.Group(id=number, name=f"group{number:02d}"))
    session.commit()

    tables = _rows(size, orm.Role.find(session, "user").id, stub_port)
    _put(session, orm.User.__table__, tables["users"])
    _put(session, orm.Server.__table__, tables["servers"])
    _put(session, orm.Spawner.__table__, tables["spawners"])
    _put(session, orm.Base.metadata.tables["user_role_map"], tables["roles"])
    _put(session, orm.Base.metadata.tables["user_group_map"], tables["groups"])
    session.commit()
    session.close()
    return [row["name"] for row in tables["users"]]


def _put(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        session.execute(insert(table), rows[start : start + 5000])


def _rows(size: Size, user_role: int, stub_port: int) -> dict[str, list[dict[str, Any]]]:
    chance = random.Random(7)
    now = datetime.now(timezone.utc).replace(tzinfo=None)  # as the Hub's columns have it
    everybody = range(1, size.users + 1)
    active = set(chance.sample(everybody, size.active))
    idle = set(chance.sample(sorted(active), size.idle))
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("users", "servers", "spawners", "roles", "groups")
    }
    for number in everybody:
        name = user_name(number - 1, chance)
        last = now - _unused(number, active, idle, chance)
        tables["users"].append(
            {
                "id": number,
                "name": name,
                "admin": False,
                "created": now - timedelta(days=chance.uniform(1, 900)),
                "last_activity": last,
                "cookie_id": f"{number:032x}",
            }
        )
        tables["roles"].append({"user_id": number, "role_id": user_role})
        tables["groups"].append({"user_id": number, "group_id": 1 + number % GROUPS})
        for server in _servers(number, name, active, chance, stub_port, tables["servers"]):
            tables["spawners"].append({"user_id": number, "last_activity": last, **server})
    return tables


def _unused(number: int, active: set[int], idle: set[int], chance: random.Random) -> timedelta:
    if number in idle:
        return timedelta(hours=chance.uniform(24, 72))
    if number in active:
        return timedelta(seconds=chance.uniform(0, 500))
    return timedelta(days=chance.uniform(0, 365))


def _servers(
    number: int,
    name: str,
    active: set[int],
    chance: random.Random,
    stub_port: int,
    servers: list[dict[str, Any]],
) -> Iterable[dict[str, Any]]:
    """Yield what the Hub keeps of a user's servers; one that runs is added to ``servers``."""
    common: dict[str, Any] = {
        "name": "",
        "server_id": None,
        "started": None,
        "state": {},
        "user_options": {},
    }
    if number in active:
        servers.append(
            {
                "id": len(servers) + 1,
                "proto": "http",
                "ip": "127.0.0.1",
                "port": stub_port,
                "base_url": f"/user/{name}/",
                "cookie_name": "cookie",
            }
        )
        started = datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(days=4)
        yield {**common, "server_id": len(servers), "started": started, "state": {"up": True}}
        return
    if chance.random() < 0.8:
        yield dict(common)
    if chance.random() < 0.05:
        yield {**common, "name": "gpu"}
