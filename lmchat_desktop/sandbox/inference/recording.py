"""Writes down a request that was answered: as any other one, in usage, and with its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, insert, select, update

from lmchat_desktop.domain.keys.terms import UsedSecret
from lmchat_desktop.domain.usage.cells import Outcome
from lmchat_desktop.sandbox import tables, usage
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.codes import OUTCOMES, SECRETS
from lmchat_desktop.sandbox.database import upsert
from lmchat_desktop.sandbox.inference.gate import Visitor
from lmchat_desktop.sandbox.inference.replies import Reply
from lmchat_desktop.sandbox.inference.routing import Route
from lmchat_desktop.sandbox.keys import budgets
from lmchat_desktop.sandbox.keys.tally import HOUR_MS, Origins, Tally
from lmchat_desktop.sandbox.uow import record_change
from lmchat_desktop.sandbox.usage_columns import RequestColumns
from lmchat_desktop.sandbox.world.live import next_late_id


@dataclass(frozen=True, slots=True)
class Served:
    """A request that was answered.

    Attributes:
        visitor: whose.
        route: by whom.
        reply: with what.
        started_at: when it came, by the sandbox's clock.
        total_ms, first_token_ms: how long it really took; None where that was not measured.
    """

    visitor: Visitor
    route: Route
    reply: Reply
    started_at: datetime
    total_ms: float
    first_token_ms: float | None


def record(connection: Connection, served: Served, now: datetime) -> int:
    """Write a request down; answers its row's id."""
    key, route = served.visitor.key, served.route
    request_id = next_late_id(connection)
    started_ms = to_ms(served.started_at)
    values = {
        "started_ms": started_ms,
        "account_no": key.account_no,
        "key_no": key.number,
        "model_no": route.model_no,
        "provider_no": route.provider_no,
        "region_no": route.region_no,
        "outcome": OUTCOMES.index(Outcome.OK),
        "error": 0,
        "input_tokens": served.reply.input_tokens,
        "cached_tokens": 0,
        "output_tokens": served.reply.output_tokens,
        "cost_nanos": route.cost_nanos(served.reply.input_tokens, served.reply.output_tokens),
        "total_ms": served.total_ms,
        "first_token_ms": served.first_token_ms,
    }
    connection.execute(insert(tables.requests).values(id=request_id, attempt_count=1, **values))
    _add_up(
        connection,
        served,
        RequestColumns(
            **{
                name: np.array([np.nan if value is None else value])
                for name, value in values.items()
            }
        ),
    )
    budgets.note_spending(connection, [key.number], now)
    usage.mark_dirty(connection, [started_ms // HOUR_MS * HOUR_MS], [key.account_id])
    _note_recipient(connection, key.account_no, route.provider_no, started_ms)
    if key.last_used_ms is None or key.last_used_ms < started_ms - HOUR_MS:
        connection.execute(
            update(tables.keys).where(tables.keys.c.id == key.id).values(last_used_ms=started_ms)
        )
        record_change(connection, now, "key", key.id, key.account_id)
    return request_id


def _add_up(connection: Connection, served: Served, columns: RequestColumns) -> None:
    visitor = served.visitor
    secret = SECRETS.index(visitor.secret or UsedSecret.PRESENT)
    tally = Tally()
    tally.add(columns, Origins((str(visitor.address),), np.array([0]), np.array([secret])))
    tally.write(connection)


def _note_recipient(connection: Connection, account_no: int, provider_no: int, at_ms: int) -> None:
    recipients = tables.recipients
    before = connection.execute(
        select(recipients).where(
            recipients.c.account_no == account_no, recipients.c.provider_no == provider_no
        )
    ).first()
    upsert(
        connection,
        recipients,
        {
            "account_no": account_no,
            "provider_no": provider_no,
            "first_ms": at_ms if before is None else min(before.first_ms, at_ms),
            "last_ms": at_ms if before is None else max(before.last_ms, at_ms),
        },
    )
