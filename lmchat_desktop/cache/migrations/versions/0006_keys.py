"""Keys with budgets, limits, networks, countries, notes and rotation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"

_UNKNOWN_FIRST = "-9223372036854775808"
_INDICES = {
    "account": ("account_id",),
    "hint": ('hint COLLATE "NOCASE"',),
    "name": ('name COLLATE "NOCASE"', "id", "state"),
    "created_at": ("created_at", "id", "state"),
    "last_used_at": (f"coalesce(last_used_at, {_UNKNOWN_FIRST})", "id", "state"),
    "expires_at": (f"coalesce(expires_at, {_UNKNOWN_FIRST})", "id", "state"),
    "state": ("state", "id"),
}


def upgrade() -> None:
    """Make the table anew, empty, and have everything sent again.

    What is deleted takes what was shown last with it.
    """
    op.execute("DELETE FROM keys")
    op.drop_table("keys")
    op.create_table(
        "keys",
        *(sa.Column(name, sa.Text()) for name in ("models", "providers", "countries", "addresses")),
        sa.Column("budget_nanos", sa.BigInteger()),
        sa.Column("budget_period", sa.Text()),
        *(
            sa.Column(name, sa.BigInteger())
            for name in (
                "requests_per_minute",
                "requests_per_day",
                "tokens_per_minute",
                "tokens_per_day",
            )
        ),
        sa.Column("id", sa.Text(), primary_key=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("account_id", "name", "notes", "hint", "state")
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger())
            for name in ("expires_at", "last_used_at", "revoked_at", "rotated_at")
        ),
        sa.Column("old_hint", sa.Text()),
        sa.Column("old_ends_at", sa.BigInteger()),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
    )
    for name, parts in _INDICES.items():
        op.create_index(f"keys_by_{name}", "keys", [sa.text(part) for part in parts])
    op.execute(
        "CREATE TRIGGER first_picture_after_keys AFTER DELETE ON keys BEGIN "
        "INSERT INTO first_picture (id, forgettings) VALUES (1, 1) "
        "ON CONFLICT (id) DO UPDATE SET forgettings = forgettings + 1, "
        "version = NULL, rights = NULL, valid_until_ms = NULL, content = NULL; END"
    )
    op.execute("UPDATE sync_state SET cursor = NULL, snapshot_under_way = 0")
