"""The time of the last contact, and how far the machine's clock was off then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Add two columns, empty until the next contact."""
    op.add_column("sync_state", sa.Column("contact_ms", sa.BigInteger()))
    op.add_column("sync_state", sa.Column("ahead_ms", sa.BigInteger()))
