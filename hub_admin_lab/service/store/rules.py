"""The rules as they are set, and their changes, each with its entry in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, and_, delete, insert, select, update

from hub_admin_lab.errors import RuleChanged
from hub_admin_lab.idle.rules import RuleKey
from hub_admin_lab.models.rules import Level, Rule
from hub_admin_lab.service.store import audit, unread
from hub_admin_lab.service.store.database import Transaction
from hub_admin_lab.service.store.tables import NAME, RULE_NAME
from hub_admin_lab.service.store.texts import name as checked_name
from hub_admin_lab.service.store.texts import plain
from hub_admin_lab.service.store.words import change_words, rule_words, server_of

_LEVELS = get_args(Level)
_UNREAD = "what was set before cannot be read by this version"


@dataclass(frozen=True)
class StoredRule:
    """A rule, and who set it.

    Attributes
    ----------
    version
        Sent back with a change; it says nothing but that the rule is still the same.
    """

    level: Level
    name: str
    rule: Rule
    version: int
    changed_by: str
    changed_at: datetime


def every(tx: Transaction) -> tuple[list[StoredRule], list[tuple[str, str]]]:
    """Return all rules, the hub's first, and the keys of those that cannot be read.

    Those may be of a level that is not known here.
    """
    found: list[StoredRule] = []
    not_read: list[tuple[str, str]] = []
    for row in tx.connection.execute(select(tx.tables.rules)):
        stored = _stored(row) if row.level in _LEVELS else None
        if stored is not None:
            found.append(stored)
        else:
            if row.level not in _LEVELS:
                unread.tell(f"rule {row.level} {row.name}", ValueError())
            not_read.append((row.level, row.name))
    found.sort(key=lambda rule: (_LEVELS.index(rule.level), rule.name))
    return found, sorted(not_read)


def put(tx: Transaction, key: RuleKey, rule: Rule, *, version: int | None, by: str) -> StoredRule:
    """Set a rule; a rule that is the same already stays as it is, and is returned.

    Raises
    ------
    RuleChanged
        ``version`` is not the one that is set; 0 is that of none.
    """
    row = _locked(tx, key, version)
    before = None if row is None else _stored(row)
    if before is not None and before.rule == rule:
        return before
    reason = change_words(before.rule if before is not None else None, rule)
    if row is not None and before is None:
        reason = f"{reason}; {_UNREAD}"
    level, name = key
    stored = StoredRule(
        level,
        name,
        rule,
        version=_record(tx, "change-rule", key, by, reason),
        changed_by=plain(by, NAME),
        changed_at=tx.at,
    )
    values = {
        "rule": rule.model_dump_json(exclude_none=True),
        "version": stored.version,
        "changed_by": stored.changed_by,
        "changed_at": stored.changed_at,
    }
    table = tx.tables.rules
    if row is None:
        tx.connection.execute(insert(table).values(level=level, name=name, **values))
    else:
        tx.connection.execute(update(table).where(_is(tx, key)).values(**values))
    return stored


def remove(tx: Transaction, key: RuleKey, *, version: int | None, by: str) -> None:
    """Take a rule away; nothing happens if there is none.

    Raises
    ------
    RuleChanged
        As for `put`.
    """
    row = _locked(tx, key, version)
    if row is None:
        return
    before = _stored(row)
    reason = _UNREAD if before is None else change_words(before.rule, None)
    _record(tx, "delete-rule", key, by, reason)
    tx.connection.execute(delete(tx.tables.rules).where(_is(tx, key)))


def _locked(tx: Transaction, key: RuleKey, version: int | None) -> Row[Any] | None:
    """Return the row of a rule, which nobody else changes before the transaction ends."""
    level, name = key
    if level not in _LEVELS:
        raise ValueError("There is no such level.")
    checked_name(name, RULE_NAME)
    row = tx.connection.execute(
        select(tx.tables.rules).where(_is(tx, key)).with_for_update()
    ).one_or_none()
    current = 0 if row is None else row.version
    if version is None or version == current:
        return row
    if row is None:
        raise RuleChanged(
            f"The rule of {rule_words(key)} was taken away meanwhile. Look at it again.",
            {"version": 0, "changed_by": None, "changed_at": None},
        )
    raise RuleChanged(
        f"{row.changed_by} changed the rule of {rule_words(key)} meanwhile. Look at it again.",
        {
            "version": current,
            "changed_by": row.changed_by,
            "changed_at": row.changed_at.isoformat().replace("+00:00", "Z"),
        },
    )


def _is(tx: Transaction, key: RuleKey) -> ColumnElement[bool]:
    rules = tx.tables.rules
    return and_(rules.c.level == key[0], rules.c.name == key[1])


def _stored(row: Row[Any]) -> StoredRule | None:
    """Return a row as a rule, or None for one that this version does not understand."""
    try:
        rule = Rule.model_validate_json(row.rule)
    except ValidationError as error:
        unread.tell(f"rule {row.level} {row.name}", error)
        return None
    return StoredRule(row.level, row.name, rule, row.version, row.changed_by, row.changed_at)


def _record(tx: Transaction, action: str, key: RuleKey, by: str, reason: str) -> int:
    level, name = key
    user, server = ("", None)
    if level == "user":
        user = name
    elif level == "server":
        user, server = server_of(name)
    return audit.write(
        tx,
        actor=by,
        action=action,
        user=user,
        server=server,
        target=rule_words(key),
        reason=reason,
    )
