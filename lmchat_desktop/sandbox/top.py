"""The largest accounts and keys of a period, by cost."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Connection, and_, case, cast, func, select

from lmchat_desktop.contract.queries import TopQuery
from lmchat_desktop.contract.usage import SERVICE_SCOPE, TopList, TopRow
from lmchat_desktop.domain.usage.cells import Outcome
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.codes import OUTCOMES
from lmchat_desktop.sandbox.visibility import Visibility


def largest(connection: Connection, sight: Visibility, query: TopQuery) -> TopList:
    """The largest that may be seen; whoever asks has to be allowed the scope itself."""
    named, grouped, condition = _ranked(query, sight)
    requests = tables.requests.c
    sums = (
        select(
            grouped.label("number"),
            func.count().label("requests"),
            func.sum(case((requests.outcome == OUTCOMES.index(Outcome.FAILED), 1), else_=0)).label(
                "errors"
            ),
            func.sum(requests.input_tokens).label("input_tokens"),
            func.sum(requests.output_tokens).label("output_tokens"),
            cast(func.sum(requests.cost_nanos), BigInteger).label("cost_nanos"),
        )
        .where(
            requests.started_ms >= to_ms(query.start),
            requests.started_ms < to_ms(query.end),
        )
        .group_by(grouped)
    )
    if query.scope != SERVICE_SCOPE:
        accounts = tables.accounts.c
        number = select(accounts.number).where(accounts.id == query.scope).scalar_subquery()
        sums = sums.where(requests.account_no == number)
    found = sums.subquery()
    rows = connection.execute(
        select(named.c.id, named.c.name, found)
        .join(found, found.c.number == named.c.number)
        .where(condition)
        .order_by(found.c.cost_nanos.desc(), named.c.id)
        .limit(query.limit)
    )
    return TopList(
        by=query.by,
        start=query.start,
        end=query.end,
        data=[
            TopRow(
                id=row.id,
                name=row.name,
                requests=row.requests,
                errors=row.errors,
                input_tokens=row.input_tokens,
                output_tokens=row.output_tokens,
                cost_nanos=row.cost_nanos,
            )
            for row in rows
        ],
    )


def _ranked(query: TopQuery, sight: Visibility) -> tuple[Any, Any, Any]:
    """The table that has the names, the column of requests that refers to it, what may be seen."""
    if query.by == "account":
        return tables.accounts, tables.requests.c.account_no, sight.accounts_for_usage()
    named = tables.keys
    visible_accounts = select(tables.accounts.c.id).where(sight.accounts_for_usage())
    condition = and_(sight.of_kind("key"), named.c.account_id.in_(visible_accounts))
    return named, tables.requests.c.key_no, condition
