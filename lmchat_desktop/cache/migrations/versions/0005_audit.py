"""The heads of the backend's audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Make the table; the first head comes with the next sync."""
    op.create_table(
        "audit_heads",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("restores", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("root", sa.LargeBinary()),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("checked_ms", sa.BigInteger(), nullable=False),
        sa.Column("accepted_ms", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
    )
