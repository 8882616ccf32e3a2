"""Fill a Hub's database directly: through its API 100,000 users would take an hour."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from jupyterhub import orm, roles
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

_SYLLABLES = "an be cor da el fi gra hu in jo ka lu mi no or pa qui ro sa te ul vi wen xa yo zi"
GROUPS = 20

_STOPPED: dict[str, Any] = {
    "name": "",
    "server_id": None,
    "started": None,
    "state": {},
    "user_options": {},
}
_RUNS: dict[str, Any] = {**_STOPPED, "state": {"up": True}}


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


def seed_running_servers(database: Path) -> dict[str, str]:
    """Let everybody's server run as far as the Hub knows; return the servers' tokens by user.

    For a hub whose users have no server that runs, once it has started: at its start it would ask
    each of them whether it is there, which takes minutes for 10,000. It has to be told of them:
    see ``wake.py``. Nobody can visit them.
    """
    session = orm.new_session_factory(f"sqlite:///{database}")()
    users = session.query(orm.User.id, orm.User.name).filter(orm.User.admin.is_(False)).all()
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    servers = [_server(number, name, 1) for number, (_, name) in enumerate(users, start=1)]
    spawners = [
        {**_RUNS, "user_id": user, "server_id": number, "started": now, "last_activity": now}
        for number, (user, _) in enumerate(users, start=1)
    ]
    session.execute(delete(orm.Spawner))
    _put(session, orm.Server.__table__, servers)
    _put(session, orm.Spawner.__table__, spawners)
    tokens = {name: secrets.token_hex(16) for _, name in users}
    for user, name in users:
        scopes = [f"access:servers!server={name}/", f"users:activity!user={name}"]
        token = orm.APIToken(user_id=user, client_id="jupyterhub", scopes=scopes)
        token.token = tokens[name]
        session.add(token)
    session.commit()
    session.close()
    return tokens


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
    if number in active:
        servers.append(_server(len(servers) + 1, name, stub_port))
        started = datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(days=4)
        yield {**_RUNS, "server_id": len(servers), "started": started}
        return
    if chance.random() < 0.8:
        yield dict(_STOPPED)
    if chance.random() < 0.05:
        yield {**_STOPPED, "name": "gpu"}


def _server(number: int, user: str, port: int) -> dict[str, Any]:
    return {
        "id": number,
        "proto": "http",
        "ip": "127.0.0.1",
        "port": port,
        "base_url": f"/user/{user}/",
        "cookie_name": "cookie",
    }
