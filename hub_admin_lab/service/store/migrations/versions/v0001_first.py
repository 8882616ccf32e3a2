"""The first tables.

A table that is there already is left as it is: MySQL commits each of them on its own, and the
service may have been killed between two.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from hub_admin_lab.service.store.tables import UtcDateTime

revision = "0001"
down_revision = None

_MYSQL = {"engine": "InnoDB", "charset": "utf8mb4", "collate": "utf8mb4_bin"}
_OPTIONS: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in _MYSQL.items()
}


def upgrade() -> None:
    """Create them."""
    prefix: str = context.config.attributes["prefix"]
    there = set(sa.inspect(op.get_bind()).get_table_names())

    def create(name: str, *parts: Any, **options: Any) -> None:
        if prefix + name not in there:
            op.create_table(prefix + name, *parts, **_OPTIONS, **options)

    create(
        "rules",
        sa.Column("level", sa.String(10), primary_key=True),
        sa.Column("name", sa.String(511), primary_key=True),
        sa.Column("rule", sa.JSON, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.String(255), nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    create(
        "kept",
        sa.Column("user_name", sa.String(255), primary_key=True),
        sa.Column("server_name", sa.String(255), primary_key=True),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("kept_by", sa.String(255), nullable=False),
        sa.Column("kept_at", UtcDateTime, nullable=False),
    )
    create(
        "reports",
        sa.Column("user_name", sa.String(255), primary_key=True),
        sa.Column("server_name", sa.String(255), primary_key=True),
        sa.Column("report", sa.JSON, nullable=False),
    )
    create(
        "notices",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("to_kind", sa.String(10), nullable=False),
        sa.Column("to_name", sa.String(511), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sent_by", sa.String(255), nullable=False),
        sa.Column("sent_at", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime),
        sa.Index(f"{prefix}notices_sent_at", "sent_at"),
        sa.Index(f"{prefix}notices_until", "until"),
    )
    create(
        "seen",
        sa.Column(
            "notice_id",
            sa.String(32),
            sa.ForeignKey(f"{prefix}notices.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("user_name", sa.String(255), primary_key=True),
        sa.Column("server_name", sa.String(255), primary_key=True),
    )
    create(
        "audit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("user_name", sa.String(255), nullable=False),
        sa.Column("server_name", sa.String(255)),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Index(f"{prefix}audit_at", "at"),
        sa.Index(f"{prefix}audit_actor", "actor"),
        sa.Index(f"{prefix}audit_user", "user_name"),
        sa.Index(f"{prefix}audit_outcome", "outcome"),
        sqlite_autoincrement=True,
    )
