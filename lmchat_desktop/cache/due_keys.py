"""Which keys somebody should look at, as questions that an index answers among however many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, literal_column, or_, select

from lmchat_desktop.cache.columns import to_millis
from lmchat_desktop.cache.tables import UNKNOWN_FIRST, entities, sort_expression, unindexed
from lmchat_desktop.contract.keys import KeyState

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Select

MOST = 2_000
"""Nobody looks at more; the soonest and the last used come first."""


def expiring(now: datetime, notice: timedelta, account_id: str | None) -> Select[Any]:
    """Usable keys that expire within the notice, the soonest first."""
    table, expires = entities["key"], sort_expression("key", "expires_at")
    return (
        _of(account_id)
        .where(expires > to_millis(now), expires <= to_millis(now + notice))
        .where(unindexed(table.c.state) == KeyState.ACTIVE.value)
        .order_by(expires.asc())
        .limit(MOST)
    )


def called_after_end(now: datetime, lately: timedelta, account_id: str | None) -> Select[Any]:
    """Keys that have ended and were used lately, the last used first."""
    table = entities["key"]
    expires, used = (sort_expression("key", name) for name in ("expires_at", "last_used_at"))
    ended = or_(
        unindexed(table.c.state) != KeyState.ACTIVE.value,
        and_(expires > literal_column(str(UNKNOWN_FIRST)), expires <= to_millis(now)),
    )
    return (
        _of(account_id)
        .where(used >= to_millis(now - lately), ended)
        .order_by(used.desc())
        .limit(MOST)
    )


def _of(account_id: str | None) -> Select[Any]:
    table = entities["key"]
    found = select(table)
    return found if account_id is None else found.where(table.c.account_id == account_id)
