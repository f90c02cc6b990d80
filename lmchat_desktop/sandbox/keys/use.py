"""What used a key: addresses, models and secrets of the last hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, case, cast, func, select

from lmchat_desktop.contract.keys import KeyUse, KeyUseReport
from lmchat_desktop.domain.keys.terms import UsedSecret
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.codes import SECRETS
from lmchat_desktop.sandbox.keys.tally import HOUR_MS

MOST = 200
_OLD = SECRETS.index(UsedSecret.OLD)


def report(connection: Connection, key_id: str, hours: int, now: datetime) -> KeyUseReport:
    """The use of a key in the whole hours that end with the present one."""
    uses, keys, models = tables.key_uses.c, tables.keys.c, tables.models.c
    first_hour = to_ms(now - timedelta(hours=hours)) // HOUR_MS
    number = connection.scalar(select(keys.number).where(keys.id == key_id))
    within = (uses.key_no == number, uses.hour >= first_hour)
    requests = cast(func.sum(uses.requests), BigInteger).label("requests")
    rows = connection.execute(
        select(
            uses.address,
            models.id.label("model"),
            uses.secret,
            requests,
            func.min(uses.first_ms).label("first_ms"),
            func.max(uses.last_ms).label("last_ms"),
        )
        .join(tables.models, models.number == uses.model_no)
        .where(*within)
        .group_by(uses.address, models.id, uses.secret)
        .order_by(requests.desc(), uses.address, models.id, uses.secret)
        .limit(MOST + 1)
    ).all()
    old = uses.secret == _OLD
    sums = connection.execute(
        select(
            cast(func.coalesce(func.sum(uses.requests), 0), BigInteger).label("requests"),
            cast(func.coalesce(func.sum(case((old, uses.requests), else_=0)), 0), BigInteger).label(
                "old_requests"
            ),
            func.max(case((old, uses.last_ms))).label("old_last_ms"),
        ).where(*within)
    ).one()
    return KeyUseReport(
        key_id=key_id,
        start=from_ms(first_hour * HOUR_MS),
        end=now,
        requests=sums.requests,
        data=[
            KeyUse(
                address=row.address,
                model=row.model,
                secret=SECRETS[row.secret],
                requests=row.requests,
                first_at=from_ms(row.first_ms),
                last_at=from_ms(row.last_ms),
            )
            for row in rows[:MOST]
        ],
        has_more=len(rows) > MOST,
        old_requests=sums.old_requests,
        old_last_at=maybe_from_ms(sums.old_last_ms),
    )
