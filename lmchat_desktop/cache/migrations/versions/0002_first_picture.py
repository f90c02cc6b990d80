"""What was shown last, kept for the next start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"

_FORGOTTEN_FROM = (
    "plans",
    "providers",
    "models",
    "processors",
    "accounts",
    "members",
    "keys",
    "devices",
    "usage_slices",
)


def upgrade() -> None:
    """Make the table, and the triggers that empty it with whatever it was made from."""
    op.create_table(
        "first_picture",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("forgettings", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text()),
        sa.Column("rights", sa.Text()),
        sa.Column("valid_until_ms", sa.BigInteger()),
        sa.Column("content", sa.LargeBinary()),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    for name in _FORGOTTEN_FROM:
        op.execute(
            f"CREATE TRIGGER first_picture_after_{name} AFTER DELETE ON {name} BEGIN "
            "INSERT INTO first_picture (id, forgettings) VALUES (1, 1) "
            "ON CONFLICT (id) DO UPDATE SET forgettings = forgettings + 1, "
            "version = NULL, rights = NULL, valid_until_ms = NULL, content = NULL; END"
        )
