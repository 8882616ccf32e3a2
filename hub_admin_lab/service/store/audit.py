"""The log: who did what, on whom, why, and how it ended. An entry changes once, when it ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update

from hub_admin_lab.models.service import AuditEntry, AuditPage, AuditQuery, Outcome
from hub_admin_lab.models.told import ToldAction
from hub_admin_lab.service.store import unread
from hub_admin_lab.service.store.database import Transaction
from hub_admin_lab.service.store.tables import ACTION, NAME
from hub_admin_lab.service.store.texts import plain

OPEN: tuple[Outcome, ...] = ("begun", "pending")
"""How an act stands that may still end."""

_NEVER_TOLD = "Nobody told how this ended."

# More than a long sentence needs, and less than MySQL's 65,535 bytes of a text.
TEXT = 4000

# A database takes so many values in a statement; SQLite as it was before 2020, 999 of them.
_NAMES_AT_A_TIME = 900
_HIGHEST_ID = 2**63 - 1


@dataclass(frozen=True)
class AuditVisible:
    """The entries that somebody may see.

    Attributes
    ----------
    users
        Entries on them and on their servers, but for those that somebody told who has nothing to
        do with them; None: all entries, of rules for the hub and for groups too.
    actor
        What this person did is visible too; None: nobody's.
    """

    users: frozenset[str] | None
    actor: str | None = None


@dataclass(frozen=True)
class Act:
    """Something that was done and has ended; the fields are those of an `AuditEntry`."""

    actor: str
    action: str
    user: str
    server: str | None
    target: str
    reason: str
    outcome: Outcome = "done"
    message: str = ""


def write(
    tx: Transaction,
    *,
    actor: str,
    action: str,
    user: str,
    server: str | None,
    target: str,
    reason: str,
    rule: str = "",
    outcome: Outcome = "done",
    message: str = "",
    at: datetime | None = None,
    told_as: str | None = None,
    doubted: bool = False,
) -> int:
    """Write an entry and return its id, which is higher than that of every entry before.

    Parameters
    ----------
    at
        When it began; None: now.
    told_as
        What the panel calls it that told it; None: the service does it itself.
    doubted
        Who told it has nothing to do with that user.
    """
    result = tx.connection.execute(
        insert(tx.tables.audit).values(
            at=tx.at if at is None else at,
            actor=plain(actor, NAME),
            action=plain(action, ACTION),
            user_name=plain(user, NAME),
            server_name=None if server is None else plain(server, NAME),
            target=plain(target, TEXT),
            reason=plain(reason, TEXT),
            rule=plain(rule, TEXT),
            outcome=outcome,
            message=plain(message, TEXT),
            ended_at=None if outcome in OPEN else tx.at,
            told_as=told_as,
            doubted=doubted,
        )
    )
    key = result.inserted_primary_key
    assert key is not None  # noqa: S101  one row was inserted
    return int(key[0])


def end(tx: Transaction, entry: int, outcome: Outcome, message: str) -> None:
    """Say how an act ended; an entry that has ended stays as it is."""
    audit = tx.tables.audit
    tx.connection.execute(
        update(audit)
        .where(audit.c.id == entry, audit.c.outcome.in_(OPEN))
        .values(
            outcome=outcome,
            message=plain(message, TEXT),
            ended_at=None if outcome in OPEN else tx.at,
        )
    )


def tell(
    tx: Transaction,
    actor: str,
    actions: Iterable[ToldAction],
    users: Collection[str] | None,
) -> None:
    """Write down what somebody did in the panel, or how that went on; see `Logbook.tell`."""
    audit = tx.tables.audit
    actor, actions = plain(actor, NAME), list(actions)
    rows = tx.connection.execute(
        select(audit.c.told_as, audit.c.id).where(
            audit.c.actor == actor, audit.c.told_as.in_({each.id for each in actions})
        )
    )
    known: dict[str, int] = {row.told_as: row.id for row in rows}
    for each in actions:
        if each.id in known:
            end(tx, known[each.id], each.outcome, each.message)
            continue
        known[each.id] = write(
            tx,
            actor=actor,
            action=each.action,
            user=each.user,
            server=each.server,
            target=each.target,
            reason=each.reason,
            outcome=each.outcome,
            message=each.message,
            at=tx.at - timedelta(seconds=each.seconds_ago),
            told_as=each.id,
            doubted=bool(each.user) and users is not None and each.user not in users,
        )


def end_told(tx: Transaction, before: datetime) -> None:
    """Give up what was told before that time, and never how it ended: its server may be gone."""
    audit = tx.tables.audit
    tx.connection.execute(
        update(audit)
        .where(audit.c.told_as.is_not(None), audit.c.outcome.in_(OPEN), audit.c.at < before)
        .values(outcome="unknown", message=_NEVER_TOLD, ended_at=tx.at)
    )


def unfinished(tx: Transaction) -> list[AuditEntry]:
    """Return what the service itself began and has not ended, the oldest first.

    Nothing that was told: that is no word of the service, which goes on with what is returned.
    """
    audit = tx.tables.audit
    rows = tx.connection.execute(
        select(audit)
        .where(audit.c.outcome.in_(OPEN), audit.c.told_as.is_(None))
        .order_by(audit.c.id)
    )
    return list(_entries(rows.all()))


def page(tx: Transaction, query: AuditQuery, visible: AuditVisible) -> AuditPage:
    """Return a page of what ``query`` asks for and ``visible`` lets be seen, newest first.

    By the time at which each began: what was told later than it was done has a higher id.
    """
    audit = tx.tables.audit
    asked = _asked(tx, query)
    found: dict[int, Row[Any]] = {}
    for condition in _visible(tx, visible):
        # One more than asked for tells whether there is another page.
        rows = tx.connection.execute(
            select(audit)
            .where(*asked, condition)
            .order_by(audit.c.at.desc(), audit.c.id.desc())
            .limit(query.limit + 1)
        )
        found.update({row.id: row for row in rows})
    newest = sorted(found.values(), key=lambda row: (row.at, row.id), reverse=True)
    shown = newest[: query.limit]
    return AuditPage(
        items=list(_entries(shown)),
        next=shown[-1].id if len(newest) > len(shown) else None,
    )


def prune(tx: Transaction, before: datetime) -> int:
    """Delete the entries from before that time that have ended; return how many they were."""
    audit = tx.tables.audit
    return tx.connection.execute(
        delete(audit).where(audit.c.at < before, audit.c.outcome.not_in(OPEN))
    ).rowcount


def _asked(tx: Transaction, query: AuditQuery) -> list[ColumnElement[bool]]:
    audit = tx.tables.audit
    asked: list[ColumnElement[bool]] = []
    for column, value in (
        (audit.c.actor, query.actor),
        (audit.c.action, query.action),
        (audit.c.user_name, query.user),
        (audit.c.outcome, query.outcome),
    ):
        if value:
            asked.append(column == plain(value, NAME))
    if query.since is not None:
        asked.append(audit.c.at >= query.since)
    if query.before is not None:
        asked += _before(tx, min(query.before, _HIGHEST_ID))
    return asked


def _before(tx: Transaction, entry: int) -> list[ColumnElement[bool]]:
    """Return what holds for the entries that come after that one, which may be gone."""
    audit = tx.tables.audit
    at = tx.connection.execute(select(audit.c.at).where(audit.c.id == entry)).scalar()
    if at is None:
        return [audit.c.id < entry]
    # The first for the index, the second for those of the same time.
    return [audit.c.at <= at, or_(audit.c.at < at, audit.c.id < entry)]


def _visible(tx: Transaction, visible: AuditVisible) -> Iterator[ColumnElement[bool]]:
    """Return conditions, all entries of which may be seen: one for some users at a time."""
    audit = tx.tables.audit
    if visible.users is None:
        yield and_(True)
        return
    own = or_(False) if visible.actor is None else audit.c.actor == plain(visible.actor, NAME)
    users = sorted(plain(user, NAME) for user in visible.users if user)
    for first in range(0, max(1, len(users)), _NAMES_AT_A_TIME):
        some = audit.c.user_name.in_(users[first : first + _NAMES_AT_A_TIME])
        yield or_(own, and_(some, audit.c.doubted.is_not(True)))


def _entries(rows: Iterable[Row[Any]]) -> Iterator[AuditEntry]:
    for row in rows:
        try:
            yield AuditEntry(
                id=row.id,
                at=row.at,
                actor=row.actor,
                action=row.action,
                user=row.user_name,
                server=row.server_name,
                target=row.target,
                reason=row.reason,
                rule=row.rule,
                outcome=row.outcome,
                message=row.message,
                ended_at=row.ended_at,
                told=row.told_as is not None,
            )
        except ValidationError as error:
            unread.tell(f"entry {row.id} of the log", error)
