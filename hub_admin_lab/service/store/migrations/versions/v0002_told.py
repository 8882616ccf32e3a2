"""Entries of the log that the panel told: what the service itself did has no such id.

MySQL commits each change on its own: what is there already is left as it is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns, and their index."""
    prefix: str = context.config.attributes["prefix"]
    audit, index = f"{prefix}audit", f"{prefix}audit_told"
    there = sa.inspect(op.get_bind())
    columns = {column["name"] for column in there.get_columns(audit)}
    for column in (sa.Column("told_as", sa.String(64)), sa.Column("doubted", sa.Boolean)):
        if column.name not in columns:
            op.add_column(audit, column)
    if index not in {each["name"] for each in there.get_indexes(audit)}:
        op.create_index(index, audit, ["actor", "told_as"], unique=True)
