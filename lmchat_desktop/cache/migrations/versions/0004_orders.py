"""Indices for the orders in which keys are paged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"

_UNKNOWN_FIRST = "-9223372036854775808"
_ORDERS = {
    "name": 'name COLLATE "NOCASE"',
    "created_at": "created_at",
    "last_used_at": f"coalesce(last_used_at, {_UNKNOWN_FIRST})",
    "expires_at": f"coalesce(expires_at, {_UNKNOWN_FIRST})",
    "state": 'state COLLATE "NOCASE"',
}


def upgrade() -> None:
    """Make an index for each order; equals are in the order of their ids."""
    for field, expression in _ORDERS.items():
        op.create_index(f"keys_by_{field}", "keys", [sa.text(expression), "id"])
