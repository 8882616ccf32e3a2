"""The tables, as the newest migration leaves them.

Sizes: MySQL's index holds 3,072 bytes and its characters take four, so that a key has at most 767
characters. A name of a rule is ``user/server`` at the longest: 255 and 255 and the slash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

LEVEL = 10
RULE_NAME = 511
NAME = 255
ACTION = 50
OUTCOME = 10
ID = 32
TOLD = 64

# A time zone may push the first and the last days of the calendar over its edge.
_FIRST = datetime(1900, 1, 1, tzinfo=timezone.utc)
_LAST = datetime(9000, 1, 1, tzinfo=timezone.utc)

# MySQL would otherwise take Alice for alice, and not take every character.
_IN_MYSQL: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in {
        "engine": "InnoDB",
        "charset": "utf8mb4",
        "collate": "utf8mb4_bin",
    }.items()
}


def in_utc(moment: datetime) -> datetime:
    """Return an aware time in UTC, brought within what every database holds.

    Raises
    ------
    ValueError
        It has no time zone, so nobody knows when it is.
    """
    if moment.utcoffset() is None:
        raise ValueError("A time without its zone cannot be stored.")
    return min(max(moment, _FIRST), _LAST).astimezone(timezone.utc)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, to the microsecond, whatever the database makes of time zones."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the driver gets."""
        if value is None:
            return None
        utc = in_utc(value)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the driver gave, with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else in_utc(value)


@dataclass(frozen=True)
class Tables:
    """The tables with one prefix."""

    metadata: MetaData
    rules: Table
    kept: Table
    reports: Table
    notices: Table
    seen: Table
    audit: Table


def tables(prefix: str) -> Tables:
    """Return the tables whose names begin with ``prefix``."""
    metadata = MetaData()

    def table(name: str, *parts: SchemaItem, **options: Any) -> Table:
        return Table(prefix + name, metadata, *parts, **_IN_MYSQL, **options)

    return Tables(
        metadata,
        rules=table(
            "rules",
            Column("level", String(LEVEL), primary_key=True),
            Column("name", String(RULE_NAME), primary_key=True),
            Column("rule", JSON, nullable=False),
            # The id of the audit entry of its last change: no two versions are ever the same, not
            # even of a rule that was taken away and set again.
            Column("version", BigInteger, nullable=False),
            Column("changed_by", String(NAME), nullable=False),
            Column("changed_at", UtcDateTime, nullable=False),
        ),
        kept=table(
            "kept",
            Column("user_name", String(NAME), primary_key=True),
            Column("server_name", String(NAME), primary_key=True),
            Column("until", UtcDateTime, nullable=False),
            Column("kept_by", String(NAME), nullable=False),
            Column("kept_at", UtcDateTime, nullable=False),
        ),
        reports=table(
            "reports",
            Column("user_name", String(NAME), primary_key=True),
            Column("server_name", String(NAME), primary_key=True),
            Column("report", JSON, nullable=False),
        ),
        notices=table(
            "notices",
            Column("id", String(ID), primary_key=True),
            Column("to_kind", String(LEVEL), nullable=False),
            Column("to_name", String(RULE_NAME), nullable=False),
            Column("kind", String(OUTCOME), nullable=False),
            Column("text", Text, nullable=False),
            Column("sent_by", String(NAME), nullable=False),
            Column("sent_at", UtcDateTime, nullable=False),
            Column("until", UtcDateTime),
            Index(f"{prefix}notices_sent_at", "sent_at"),
            Index(f"{prefix}notices_until", "until"),
        ),
        seen=table(
            "seen",
            Column(
                "notice_id",
                String(ID),
                ForeignKey(f"{prefix}notices.id", ondelete="CASCADE"),
                primary_key=True,
            ),
            Column("user_name", String(NAME), primary_key=True),
            Column("server_name", String(NAME), primary_key=True),
        ),
        audit=table(
            "audit",
            Column(
                "id",
                BigInteger().with_variant(Integer, "sqlite"),
                primary_key=True,
                autoincrement=True,
            ),
            Column("at", UtcDateTime, nullable=False),
            Column("actor", String(NAME), nullable=False),
            Column("action", String(ACTION), nullable=False),
            Column("user_name", String(NAME), nullable=False),
            Column("server_name", String(NAME)),
            Column("target", Text, nullable=False),
            Column("reason", Text, nullable=False),
            Column("rule", Text, nullable=False),
            Column("outcome", String(OUTCOME), nullable=False),
            Column("message", Text, nullable=False),
            Column("ended_at", UtcDateTime),
            # What the panel calls it that told it; null: the service did it itself.
            Column("told_as", String(TOLD)),
            # Told by somebody who has nothing to do with that user; null, of before: not.
            Column("doubted", Boolean),
            Index(f"{prefix}audit_at", "at"),
            Index(f"{prefix}audit_actor", "actor"),
            Index(f"{prefix}audit_user", "user_name"),
            Index(f"{prefix}audit_outcome", "outcome"),
            # Told twice it is one entry; databases take any number of nulls for different ones.
            Index(f"{prefix}audit_told", "actor", "told_as", unique=True),
            # Ids of entries that were pruned do not come again: they are the versions of rules.
            sqlite_autoincrement=True,
        ),
    )
