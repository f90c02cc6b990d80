"""Indices for the orders in which accounts are paged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"

_ORDERS = {
    "name": 'name COLLATE "NOCASE"',
    "plan_id": 'plan_id COLLATE "NOCASE"',
    "state": "state",
    "created_at": "created_at",
}


def upgrade() -> None:
    """Make an index for each order; equals are in the order of their ids."""
    for field, expression in _ORDERS.items():
        op.create_index(f"accounts_by_{field}", "accounts", [sa.text(expression), "id"])
