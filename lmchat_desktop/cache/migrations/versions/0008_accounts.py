"""Why an account is suspended, invitations, and version marks of memberships."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"


def _accounts() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("phone_verified", sa.Boolean(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("suspended_since", sa.BigInteger()),
        sa.Column("suspended_reason", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
    )


def _members() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
    )


_ADDED = {"suspended_since": "NULL", "suspended_reason": "NULL", "etag": "''"}
"""What stands in a column that the older table lacks, until it is synchronised again."""


def upgrade() -> None:
    """Make the tables anew with the rows that there are, and let the next sync be a snapshot."""
    _remade("accounts", _accounts(), {"suspended_since", "suspended_reason"})
    _remade("members", _members(), {"etag"})
    op.create_index("members_by_account", "members", ["account_id"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("person_id", sa.Text()),
        sa.Column("generation", sa.BigInteger(), nullable=False),
    )
    op.create_index("invitations_by_account", "invitations", ["account_id"])
    for name in ("accounts", "members", "invitations"):
        op.execute(
            f"CREATE TRIGGER first_picture_after_{name} AFTER DELETE ON {name} BEGIN "
            "INSERT INTO first_picture (id, forgettings) VALUES (1, 1) "
            "ON CONFLICT (id) DO UPDATE SET forgettings = forgettings + 1, "
            "version = NULL, rights = NULL, valid_until_ms = NULL, content = NULL; END"
        )
    op.execute("UPDATE sync_state SET cursor = NULL")


def _remade(name: str, columns: tuple[sa.Column[Any], ...], added: set[str]) -> None:
    op.create_table(f"{name}_new", *columns)
    values = [_ADDED[one.name] if one.name in added else one.name for one in columns]
    op.execute(f"INSERT INTO {name}_new SELECT {', '.join(values)} FROM {name}")
    op.drop_table(name)
    op.rename_table(f"{name}_new", name)
