"""The servers that somebody keeps, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select

from hub_admin_lab.idle.activity import Kept
from hub_admin_lab.service.store import audit
from hub_admin_lab.service.store.database import Transaction
from hub_admin_lab.service.store.tables import NAME, in_utc
from hub_admin_lab.service.store.texts import name, plain
from hub_admin_lab.service.store.upsert import put
from hub_admin_lab.service.store.words import NOT_SET, server_words, time_words

# An end that has passed may still count as activity, for as long as the longest idle timeout that
# anybody sets.
_FORGOTTEN_AFTER = timedelta(days=366)


def every(tx: Transaction) -> dict[tuple[str, str], Kept]:
    """Return what was granted, what has ended included."""
    return {
        (row.user_name, row.server_name): Kept(row.until, row.kept_by, row.kept_at)
        for row in tx.connection.execute(select(tx.tables.kept))
    }


def keep(tx: Transaction, user: str, server: str, until: datetime, *, by: str, reason: str) -> None:
    """Keep a server until then, whatever was granted before."""
    name(user, NAME)
    name(server, NAME)
    until = in_utc(until)
    before = _until(tx, user, server)
    row = {
        "user_name": user,
        "server_name": server,
        "until": until,
        "kept_by": plain(by, NAME),
        "kept_at": tx.at,
    }
    put(tx.connection, tx.tables.kept, [row])
    why = f" ({reason})" if reason else ""
    _record(tx, "keep-server", user, server, by, f"{_words(before)} -> {_words(until)}{why}")


def end(tx: Transaction, user: str, server: str, *, by: str) -> None:
    """Keep a server no longer; nothing happens if nobody does."""
    before = _until(tx, user, server)
    if before is None:
        return
    tx.connection.execute(delete(tx.tables.kept).where(_is(tx, user, server)))
    _record(tx, "end-keep", user, server, by, f"{_words(before)} -> {NOT_SET}")


def tidy(tx: Transaction) -> None:
    """Forget what ended long ago."""
    tx.connection.execute(
        delete(tx.tables.kept).where(tx.tables.kept.c.until < tx.at - _FORGOTTEN_AFTER)
    )


def _until(tx: Transaction, user: str, server: str) -> datetime | None:
    kept = tx.tables.kept
    return tx.connection.execute(
        select(kept.c.until).where(_is(tx, user, server)).with_for_update()
    ).scalar_one_or_none()


def _is(tx: Transaction, user: str, server: str) -> ColumnElement[bool]:
    kept = tx.tables.kept
    return and_(kept.c.user_name == plain(user, NAME), kept.c.server_name == plain(server, NAME))


def _words(until: datetime | None) -> str:
    return NOT_SET if until is None else f"until {time_words(until)}"


def _record(tx: Transaction, action: str, user: str, server: str, by: str, reason: str) -> None:
    audit.write(
        tx,
        actor=by,
        action=action,
        user=user,
        server=server,
        target=server_words(user, server),
        reason=reason,
    )
