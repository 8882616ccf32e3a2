"""Messages to those who use servers, and who has seen them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import ValidationError
from sqlalchemy import delete, insert, or_, select

from hub_admin_lab.models.service import NoticeAudience
from hub_admin_lab.service.store import unread
from hub_admin_lab.service.store.database import Transaction
from hub_admin_lab.service.store.tables import NAME, RULE_NAME
from hub_admin_lab.service.store.texts import name, plain
from hub_admin_lab.service.store.upsert import add_missing

NoticeKind = Literal["message", "stopped"]

TEXT = 4000
# A server tells of at most a hundred that it has seen.
_MOST_SEEN_AT_ONCE = 100
_KINDS = ("message", "stopped")


@dataclass(frozen=True)
class StoredNotice:
    """A message.

    Attributes
    ----------
    until
        When it ends; None: never.
    seen
        The servers that have shown it, as (user, server).
    """

    id: str
    to: NoticeAudience
    kind: NoticeKind
    text: str
    by: str
    at: datetime
    until: datetime | None
    seen: frozenset[tuple[str, str]]


def add(
    tx: Transaction,
    to: NoticeAudience,
    text: str,
    *,
    kind: NoticeKind,
    by: str,
    until: datetime | None,
) -> str:
    """Store a message and return its id."""
    tidy(tx)
    notice = uuid.uuid4().hex
    tx.connection.execute(
        insert(tx.tables.notices).values(
            id=notice,
            to_kind=to.kind,
            to_name=plain(to.name, RULE_NAME),
            kind=kind,
            text=plain(text, TEXT),
            sent_by=plain(by, NAME),
            sent_at=tx.at,
            until=until,
        )
    )
    return notice


def every(tx: Transaction, since: datetime | None = None) -> list[StoredNotice]:
    """Return the messages that have not ended, the oldest first; with ``since``, those sent then.

    Not the whole table of who has seen what, either: only what is about these messages.
    """
    table, seen = tx.tables.notices, tx.tables.seen
    wanted = [or_(table.c.until.is_(None), table.c.until > tx.at)]
    if since is not None:
        wanted.append(table.c.sent_at >= since)
    seen_by: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in tx.connection.execute(
        select(seen).join(table, table.c.id == seen.c.notice_id).where(*wanted)
    ):
        seen_by[row.notice_id].add((row.user_name, row.server_name))
    found = []
    for row in tx.connection.execute(
        select(table).where(*wanted).order_by(table.c.sent_at, table.c.id)
    ):
        try:
            to = NoticeAudience(kind=row.to_kind, name=row.to_name)
            if row.kind not in _KINDS:
                raise ValueError
        except (ValidationError, ValueError) as error:
            unread.tell(f"notice {row.id}", error)
            continue
        found.append(
            StoredNotice(
                id=row.id,
                to=to,
                kind=row.kind,
                text=row.text,
                by=row.sent_by,
                at=row.sent_at,
                until=row.until,
                seen=frozenset(seen_by[row.id]),
            )
        )
    return found


def mark_seen(tx: Transaction, ids: Collection[str], user: str, server: str) -> None:
    """Note that a server has shown these messages; ids of none are passed over.

    That it was stopped is news for this server alone: shown, it is deleted.
    """
    name(user, NAME)
    name(server, NAME)
    table = tx.tables.notices
    asked = sorted({plain(each, NAME) for each in ids})[:_MOST_SEEN_AT_ONCE]
    tx.connection.execute(
        delete(table).where(
            table.c.id.in_(asked),
            table.c.kind == "stopped",
            table.c.to_kind == "server",
            table.c.to_name == f"{user}/{server}",
        )
    )
    # Locked, so that none of them is deleted before this transaction ends.
    there = tx.connection.execute(
        select(table.c.id).where(table.c.id.in_(asked)).with_for_update(read=True)
    ).scalars()
    rows = [{"notice_id": each, "user_name": user, "server_name": server} for each in there]
    add_missing(tx.connection, tx.tables.seen, rows)


def tidy(tx: Transaction) -> None:
    """Delete what has ended, and who has seen it."""
    table = tx.tables.notices
    tx.connection.execute(delete(table).where(table.c.until <= tx.at))
