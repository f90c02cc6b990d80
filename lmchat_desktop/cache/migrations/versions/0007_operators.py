"""Operators, and roles that wait for a second person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    """Make both tables, and the triggers that forget what was shown of them."""
    op.create_table(
        "operators",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("waiting", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", sa.BigInteger()),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_by_name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_by_name", sa.Text()),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
    )
    for name in ("operators", "grants"):
        op.execute(
            f"CREATE TRIGGER first_picture_after_{name} AFTER DELETE ON {name} BEGIN "
            "INSERT INTO first_picture (id, forgettings) VALUES (1, 1) "
            "ON CONFLICT (id) DO UPDATE SET forgettings = forgettings + 1, "
            "version = NULL, rights = NULL, valid_until_ms = NULL, content = NULL; END"
        )
